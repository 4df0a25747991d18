package trim

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/k8s/redact"
	"timebound/model"
)

const sampleJWT = "eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.eyJpc3MiOiJrdWJlcm5ldGVzL3NlcnZpY2VhY2NvdW50In0.c2lnbmF0dXJl"

func TestTrimToken(t *testing.T) {
	created := metav1.NewTime(time.Date(2024, 5, 1, 12, 0, 0, 0, time.FixedZone("", 7200)))
	gone := metav1.NewTime(created.Add(time.Hour))
	yes := true
	token := Token(&metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
		Namespace: "shop", Name: "web-token", UID: "u1", ResourceVersion: "7",
		CreationTimestamp: created, DeletionTimestamp: &gone, Finalizers: []string{"openshift.io/legacy-token"},
		OwnerReferences: []metav1.OwnerReference{{Kind: "Secret", Name: "web-dockercfg", UID: "o", Controller: &yes}},
		Labels: map[string]string{
			model.LabelLastUsed: "2026-01-31", model.LabelInvalidSince: "soon", "team": "shop", "long": strings.Repeat("x", maxExtraValue+1),
		},
		Annotations: map[string]string{
			model.AnnotationAccountName: "web", model.AnnotationAccountUID: "a1", model.AnnotationCreatedBy: "openshift.io/create-dockercfg-secrets",
			model.AnnotationOpenShiftTokenValue: sampleJWT, annotationLastApplied: `{"data":{"token":"x"}}`,
			"note": "kept", "leak": "Bearer " + sampleJWT,
		},
	}})
	want := &model.Token{
		Key: model.Key{Namespace: "shop", Name: "web-token"}, UID: "u1", ResourceVersion: "7", Account: "web", AccountUID: "a1",
		Created: created.UTC(), Deleting: gone.UTC(), Finalizers: []string{"openshift.io/legacy-token"},
		LastUsed: model.NewDayLabel("2026-01-31"), InvalidSince: model.NewDayLabel("soon"), CreatedBy: "openshift.io/create-dockercfg-secrets",
		Owners: []model.Owner{{Kind: "Secret", Name: "web-dockercfg", UID: "o", Controller: true}},
		Labels: map[string]string{"team": "shop"}, Annotations: map[string]string{"note": "kept"},
	}
	if !reflect.DeepEqual(token, want) {
		t.Errorf("got  %+v\nwant %+v", token, want)
	}
	if bare := Token(&metav1.PartialObjectMetadata{}); bare.Labels != nil || bare.Annotations != nil || bare.Owners != nil || !bare.Created.IsZero() {
		t.Errorf("an empty secret became %+v", bare)
	}
}

func TestTrimPullSecret(t *testing.T) {
	of := func(annotations map[string]string) *model.PullSecret {
		return PullSecret(&metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: "p", Annotations: annotations}})
	}
	if p := of(map[string]string{"team": "shop"}); p != nil {
		t.Errorf("kept a pull secret of somebody's own: %+v", p)
	}
	old := of(map[string]string{model.AnnotationAccountName: "web", model.AnnotationOpenShiftTokenName: "web-token", model.AnnotationOpenShiftBinding: "legacy"})
	if old == nil || old.Bound || old.TokenSecret != "web-token" || old.Account != "web" {
		t.Errorf("legacy pair: %+v", old)
	}
	bound := of(map[string]string{annotationBoundAccount: "web", model.AnnotationOpenShiftBinding: "bound"})
	if bound == nil || !bound.Bound || bound.TokenSecret != "" || bound.Account != "web" {
		t.Errorf("bound: %+v", bound)
	}
}

func TestTrimAccount(t *testing.T) {
	no := false
	a := Account(&corev1.ServiceAccount{
		ObjectMeta:                   metav1.ObjectMeta{Namespace: "shop", Name: "web", UID: "u", Annotations: map[string]string{annotationEnforceMountable: "true", oauthClientPrefixes[1] + "first": "{}"}},
		Secrets:                      []corev1.ObjectReference{{Name: "web-token"}, {Name: "web-dockercfg"}},
		ImagePullSecrets:             []corev1.LocalObjectReference{{Name: "pull"}},
		AutomountServiceAccountToken: &no,
	})
	if strings.Join(a.Secrets, " ") != "web-token web-dockercfg" || strings.Join(a.ImagePullSecrets, " ") != "pull" || !a.AutomountOff || !a.EnforceMountable || !a.OAuthClient {
		t.Errorf("got %+v", a)
	}
	plain := Account(&corev1.ServiceAccount{})
	if plain.AutomountOff || plain.EnforceMountable || plain.OAuthClient || plain.Secrets != nil {
		t.Errorf("got %+v", plain)
	}
}

// Whatever somebody writes into the metadata of a secret, nothing that looks
// like a token is kept.
func FuzzTrimSecret(f *testing.F) {
	f.Add("note", "Bearer "+sampleJWT, "web")
	f.Add(model.AnnotationOpenShiftTokenValue, sampleJWT, sampleJWT)
	f.Add(model.LabelLastUsed, sampleJWT+sampleJWT, strings.Repeat("eyJ", 400)+"."+sampleJWT)
	f.Add(sampleJWT, "\x1b]8;;\xff", "\u202e")
	f.Fuzz(func(t *testing.T, key, value, account string) {
		extra := map[string]string{key: value, model.AnnotationAccountName: account, model.AnnotationCreatedBy: value,
			model.LabelLastUsed: value, model.AnnotationOpenShiftTokenName: value}
		secret := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "s", Labels: extra, Annotations: extra}}
		for _, kept := range []any{Token(secret), PullSecret(secret)} {
			if text := fmt.Sprintf("%+v", kept); redact.HoldsToken(text) {
				t.Errorf("a token survives in %q", text)
			}
			if text := fmt.Sprintf("%+v", reflect.ValueOf(kept).Elem()); redact.HoldsToken(text) {
				t.Errorf("a token survives in %q", text)
			}
		}
	})
}

func TestAnEmptyLastUsedLabelIsThere(t *testing.T) {
	for _, c := range []struct {
		labels             map[string]string
		absent, unparsable bool
	}{
		{nil, true, false},
		{map[string]string{model.LabelLastUsed: ""}, false, true},
		{map[string]string{model.LabelLastUsed: "soon"}, false, true},
		{map[string]string{model.LabelLastUsed: "2026-11-22"}, false, false},
	} {
		got := Token(&metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: "x", Labels: c.labels}}).LastUsed
		if got.Absent() != c.absent || got.Unparsable() != c.unparsable {
			t.Errorf("%v: absent %v, unparsable %v", c.labels, got.Absent(), got.Unparsable())
		}
	}
}
