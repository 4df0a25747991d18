package changes

import (
	"strings"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/k8s"
	"timebound/model"
	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/run"
)

// Fault 15: several operators, each with a state folder of his own, run the same
// batch at once. Every token is switched off once, and who came later says who
// was first.
func TestOperatorsRunTheSame(t *testing.T) {
	s := newest(t)
	t.Parallel()
	for round := range rounds(3) {
		c := s.scene(t)
		names := c.many(t, 40)
		all := c.team(t, 2+round%3*3) // 2, 5, 8
		items := make([][]*change.Item, len(all))
		for i, o := range all {
			items[i] = o.stageTokens(t, plan.Invalidate, names...)
		}
		c.race(t, all, items)
	}
}

// Fault 16: the batches of two operators overlap.
func TestOperatorsOverlap(t *testing.T) {
	s := newest(t)
	t.Parallel()
	for range rounds(2) {
		c := s.scene(t)
		names := c.many(t, 45)
		all := c.team(t, 2)
		c.race(t, all, [][]*change.Item{
			all[0].stageTokens(t, plan.Invalidate, names[:30]...),
			all[1].stageTokens(t, plan.Invalidate, names[15:]...),
		})
	}
}

func (c *scene) team(t *testing.T, n int) []*operator {
	t.Helper()
	all := make([]*operator, n)
	for i := range all {
		all[i] = c.operator(t)
	}
	return all
}

// race has all operators begin at once, and adds up what became of it.
func (c *scene) race(t *testing.T, all []*operator, items [][]*change.Item) {
	t.Helper()
	var wg sync.WaitGroup
	ends := make([]*ended, len(all))
	begun := make([]*under, len(all))
	for i, o := range all {
		begun[i] = o.begin(t, items[i], quick())
	}
	for i, u := range begun {
		wg.Go(func() { ends[i] = u.wait(t) })
	}
	wg.Wait()
	winner := map[string]string{} // token: run
	for _, e := range ends {
		for _, r := range e.Results() {
			if r.Outcome.State == run.Done {
				winner[r.Item.On.Name] = e.ID
			}
		}
	}
	lost := 0
	for i, e := range ends {
		for _, r := range e.Results() {
			first := winner[r.Item.On.Name]
			switch {
			case first == "":
				t.Errorf("nobody switched %s off: %s says %s: %s", r.Item.On.Name, all[i].user, r.Outcome.State, r.Outcome.Why)
			case r.Outcome.State == run.Done:
			case r.Outcome.State != run.Skipped || r.Outcome.Code != string(change.SkipAlready):
				t.Errorf("%s lost %s and says %s (%s): %s", all[i].user, r.Item.On.Name, r.Outcome.State, r.Outcome.Code, r.Outcome.Why)
			case !strings.Contains(r.Outcome.Why, "run "+first):
				t.Errorf("%s does not say that run %s was first with %s: %s", all[i].user, first, r.Item.On.Name, r.Outcome.Why)
			default:
				lost++
			}
		}
	}
	t.Logf("%d operators, %d tokens: each once; %d times somebody else was told to have been first", len(all), len(winner), lost)
}

// Fault 17: our clock is days off. The label carries the server's day, nothing is
// selected that would not have been, and the engine's own clock does no harm.
func TestClockIsOff(t *testing.T) {
	s := newest(t)
	t.Parallel()
	for _, off := range []time.Duration{-48 * time.Hour, 48 * time.Hour, -10 * 365 * 24 * time.Hour} {
		c := s.scene(t)
		names := c.many(t, 3)
		right := c.operator(t)
		o := c.operator(t, func(cfg *k8s.Config) { cfg.Now = func() time.Time { return time.Now().Add(off) } })
		for _, name := range names {
			key := model.Key{Namespace: c.ns, Name: name}
			want, got := right.facts.Latest().Token(key), o.facts.Latest().Token(key)
			if off > -72*time.Hour && want.Verdict != got.Verdict {
				t.Errorf("clock %s off: %s is %s, and %s by the right clock", off, name, got.Verdict, want.Verdict)
			}
		}
		var items []*change.Item
		for _, name := range names {
			item, refusal := o.stageToken(t, o.facts.Latest(), plan.Invalidate, name, "a test wants it")
			if refusal != nil {
				t.Fatal(refusal)
			}
			items = append(items, item)
		}
		e := o.apply(t, items, quick())
		e.wantAll(t, run.Done)
		today := model.DayOf(time.Now()).String()
		for _, name := range names {
			if got := c.secret(t, name).Labels[model.LabelInvalidSince]; got != today {
				t.Errorf("clock %s off: the label of %s is %s, the server's day is %s", off, name, got, today)
			}
		}
		o.undo(t, e.ID, quick()).wantAll(t, run.Done)
	}
}

// A batch of 10,000, where TIMEBOUND_E2E_ROUNDS asks for long tests, and of 600 by
// default: all of it is done, once, and put back.
func TestLargeBatch(t *testing.T) {
	s := newest(t)
	n := 600
	if rounds(0) > 0 {
		n = 10_000
	}
	c := s.scene(t)
	o := c.operator(t)
	names := c.many(t, n)
	o.look(t)
	options := quick()
	options.Parallel = 16
	e := o.apply(t, o.stageTokens(t, plan.Invalidate, names...), options)
	e.wantAll(t, run.Done)
	t.Logf("%d invalidations in %s, %.0f/s", n, e.took.Round(time.Millisecond), float64(n)/e.took.Seconds())
	back := o.undo(t, e.ID, options)
	back.wantAll(t, run.Done)
	t.Logf("undone in %s, %.0f/s", back.took.Round(time.Millisecond), float64(n)/back.took.Seconds())
	must(t, c.admin.CoreV1().Secrets(c.ns).DeleteCollection(t.Context(), metav1.DeleteOptions{}, metav1.ListOptions{FieldSelector: "type=" + model.TypeToken}))
	for _, name := range names {
		c.meddled(name)
	}
}
