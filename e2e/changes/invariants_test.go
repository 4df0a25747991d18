package changes

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"timebound/model/wire"
	"timebound/plan"
	"timebound/plan/backup"
	"timebound/plan/run"
)

// promise is an intent in a journal: one request that may have been sent.
type promise struct {
	operator *operator
	run      string
	item     string
	at       time.Time
	intent   run.Intent
	write    *write // the request that it promised; nil if none came
}

// told is one run as its journal tells it.
type told struct {
	operator *operator
	history  *run.History
	promises []*promise
}

// holds checks the invariants over all that the operators of a scene did: I1
// (nothing outside), I2 (no other UID), I3 (no delete without a backup), I4 (at
// most once, and the journal tells the truth), I6 (no token bytes). I5 and I7
// are checked where something is undone, and where the program ends.
func (c *scene) holds(t *testing.T) {
	t.Helper()
	for _, o := range c.operators {
		if o.via != nil {
			o.via.harm(nil)
			o.via.busy.Wait()
		}
	}
	writes := c.written(t)
	runs := c.told(t)
	c.keepsPromises(t, writes, runs)
	for _, r := range runs {
		r.tellsTheTruth(t)
	}
	c.once(t, runs)
	c.standsAsTold(t, runs)
	c.leaksNothing(t)
	for _, o := range c.operators {
		_ = o.store.Close() // it was only read
	}
}

// written gives what the operators of the scene wrote, by the API server's log.
func (c *scene) written(t *testing.T) (writes []*write) {
	t.Helper()
	time.Sleep(200 * time.Millisecond) // the log comes after the answer
	all, err := c.audit.read(c.AuditLog())
	must(t, err)
	for _, w := range all {
		if !w.dryRun && slices.ContainsFunc(c.operators, func(o *operator) bool { return o.user == w.user }) {
			writes = append(writes, w)
		}
	}
	return writes
}

// told reads all journals, the oldest run first.
func (c *scene) told(t *testing.T) []*told {
	t.Helper()
	var runs []*told
	for _, o := range c.operators {
		summaries, err := o.store.Runs()
		if err != nil {
			continue // a test took the folder away: the audit log must be empty, too
		}
		for _, s := range summaries {
			h, err := run.Read(o.store, s.ID)
			if err != nil {
				t.Logf("run %s of %s: %v", s.ID, o.user, err)
				continue
			}
			r := &told{operator: o, history: h}
			for _, rec := range h.Log.Records {
				if rec.Type != "intent" {
					continue
				}
				p := &promise{operator: o, run: h.ID, item: rec.Item, at: rec.Time}
				must(t, json.Unmarshal(rec.Body, &p.intent))
				r.promises = append(r.promises, p)
			}
			runs = append(runs, r)
		}
	}
	slices.SortFunc(runs, func(x, y *told) int { return x.began().Compare(y.began()) })
	return runs
}

func (r *told) began() time.Time { return r.history.Log.Records[0].Time }

// keepsPromises holds every write against the journals: it was promised before it
// came, by the same operator, word for word, and each promise counts once.
func (c *scene) keepsPromises(t *testing.T, writes []*write, runs []*told) {
	t.Helper()
	for _, w := range unpromised(writes, runs) {
		t.Errorf("I1: %s wrote without an intent: %s %s %s/%s, answered %d: %s", w.user, w.verb, w.resource, w.namespace, w.name, w.code, w.body)
	}
}

// unpromised gives the writes that no intent stands for, and notes the others
// with theirs.
func unpromised(writes []*write, runs []*told) (none []*write) {
	var open []*promise
	for _, r := range runs {
		open = append(open, r.promises...)
	}
	for _, w := range writes {
		i := slices.IndexFunc(open, func(p *promise) bool { return p.operator.user == w.user && !p.at.After(w.at) && p.words(w) })
		if i < 0 {
			none = append(none, w)
			continue
		}
		open[i].write = w
		open = slices.Delete(open, i, i+1)
	}
	return none
}

// words says whether a write is what was promised.
func (p *promise) words(w *write) bool {
	r := p.intent.Request
	on := r.On
	if string(r.Verb) != w.verb || on.Resource != w.resource || on.Namespace != w.namespace || on.Name != w.name || on.Subresource != w.sub {
		return false
	}
	if len(w.body) == 0 {
		return true // refused before it was read
	}
	switch {
	case on.Subresource != "":
		return true
	case r.Verb == wire.Delete:
		var options struct {
			Preconditions struct{ UID, ResourceVersion string }
		}
		return json.Unmarshal(w.body, &options) == nil && options.Preconditions.UID == r.UID && options.Preconditions.ResourceVersion == r.ResourceVersion && r.UID != ""
	case r.Verb == wire.Create:
		return sameObject(w.body, r.Body)
	}
	return sameJSON(w.body, r.Body)
}

