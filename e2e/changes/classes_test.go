package changes

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/run"
)

// Fault 21, other keys: ECDSA signs otherwise each time, so the same token comes
// back from sealed bytes only, and without them nothing is deleted.
func TestECDSA(t *testing.T) {
	controlplanetest.Require(t, controlplane.Newest)
	s := raise(t, controlplane.Options{ECDSA: true})
	t.Cleanup(s.Stop)
	t.Run("deletes", func(t *testing.T) { // so that its check comes before the end of the control plane
		c := s.scene(t)
		o := c.operator(t)
		c.account(t, "robot")
		before := c.listed(t, "key", "robot")
		o.switchedOff(t, "key")
		items := o.stageTokens(t, plan.Delete, "key")
		got := o.apply(t, items, quick()).wantSkipped(t, "key", change.SkipRefused)
		if !strings.Contains(got.Why, "class C") || !strings.Contains(got.Why, "ES256") {
			t.Errorf("why it is refused: %s", got.Why)
		}
		options := seal(t, glanced())
		e := o.apply(t, items, options)
		e.wantAll(t, run.Done)
		o.undo(t, e.ID, options).wantAll(t, run.Done)
		c.accepted(t, before.Data["token"])

		// Whoever allows it all the same gets another token, and is told.
		o.switchedOff(t, "key")
		lossy := glanced()
		lossy.Classes = "ABC"
		e = o.apply(t, o.stageTokens(t, plan.Delete, "key"), lossy)
		e.wantAll(t, run.Done)
		back := o.undo(t, e.ID, lossy)
		if check := back.of(t, "key").Check; check == nil || check.State != run.Failed || !strings.Contains(check.Why, "another one") {
			t.Errorf("another token came back, and the second look says %+v", check)
		}
		c.canaries.addToken(c.secret(t, "key").Data["token"])
	})
}

// Two keys are accepted: which of them signs cannot be seen, so nothing is
// deleted without sealed bytes. It restarts kube-apiserver: it is not parallel.
func TestTwoKeys(t *testing.T) {
	s := newest(t)
	c := s.scene(t)
	o := c.operator(t)
	c.account(t, "robot")
	before := c.token(t, "key", "robot")
	o.switchedOff(t, "key")
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	path := filepath.Join(t.TempDir(), "old.key")
	must(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}), 0o600))
	s.Change(func(o *controlplane.Options) { o.APIServerArgs = []string{"--service-account-key-file=" + path} })
	must(t, s.RestartAPIServer(t.Context()))
	defer func() {
		s.Change(func(o *controlplane.Options) { o.APIServerArgs = nil })
		must(t, s.RestartAPIServer(t.Context()))
		s.steady(t)
	}()
	s.steady(t)
	o.look(t)
	items := o.stageTokens(t, plan.Delete, "key")
	got := o.apply(t, items, quick()).wantSkipped(t, "key", change.SkipRefused)
	if !strings.Contains(got.Why, "more than one signing key") {
		t.Errorf("why it is refused: %s", got.Why)
	}
	options := seal(t, glanced())
	e := o.apply(t, items, options)
	e.wantAll(t, run.Done)
	o.undo(t, e.ID, options).wantAll(t, run.Done)
	c.accepted(t, before.Data["token"])
}

// The account is gone, and only because no controller runs its token is not: it
// would never come back, and is not deleted. Not parallel for the controller.
func TestAccountGone(t *testing.T) {
	s := newest(t)
	c := s.scene(t)
	o := c.operator(t)
	c.account(t, "robot")
	c.token(t, "key", "robot")
	o.switchedOff(t, "key")
	items := o.stageTokens(t, plan.Delete, "key")
	s.KillControllerManager()
	defer func() { must(t, s.RestartControllerManager(t.Context())) }()
	must(t, c.admin.CoreV1().ServiceAccounts(c.ns).Delete(t.Context(), "robot", metav1.DeleteOptions{}))
	c.meddled("key")
	e := o.apply(t, items, quick())
	if r := e.of(t, "key").Outcome; r.State != run.Skipped {
		t.Errorf("the facts are old: %s (%s): %s", r.State, r.Code, r.Why)
	}
	// With all facts new, the undo class says it.
	a := o.look(t)
	item, refusal := o.stageToken(t, a, plan.Delete, "key", "")
	if refusal != nil {
		t.Fatalf("a dead token: %s", refusal.Why)
	}
	review, err := o.engine.Review(t.Context(), run.Order{Purpose: run.Apply, Items: []*change.Item{item}, Options: quick()}, nil)
	must(t, err)
	if v := review.Items[0]; v.Class != change.ClassD || v.Problem == "" {
		t.Errorf("the review says class %s: %s", v.Class, v.Problem)
	}
	got := o.apply(t, []*change.Item{item}, quick()).wantSkipped(t, "key", change.SkipRefused)
	if !strings.Contains(got.Why, "class D") {
		t.Errorf("why it is refused: %s", got.Why)
	}
}

// steady waits until a server that has just started knows its roles.
func (s *stage) steady(t *testing.T) {
	t.Helper()
	config, err := s.RESTConfig(operatorName(operators - 1))
	must(t, err)
	client, err := kubernetes.NewForConfig(config)
	must(t, err)
	await(t, 30*time.Second, "the server knows its roles", func(ctx context.Context) (bool, error) {
		_, err := client.CoreV1().Secrets("default").List(ctx, metav1.ListOptions{})
		return err == nil, nil
	})
}
