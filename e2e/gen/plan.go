package gen

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// plan is the whole cluster before anything of it is written. It is made in
// one go because its parts refer to each other: an account lists tokens, a pod
// mounts a token of its account, and a mounted token has been used.
type plan struct {
	namespaces []string
	accounts   []account
	tokens     []token
	pods       []pod
}

type account struct {
	namespace, name string
	tokens          []int // indices of its tokens
}

type token struct {
	name    string
	account int
	listed  bool   // in the account's .secrets, hence auto-generated
	mounted bool   // by at least one pod
	used    string // date of the last use, "" for never
	invalid string // date it was switched off, "" for never
}

// reach is how a pod gets at a token secret.
type reach int

const (
	byNothing reach = iota // the projected token only
	byVolume
	byEnv
)

type pod struct {
	name    string
	account int
	token   int // index; meaningful unless reach is byNothing
	reach   reach
}

// newPlan draws a cluster from r. Dates count back from today.
func newPlan(size Size, r *rand.Rand, today time.Time) *plan {
	p := &plan{}
	for i := range size.Namespaces {
		p.namespaces = append(p.namespaces, namespaceName(i))
	}
	for i := range size.Accounts {
		p.accounts = append(p.accounts, account{
			namespace: p.namespaces[i%size.Namespaces],
			name:      accountName(i / size.Namespaces),
		})
	}
	for i := range size.Tokens {
		p.addToken(i, r)
	}
	for i := range size.Pods {
		p.addPod(i, r)
	}
	for i := range p.tokens {
		p.tokens[i].live(r, today)
	}
	return p
}

// addToken gives most accounts one token, some two and some none. Four in five
// were made by the controller of old; of the others, made by hand, some were
// listed by their owner to have them mounted.
func (p *plan) addToken(i int, r *rand.Rand) {
	owner := i % len(p.accounts)
	if r.Float64() < 0.1 {
		owner = r.IntN(len(p.accounts))
	}
	t := token{account: owner}
	name := p.accounts[owner].name
	switch chance := r.Float64(); {
	case chance < 0.80:
		t.name, t.listed = fmt.Sprintf("%s-token-%s", name, suffix(r)), true
	case chance < 0.84:
		t.name, t.listed = fmt.Sprintf("%s-static-%d", name, i), true
	default:
		t.name = fmt.Sprintf("%s-external-%d", name, i)
	}
	p.accounts[owner].tokens = append(p.accounts[owner].tokens, i)
	p.tokens = append(p.tokens, t)
}

// addPod lets three accounts in five have pods at all, and one pod in seven
// reach for a token secret of its account.
func (p *plan) addPod(i int, r *rand.Rand) {
	owner := r.IntN(len(p.accounts)*3/5 + 1)
	a := p.accounts[owner]
	o := pod{name: fmt.Sprintf("%s-%d-%s", a.name, i, suffix(r)), account: owner}
	if len(a.tokens) > 0 {
		switch chance := r.Float64(); {
		case chance < 0.12:
			o.reach = byVolume
		case chance < 0.14:
			o.reach = byEnv
		}
	}
	if o.reach != byNothing {
		o.token = a.tokens[r.IntN(len(a.tokens))]
		p.tokens[o.token].mounted = true
	}
	p.pods = append(p.pods, o)
}

// live decides what has happened to a token since its use is tracked. A mounted
// one was most likely used this week. Of the rest more than half were never
// used, and some that lay idle for long have been switched off.
func (t *token) live(r *rand.Rand, today time.Time) {
	daysAgo := func(low, high int) string {
		return today.AddDate(0, 0, -low-r.IntN(high-low)).Format(time.DateOnly)
	}
	chance := r.Float64()
	switch {
	case t.mounted && chance < 0.8:
		t.used = daysAgo(0, 7)
	case chance < 0.15:
		t.used = daysAgo(0, 30)
	case chance < 0.40:
		t.used = daysAgo(30, 500)
	case chance < 0.43 && t.listed:
		t.invalid = daysAgo(1, 300)
	}
}