func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// sameObject compares an object as the server understood it with what was sent,
// but for its bytes and what the server adds.
func sameObject(server, sent []byte) bool {
	type object struct {
		Type      string
		Immutable bool
		Metadata  struct {
			Name, Namespace     string
			Labels, Annotations map[string]string
		}
	}
	var x, y object
	return json.Unmarshal(server, &x) == nil && json.Unmarshal(sent, &y) == nil && reflect.DeepEqual(x, y)
}

// tellsTheTruth holds what a journal says of each item against what the server
// did for it.
func (r *told) tellsTheTruth(t *testing.T) {
	t.Helper()
	made, maybe := map[string]int{}, map[string]int{}
	for _, p := range r.promises {
		switch {
		case p.write == nil:
		case p.write.made():
			made[p.item]++
			if p.intent.Request.Verb == wire.Delete {
				p.wasBackedUp(t)
			}
		case p.write.mayBe():
			maybe[p.item]++
		}
	}
	for _, result := range r.history.Results {
		id, state := result.Item.ID(), result.Outcome.State
		n, open := made[id], maybe[id]
		bad := n > 1
		switch state {
		case run.Done:
			bad = bad || n+open == 0
		case run.Skipped, run.Failed, run.Pending:
			bad = bad || n > 0
		}
		if bad {
			t.Errorf("I4: run %s of %s says %s is %s (%s), and the server made %d changes for it, and may have made %d", r.history.ID, r.operator.user, id, state, result.Outcome.Why, n, open)
		}
		if in := result.Intent; in != nil && !strings.Contains(string(in.Request.Body)+in.Request.UID, result.Item.On.UID) && in.Request.Verb != wire.Create {
			t.Errorf("I2: the request for %s does not name the UID %s: %s", id, result.Item.On.UID, in.Request.Body)
		}
	}
}

// wasBackedUp checks that a backup was on the disk before a delete was sent, and
// still is whole.
func (p *promise) wasBackedUp(t *testing.T) {
	t.Helper()
	if p.intent.Backup == nil {
		t.Errorf("I3: %s has no backup", p.item)
		return
	}
	path := p.intent.Backup.Path
	info, err := os.Stat(path)
	switch {
	case err != nil:
		t.Errorf("I3: backup of %s: %v", p.item, err)
		return
	case info.ModTime().After(p.write.at):
		t.Errorf("I3: the backup of %s was written at %s, after the delete at %s", p.item, info.ModTime(), p.write.at)
	}
	if _, err := backup.Verify(path, nil); err != nil {
		t.Errorf("I3: backup of %s: %v", p.item, err)
	}
}

// once checks that no object was changed twice, by whomever.
func (c *scene) once(t *testing.T, runs []*told) {
	t.Helper()
	net := map[string]int{} // switched off, less switched on
	gone := map[string]int{}
	for _, r := range runs {
		kinds := map[string]*run.Result{}
		for i := range r.history.Results {
			kinds[r.history.Results[i].Item.ID()] = &r.history.Results[i]
		}
		for _, p := range r.promises {
			result := kinds[p.item]
			if p.write == nil || !p.write.made() || result == nil {
				continue
			}
			key := result.Item.On.Name + " " + result.Item.On.UID
			switch result.Item.Kind {
			case plan.Invalidate:
				net[key]++
			case plan.Reactivate:
				net[key]--
			case plan.Delete:
				gone[key]++
			}
		}
	}
	for key, n := range net {
		if n > 1 {
			t.Errorf("I4: %s was switched off %d times", key, n)
		}
	}
	for key, n := range gone {
		if n > 1 {
			t.Errorf("I4: %s was deleted %d times", key, n)
		}
	}
}

// leaksNothing looks for token bytes in all files and all output.
func (c *scene) leaksNothing(t *testing.T) {
	t.Helper()
	for _, o := range c.operators {
		found, _, err := c.canaries.below(o.home)
		if err != nil && !os.IsPermission(err) && !os.IsNotExist(err) {
			t.Errorf("I6: %v", err)
		}
		for _, path := range found {
			t.Errorf("I6: %s holds bytes of a token", strings.TrimPrefix(path, filepath.Dir(o.home)))
		}
		o.mu.Lock()
		if c.canaries.in(o.said.Bytes()) {
			t.Errorf("I6: what %s was shown holds bytes of a token", o.user)
		}
		o.mu.Unlock()
	}
}
