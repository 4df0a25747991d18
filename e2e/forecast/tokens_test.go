package forecast

import (
	"fmt"
	"math/rand/v2"
	"time"

	"timebound/model"
	"timebound/plan/cleaner"
)

// claim is how a token and its account stand to each other.
type claim string

const (
	listed        claim = "listed"
	listedNoUID   claim = "listed, names no UID"
	unlisted      claim = "unlisted"
	wrongUID      claim = "listed, names another UID"
	accountGone   claim = "its account does not exist"
	listedByOther claim = "listed by another account"
	listedAfar    claim = "listed by the account of that name in another namespace"
)

var claims = []claim{listed, listedNoUID, unlisted, wrongUID, accountGone, listedByOther, listedAfar}

// token is a token to be made, and all that the cleaner may ask of it.
type token struct {
	namespace, account int // numbers; see names_test.go
	name               string
	claim              claim
	way                way // in which something names it
	phase              phase
	labels             map[string]string
	created            time.Time
	deleting           bool
}

func (k token) key() string { return namespaceName(k.namespace) + "/" + k.name }

// facts are what the forecast goes by.
func (k token) facts() cleaner.Token {
	return cleaner.Token{
		Created:      k.created,
		Deleting:     k.deleting,
		LastUsed:     k.lastUsed(),
		InvalidSince: model.NewDayLabel(k.labels[model.LabelInvalidSince]),
		Listed:       k.claim == listed || k.claim == listedNoUID,
		Mounted:      k.way.mounts(),
	}
}

// lastUsed is the label as the product reads it: an empty one is there.
func (k token) lastUsed() model.DayLabel {
	raw, there := k.labels[model.LabelLastUsed]
	if there && raw == "" {
		return model.EmptyDayLabel()
	}
	return model.NewDayLabel(raw)
}

func (k token) String() string {
	return fmt.Sprintf("%s, created %s, labels %v, %s, named by %s (%s), being deleted: %t",
		k.key(), k.created.Format(time.RFC3339), k.labels, k.claim, k.way.name, k.phase, k.deleting)
}

// generator draws tokens for a course.
type generator struct {
	*rand.Rand
	course cleaner.Course
	clock  clock
	period time.Duration
}

func newGenerator(seed uint64, course cleaner.Course, clock clock, period time.Duration) generator {
	return generator{rand.New(rand.NewPCG(seed, 0)), course, clock, period}
}

// tokens gives n tokens. The first are there three times over for everything
// that may spare one: only that stands between them and the cleaner. The rest
// are of all kinds.
func (g generator) tokens(n int) []token {
	var all []token
	for range 3 {
		for _, c := range claims {
			all = append(all, g.due(func(k *token) { k.claim = c }))
		}
		for _, w := range ways() {
			all = append(all, g.due(func(k *token) { k.way = w }))
		}
		for _, p := range phases {
			all = append(all, g.due(func(k *token) { k.way, k.phase = ways()[0], p }))
		}
		for _, text := range noDays {
			all = append(all, g.due(func(k *token) { k.labels[model.LabelLastUsed] = text }))
		}
		all = append(all, g.due(func(k *token) { k.deleting = true }))
	}
	for len(all) < n {
		all = append(all, g.any())
	}
	for i := range all {
		all[i].name = fmt.Sprintf("token-%d", i)
	}
	return all
}

// due draws a token that the cleaner would touch within the days, and changes it.
func (g generator) due(change func(*token)) token {
	for {
		k := g.plain()
		f := within(g.course.Fate(k.facts()), g.course.Today+howManyDays)
		if f.Invalidated != 0 || f.Deleted != 0 {
			change(&k)
			return k
		}
	}
}

// plain draws a token that differs from others in its dates only.
func (g generator) plain() token {
	k := token{
		namespace: g.IntN(namespaces),
		account:   g.IntN(accounts),
		claim:     listed,
		way:       noWay,
		phase:     phases[0],
		labels:    map[string]string{},
		created:   g.moment(-10, 8),
	}
	if g.IntN(4) != 0 {
		k.labels[model.LabelLastUsed] = g.date(-10, howManyDays)
	}
	switch g.IntN(6) {
	case 0, 1:
		k.labels[model.LabelInvalidSince] = g.date(-10, 5)
	case 2:
		k.labels[model.LabelInvalidSince] = pick(g.Rand, noDays)
	}
	return k
}

// any draws a token of any kind, most of them such that the cleaner may act.
func (g generator) any() token {
	k := g.plain()
	if g.IntN(6) == 0 {
		k.claim = pick(g.Rand, claims)
	}
	if g.IntN(6) == 0 {
		k.way, k.phase = pick(g.Rand, ways()), pick(g.Rand, phases)
	}
	if g.IntN(12) == 0 {
		k.labels[model.LabelLastUsed] = pick(g.Rand, noDays)
	}
	k.deleting = g.IntN(25) == 0
	return k
}

// noDays are legal values of a label that are no days to the cleaner. A
// timestamp of RFC 3339 has colons and is no legal value.
var noDays = []string{"", "soon", "20261122", "2026-2-3", "2026-13-01", "2026-02-30", "2026-11-22T10.00.00Z", "0"}

func (g generator) date(from, to int) string {
	return (g.course.Today + model.Day(from+g.IntN(to-from+1))).String()
}

// moment draws a moment at which a token may be made. Every fourth comes of age
// within the hour before or after the passes.
func (g generator) moment(from, to int) time.Time {
	for {
		m := (g.course.Today + model.Day(from+g.IntN(to-from+1))).Time()
		if g.IntN(4) == 0 {
			hour := time.Duration(g.IntN(7200)-3600) * time.Second
			m = m.Add(((g.course.PassAt+hour-g.period)%day + day) % day).Truncate(time.Second)
		} else {
			m = m.Add(time.Duration(g.IntN(86400)) * time.Second)
		}
		if g.clock.clear(m, g.period) {
			return m
		}
	}
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }
