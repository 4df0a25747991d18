package changes

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"filippo.io/age"
	corev1 "k8s.io/api/core/v1"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/backup"
	"timebound/plan/change"
	"timebound/plan/run"
)

// What a client of a token sees: switched off, it is refused within 15 s;
// switched on, accepted within 15 s; deleted and restored, it is the same token
// again. Fault 21.
func TestTokenLife(t *testing.T) {
	t.Parallel()
	forVersions(t, differing, func(t *testing.T, s *stage) {
		t.Helper()
		for _, c := range []struct {
			name           string
			listed, sealed bool
		}{{"auto-generated", true, false}, {"manual", false, false}, {"auto-generated, sealed", true, true}, {"manual, sealed", false, true}} {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				s.scene(t).tokenLife(t, c.listed, c.sealed)
			})
		}
	})
}

func (c *scene) tokenLife(t *testing.T, listed, sealed bool) {
	t.Helper()
	o := c.operator(t)
	c.account(t, "robot")
	secret := c.token
	if listed {
		secret = func(t *testing.T, name, account string, _ ...func(*corev1.Secret)) *corev1.Secret {
			t.Helper()
			return c.listed(t, name, account)
		}
	}
	before := secret(t, "key", "robot")
	token := before.Data["token"]
	c.accepted(t, token)
	before = c.secret(t, "key") // with its day of use
	options, class := settled(), change.ClassA
	if sealed {
		options, class = seal(t, options), change.ClassB
	}

	off := o.switchedOff(t, "key")
	t.Logf("refused after %s", c.refused(t, token).Round(time.Millisecond))
	o.undo(t, off.ID, quick()).wantAll(t, run.Done)
	t.Logf("accepted after %s", c.accepted(t, token).Round(time.Millisecond))
	c.same(t, before, "key")

	o.switchedOff(t, "key")
	gone := o.apply(t, o.stageTokens(t, plan.Delete, "key"), options)
	gone.wantAll(t, run.Done)
	if got := gone.of(t, "key").Intent.Class; got != class {
		t.Errorf("undo class %s, want %s", got, class)
	}
	t.Logf("deleted, refused after %s", c.refused(t, token).Round(time.Millisecond))
	back := o.undo(t, gone.ID, options)
	back.wantAll(t, run.Done)
	if check := back.of(t, "key").Check; check == nil || check.State != run.Done {
		t.Errorf("the restored token was not looked at again: %+v", check)
	}
	t.Logf("restored, accepted after %s", c.accepted(t, token).Round(time.Millisecond))
	c.same(t, before, "key")

	// The controller would have taken the entry by now.
	if got := slices.Contains(c.entries(t, "robot"), "key"); got != listed {
		t.Errorf("the account's .secrets has the name: %t, want %t", got, listed)
	}
	origin := o.look(t).Token(model.Key{Namespace: c.ns, Name: "key"}).Origin
	if (origin == model.OriginAuto) != listed {
		t.Errorf("its origin is %v", origin)
	}
}

// same checks that a secret is what it was (I5): type, labels, annotations but
// the mark of who restored it, and every byte.
func (c *scene) same(t *testing.T, before *corev1.Secret, name string) {
	t.Helper()
	now := c.secret(t, name)
	if now == nil {
		t.Errorf("I5: %s is gone", name)
		return
	}
	delete(now.Annotations, change.RunAnnotation)
	if now.Type != before.Type || !equalMaps(now.Labels, before.Labels) || !equalMaps(now.Annotations, before.Annotations) {
		t.Errorf("I5: %s has labels %v and annotations %v, had %v and %v", name, now.Labels, now.Annotations, before.Labels, before.Annotations)
	}
	for key, value := range before.Data {
		if !bytes.Equal(now.Data[key], value) {
			t.Errorf("I5: the bytes of %s in %s are others than before", key, name)
		}
	}
	if len(now.Data) != len(before.Data) {
		t.Errorf("I5: %s has %d keys, had %d", name, len(now.Data), len(before.Data))
	}
}

func equalMaps(a, b map[string]string) bool {
	for key, value := range a {
		if other, there := b[key]; !there || other != value {
			return false
		}
	}
	return len(a) == len(b)
}

// seal makes a key and has backups sealed to it.
func seal(t *testing.T, options run.Options) run.Options {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	must(t, err)
	to, err := backup.ParseRecipients([]string{key.Recipient().String()}, nil)
	must(t, err)
	open := backup.Identities{key}
	sealing, err := backup.SealTo(to, open)
	must(t, err)
	return sealedTo(options, sealing, open)
}
