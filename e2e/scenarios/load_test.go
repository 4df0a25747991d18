package scenarios

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
)

// Everything that was made is in the inventory, as it was made, and judged by
// what the version can tell.
func (s *stage) everythingIsLoaded(t *testing.T) {
	t.Parallel()
	ns := s.namespace(t, "load")
	account := s.account(t, ns, "robot")
	plain := s.token(t, ns, "plain", "robot", func(o *corev1.Secret) {
		o.Labels = map[string]string{"team": "load"}
	})
	s.leaving(t, ns, "leaving", "robot")
	for _, other := range []corev1.Secret{
		{Type: corev1.SecretTypeOpaque, ObjectMeta: metav1.ObjectMeta{Name: "opaque"}},
		{Type: corev1.SecretTypeDockercfg, ObjectMeta: metav1.ObjectMeta{Name: "registry"}, Data: map[string][]byte{corev1.DockerConfigKey: []byte("{}")}},
	} {
		_, err := s.admin.CoreV1().Secrets(ns).Create(t.Context(), &other, metav1.CreateOptions{})
		must(t, err)
	}

	reported := map[model.ObjectKind]model.Progress{}
	inv, problems, err := s.open(t, looker).Load(t.Context(), func(p model.Progress) { reported[p.Kind] = p })
	must(t, err)
	now := view{model.Assess(inv, s.know, policyIn(0)), problems}
	later := view{model.Assess(inv, s.know, policyIn(longAfter)), problems}

	if len(problems) > 0 {
		t.Errorf("an administrator is told of problems: %v", problems)
	}
	wantComplete(t, inv, reported)
	for _, f := range now.Findings {
		name := f.Token.Name
		if f.Token.Namespace == ns && f.Token.Account == "robot" && name != "plain" && name != "leaving" && !s.generates() {
			t.Errorf("%s is taken for a token", name)
		}
	}

	f := now.token(t, ns, "plain")
	got := f.Token
	if got.UID != string(plain.UID) || got.ResourceVersion != plain.ResourceVersion || !got.Created.Equal(plain.CreationTimestamp.Time) {
		t.Errorf("the token is %+v, and was made as %s, version %s, at %s", got, plain.UID, plain.ResourceVersion, plain.CreationTimestamp)
	}
	if got.Account != "robot" || got.AccountUID != string(account.UID) || f.Account == nil || f.Account.UID != string(account.UID) {
		t.Errorf("the token's account is %q (%s), want robot (%s)", got.Account, got.AccountUID, account.UID)
	}
	if got.Labels["team"] != "load" || !got.LastUsed.Absent() || !got.InvalidSince.Absent() {
		t.Errorf("the token's labels are %v, last used %q, invalid since %q", got.Labels, got.LastUsed.Raw, got.InvalidSince.Raw)
	}

	// A token of today proves nothing yet. Once it has been watched for long
	// it is idle, where uses are written down at all.
	if s.tracks() {
		wantVerdict(t, f, model.VerdictQuiet, model.CodeNotReferenced)
		wantVerdict(t, later.token(t, ns, "plain"), model.VerdictIdle, model.CodeNotReferenced, model.CodeNeverUsed)
	} else {
		wantVerdict(t, f, model.VerdictUnknown, model.CodeTrackingAbsent)
		wantVerdict(t, later.token(t, ns, "plain"), model.VerdictUnknown, model.CodeTrackingAbsent)
	}
	if !has(later.BlindSpots, model.CodeForecast) {
		t.Errorf("a forecast does not say that it is one: %s", texts(later.BlindSpots))
	}
	wantVerdict(t, now.token(t, ns, "leaving"), model.VerdictDead, model.CodeDeleting)
}

// leaving makes a token that is being deleted and kept by a finalizer.
func (s *stage) leaving(t *testing.T, namespace, name, account string) {
	t.Helper()
	o := s.token(t, namespace, name, account, func(o *corev1.Secret) { o.Finalizers = []string{"timebound.example/hold"} })
	must(t, s.admin.CoreV1().Secrets(namespace).Delete(t.Context(), o.Name, metav1.DeleteOptions{}))
}

// wantComplete checks that every kind was read, and reported as it was read.
func wantComplete(t *testing.T, inv *model.Inventory, reported map[model.ObjectKind]model.Progress) {
	t.Helper()
	absent := map[model.ObjectKind]bool{model.KindPullSecrets: true, model.KindDeploymentConfigs: true} // OpenShift's
	kinds := append([]model.ObjectKind{model.KindTokens, model.KindPullSecrets, model.KindAccounts, model.KindPods, model.KindNodes}, model.TemplateKinds()...)
	for _, kind := range kinds {
		c, want := inv.Coverage.Kinds[kind], model.CoverageComplete
		if absent[kind] {
			want = model.CoverageNotServed
		}
		if c.State != want || len(c.Gaps) > 0 || c.Mixed || c.Cached {
			t.Errorf("the coverage of %s is %+v, want state %d", kind, c, want)
		}
		if want == model.CoverageComplete && time.Since(c.Started).Abs() > time.Minute {
			t.Errorf("the list of %s is said to begin at %s", kind, c.Started)
		}
		if p := reported[kind]; !p.Done || p.Failed || p.Count != c.Count {
			t.Errorf("the last progress of %s is %+v, for %d objects", kind, p, c.Count)
		}
	}
	if got := inv.Coverage.Kinds[model.KindTokens].Count; got != len(inv.Tokens) {
		t.Errorf("%d tokens were counted, there are %d", got, len(inv.Tokens))
	}
}
