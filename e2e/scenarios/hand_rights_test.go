package scenarios

import (
	"encoding/json"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
	"timebound/k8s"
	"timebound/model/wire"
)

// The rights that are asked for in order to write are enough for every change,
// and who lacks them is told which one it is.
func TestHandRights(t *testing.T) {
	const changer, bystander, ns = "changer", "bystander", "default"
	controlplanetest.Require(t, controlplane.Newest)
	cluster := controlplanetest.Start(t, controlplane.Options{Users: []string{changer, bystander}})
	config, err := cluster.RESTConfig(controlplane.Admin)
	must(t, err)
	admin, err := kubernetes.NewForConfig(config)
	must(t, err)
	s := &stage{Cluster: cluster, admin: admin}
	var rules []rbacv1.PolicyRule
	for _, r := range k8s.WriteRules() {
		rules = append(rules, rbacv1.PolicyRule{APIGroups: r.APIGroups, Resources: r.Resources, NonResourceURLs: r.NonResourceURLs, Verbs: r.Verbs})
	}
	s.bind(t, changer, "", s.role(t, "write", rules...))
	account, err := admin.CoreV1().ServiceAccounts(ns).Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "robot"}}, metav1.CreateOptions{})
	must(t, err)

	secret, _ := wire.TargetOf("Secret", ns, "token")
	robot, _ := wire.TargetOf("ServiceAccount", ns, "robot")
	create := wire.Request{Verb: wire.Create, On: secret, Body: json.RawMessage(`{"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/service-account-token",
		"metadata":{"name":"token","annotations":{"kubernetes.io/service-account.name":"robot"}}}`)}
	label := wire.Request{Verb: wire.Patch, On: secret, PatchType: wire.MergePatch, Body: json.RawMessage(`{"metadata":{"labels":{"a":"b"}}}`)}
	list := wire.Request{Verb: wire.Patch, On: robot, PatchType: wire.MergePatch, Body: json.RawMessage(`{"secrets":[{"name":"token"}]}`)}
	hand := s.open(t, changer).Hand()
	hand.Unlock()
	var made *wire.Object
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"create", func() (err error) {
			made, err = hand.SendWith(t.Context(), create, map[string][]byte{"token": []byte("x")})
			return
		}},
		{"patch", func() error { _, err := hand.Send(t.Context(), label); return err }},
		{"patch the account", func() error { _, err := hand.Send(t.Context(), list); return err }},
		{"read the account", func() error { _, err := hand.Whole(t.Context(), robot); return err }},
		{"read the metadata", func() error { _, err := hand.Metadata(t.Context(), secret); return err }},
		{"read the bytes", func() error { return hand.Token(t.Context(), secret, func(wire.Secret) error { return nil }) }},
		{"read the keys", func() error { _, err := hand.Keys(t.Context()); return err }},
		{"issue", func() error {
			return hand.Issue(t.Context(), robot, wire.TokenWish{AccountUID: string(account.UID)}, func(wire.Issued) error { return nil })
		}},
		{"delete", func() error {
			_, err := hand.Send(t.Context(), wire.Request{Verb: wire.Delete, On: secret, UID: made.UID})
			return err
		}},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.what, err)
		}
	}

	hand = s.open(t, bystander).Hand()
	hand.Unlock()
	_, err = hand.Send(t.Context(), label)
	const want = `patch secrets default/token: forbidden: user bystander needs verb patch on secrets in default (403); run "timebound rbac --for write" for the manifest`
	if err == nil || err.Error() != want {
		t.Errorf("\ngot  %v\nwant %s", err, want)
	}
	if err := hand.Issue(t.Context(), robot, wire.TokenWish{}, nil); err == nil || !strings.Contains(err.Error(), "needs verb create on serviceaccounts/token in default") {
		t.Errorf("issue: %v", err)
	}
	if may, err := hand.May(t.Context(), label.Right(), "token"); may || err != nil {
		t.Errorf("may patch: %v, %v", may, err)
	}
}
