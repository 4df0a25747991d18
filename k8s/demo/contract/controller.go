package contract

import (
	"bytes"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"

	"timebound/k8s"
	"timebound/model/wire"
)

// RunController holds a server's token controller against what undoing a delete
// relies on. It takes a server on which one runs.
func RunController(t *testing.T, config *rest.Config) {
	t.Helper()
	s := connect(t, config)
	h := openHand(t, s.config)
	ns := s.namespace
	account := s.createAccount(t, ns, "robot")
	made := newSecret(t, ns, token("robot-token", "robot"))
	if _, err := h.Send(t.Context(), made); err != nil {
		t.Fatal(err)
	}
	before := s.awaitToken(t, h, made.On)
	_, err := s.typed.CoreV1().ServiceAccounts(ns).Patch(t.Context(), "robot", types.MergePatchType,
		[]byte(`{"secrets":[{"name":"robot-token"},{"name":"another"}]}`), metav1.PatchOptions{})
	if err != nil {
		t.Fatal(err)
	}

	// A deleted one disappears from .secrets, and nothing else does.
	o, err := h.Metadata(t.Context(), made.On)
	if err != nil {
		t.Fatal(err)
	}
	if o.Annotations[corev1.ServiceAccountUIDKey] != string(account.UID) {
		t.Errorf("annotations of the filled secret: %v", o.Annotations)
	}
	if _, err := h.Send(t.Context(), wire.Request{Verb: wire.Delete, On: made.On, UID: o.UID, ResourceVersion: o.ResourceVersion}); err != nil {
		t.Fatal(err)
	}
	await(t, "the name to disappear from .secrets", func() bool {
		robot, err := s.typed.CoreV1().ServiceAccounts(ns).Get(t.Context(), "robot", metav1.GetOptions{})
		return err == nil && len(robot.Secrets) == 1 && robot.Secrets[0].Name == "another"
	})

	// Made again without bytes, it gets the same ones.
	again := token("robot-token", "robot")
	again.Annotations[corev1.ServiceAccountUIDKey] = string(account.UID)
	if _, err := h.Send(t.Context(), newSecret(t, ns, again)); err != nil {
		t.Fatal(err)
	}
	if after := s.awaitToken(t, h, made.On); !bytes.Equal(before, after) {
		t.Error("made again, it has another token")
	}

	// One of another account is deleted; so is one of none.
	stranger := token("stranger", "robot")
	stranger.Annotations[corev1.ServiceAccountUIDKey] = "00000000-0000-0000-0000-000000000000"
	for _, secret := range []*corev1.Secret{stranger, token("orphan", "nobody")} {
		request := newSecret(t, ns, secret)
		if _, err := h.Send(t.Context(), request); err != nil {
			t.Fatal(err)
		}
		await(t, secret.Name+" to be deleted", func() bool {
			_, err := h.Metadata(t.Context(), request.On)
			return wire.CodeOf(err) == 404
		})
	}
}

// awaitToken gives the token of a secret, when it has one.
func (s *server) awaitToken(t *testing.T, h *k8s.Hand, on wire.Target) []byte {
	t.Helper()
	var found []byte
	await(t, on.String()+" to be filled", func() bool {
		err := h.Token(t.Context(), on, func(read wire.Secret) error {
			found = bytes.Clone(read.Data[corev1.ServiceAccountTokenKey])
			if len(found) > 0 && (len(read.Data[corev1.ServiceAccountRootCAKey]) == 0 || string(read.Data[corev1.ServiceAccountNamespaceKey]) != on.Namespace) {
				t.Error("ca.crt or namespace is missing")
			}
			return nil
		})
		return err == nil && len(found) > 0
	})
	return found
}

// await waits for what a controller does.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("waited 20 s for %s", what)
}
