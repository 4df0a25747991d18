package contract

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"timebound/k8s"
	"timebound/model/wire"
)

// openHand opens the server as the product does, and unlocks it.
func openHand(t *testing.T, config *rest.Config) *k8s.Hand {
	t.Helper()
	session, err := k8s.Open(k8s.Config{REST: config, Context: "contract"})
	if err != nil {
		t.Fatal(err)
	}
	h := session.Hand()
	h.Unlock()
	return h
}

func target(kind, namespace, name string) wire.Target {
	t, _ := wire.TargetOf(kind, namespace, name)
	return t
}

// body writes the object that a request creates, or its patch.
func body(t *testing.T, v any) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// newSecret is the request for a secret without data.
func newSecret(t *testing.T, ns string, o *corev1.Secret) wire.Request {
	t.Helper()
	o.APIVersion, o.Kind, o.Data = "v1", "Secret", nil
	return wire.Request{Verb: wire.Create, On: target("Secret", ns, o.Name), Body: body(t, o)}
}

// managed says whether the object knows that we changed it.
func managed(o *wire.Object) bool {
	return slices.ContainsFunc(o.Managers, func(m wire.Manager) bool { return m.Name == "timebound" && !m.Time.IsZero() })
}

func wantCode(t *testing.T, what string, err error, code int, reason metav1.StatusReason) {
	t.Helper()
	f := wire.FailureOf(err)
	if f == nil || f.Code != code || f.Reason != string(reason) || f.Unsure || f.Message == "" {
		t.Errorf("%s: want %d %s, got %v (%+v)", what, code, reason, err, f)
	}
}

// RunHand holds what k8s.Hand makes of a server's answers.
func RunHand(t *testing.T, config *rest.Config) {
	t.Helper()
	connect(t, config).hand(t)
}

func (s *server) hand(t *testing.T) {
	t.Helper()
	h := openHand(t, s.config)
	ns := s.newNamespace(t)
	t.Run("finding out", func(t *testing.T) { s.handAsks(t, h) })
	t.Run("locked", func(t *testing.T) { s.handLocked(t, ns) })
	t.Run("secrets", func(t *testing.T) { s.handSecrets(t, h, ns) })
	t.Run("workloads", func(t *testing.T) { s.handWorkloads(t, h, ns) })
	t.Run("deletes", func(t *testing.T) { s.handDeletes(t, h, ns) })
	t.Run("bytes", func(t *testing.T) { s.handBytes(t, h, ns) })
	t.Run("bound tokens", func(t *testing.T) { s.handIssues(t, h, ns) })
}

func (s *server) handAsks(t *testing.T, h *k8s.Hand) {
	t.Helper()
	system, err := s.typed.CoreV1().Namespaces().Get(t.Context(), "kube-system", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	who, _ := s.typed.AuthenticationV1().SelfSubjectReviews().Create(t.Context(), &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	id, err := h.Identity(t.Context())
	if err != nil || id.UID != string(system.UID) || id.User != who.Status.UserInfo.Username || id.Context != "contract" || id.Server == "" {
		t.Errorf("identity = %+v, %v", id, err)
	}
	keys, err := h.Keys(t.Context())
	if err != nil || len(keys) == 0 || keys[0].ID == "" || keys[0].Alg == "" || keys[0].N == "" || keys[0].E == "" {
		t.Errorf("keys = %+v, %v", keys, err)
	}
	for _, right := range []wire.Right{
		{Verb: wire.Patch, Resource: "secrets", Namespace: s.namespace},
		{Verb: wire.Create, Resource: "serviceaccounts", Subresource: "token", Namespace: s.namespace},
		{Verb: wire.Delete, Group: "apps", Resource: "deployments"},
	} {
		if may, err := h.May(t.Context(), right, "one"); err != nil || !may {
			t.Errorf("may %s = %v, %v", right, may, err)
		}
	}
}

func (s *server) handLocked(t *testing.T, ns string) {
	t.Helper()
	s.create(t, ns, opaque("locked"))
	h := openHand(t, s.config)
	h.Lock()
	patch := wire.Request{Verb: wire.Patch, On: target("Secret", ns, "locked"), PatchType: wire.MergePatch, Body: json.RawMessage(`{"metadata":{"labels":{"a":"b"}}}`)}
	_, err := h.Send(t.Context(), patch)
	if refused := (*k8s.WriteRefusedError)(nil); !errors.As(err, &refused) || refused.Unlocked || wire.FailureOf(err) == nil {
		t.Errorf("a patch: %v", err)
	}
	if o, err := h.Send(t.Context(), patch.Dry()); err != nil || o.Labels["a"] != "b" {
		t.Errorf("a dry run: %+v, %v", o, err)
	}
	if o, err := h.Metadata(t.Context(), patch.On); err != nil || len(o.Labels) != 0 {
		t.Errorf("afterwards: %+v, %v", o, err)
	}
}

func (s *server) handSecrets(t *testing.T, h *k8s.Hand, ns string) {
	t.Helper()
	made, err := h.Send(t.Context(), newSecret(t, ns, opaque("one")))
	if err != nil || made.UID == "" || made.ResourceVersion == "" || made.Created.IsZero() || made.Kind != "Secret" || made.APIVersion != "v1" || made.Body != nil {
		t.Fatalf("create: %+v, %v", made, err)
	}
	_, err = h.Send(t.Context(), newSecret(t, ns, opaque("one")))
	wantCode(t, "create again", err, http.StatusConflict, metav1.StatusReasonAlreadyExists)
	_, err = h.Send(t.Context(), newSecret(t, ns, opaque("one")).Dry())
	wantCode(t, "create again, dry", err, http.StatusConflict, metav1.StatusReasonAlreadyExists)
	if dry, err := h.Send(t.Context(), newSecret(t, ns, opaque("other")).Dry()); err != nil || dry.Name != "other" || dry.UID == "" {
		t.Errorf("create, dry: %+v, %v", dry, err)
	}
	_, err = h.Metadata(t.Context(), target("Secret", ns, "other"))
	wantCode(t, "what was created dry", err, http.StatusNotFound, metav1.StatusReasonNotFound)

	patch := wire.Request{Verb: wire.Patch, On: target("Secret", ns, "one"), PatchType: wire.MergePatch, Body: body(t, map[string]any{"metadata": map[string]any{
		"uid": made.UID, "resourceVersion": made.ResourceVersion,
		"labels":      map[string]string{"kubernetes.io/legacy-token-invalid-since": "2026-11-22"},
		"annotations": map[string]string{"kubectl.kubernetes.io/last-applied-configuration": secretBytes, "openshift.io/token-secret.value": secretBytes, "timebound/run": "r"},
	}})}
	marked, err := h.Send(t.Context(), patch)
	if err != nil || marked.UID != made.UID || marked.ResourceVersion == made.ResourceVersion || marked.Labels["kubernetes.io/legacy-token-invalid-since"] != "2026-11-22" ||
		marked.Body != nil || !managed(marked) {
		t.Fatalf("merge patch: %+v, %v", marked, err)
	}
	for key, want := range map[string]string{"kubectl.kubernetes.io/last-applied-configuration": wire.Withheld, "openshift.io/token-secret.value": wire.Withheld, "timebound/run": "r"} {
		if marked.Annotations[key] != want {
			t.Errorf("annotation %s = %q", key, marked.Annotations[key])
		}
	}
	_, err = h.Send(t.Context(), patch)
	wantCode(t, "merge patch of an old state", err, http.StatusConflict, metav1.StatusReasonConflict)
	test := wire.Request{Verb: wire.Patch, On: patch.On, PatchType: wire.JSONPatch, Body: json.RawMessage(
		`[{"op":"test","path":"/metadata/uid","value":"another"},{"op":"remove","path":"/metadata/labels"}]`)}
	_, err = h.Send(t.Context(), test)
	wantCode(t, "JSON patch whose test fails", err, http.StatusUnprocessableEntity, metav1.StatusReasonInvalid)
	test.Body = json.RawMessage(`[{"op":"test","path":"/metadata/uid","value":"` + made.UID + `"},{"op":"remove","path":"/metadata/labels"}]`)
	if o, err := h.Send(t.Context(), test); err != nil || len(o.Labels) != 0 {
		t.Errorf("JSON patch: %+v, %v", o, err)
	}
	_, err = h.Send(t.Context(), wire.Request{Verb: wire.Patch, On: target("Secret", ns, "gone"), PatchType: wire.MergePatch, Body: json.RawMessage(`{}`)})
	wantCode(t, "patch what is no", err, http.StatusNotFound, metav1.StatusReasonNotFound)
}

func (s *server) handWorkloads(t *testing.T, h *k8s.Hand, ns string) {
	t.Helper()
	labels := map[string]string{"app": "web"}
	made, err := s.typed.AppsV1().Deployments(ns).Create(t.Context(), &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "web", Annotations: map[string]string{"kubectl.kubernetes.io/last-applied-configuration": "{}"}},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{
					Containers: []corev1.Container{{Name: "main", Image: "registry.example/web:1"}},
					Volumes:    []corev1.Volume{{Name: "token", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "token"}}}},
				},
			},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	on := target("Deployment", ns, "web")
	read, err := h.Whole(t.Context(), on)
	if err != nil || read.UID != string(made.UID) || read.Generation != 1 || read.Kind != "Deployment" || read.APIVersion != "apps/v1" || read.Body["spec"] == nil {
		t.Fatalf("read: %+v, %v", read, err)
	}
	const pointer = "/spec/template/spec/volumes/0"
	patch := wire.Request{Verb: wire.Patch, On: on, PatchType: wire.JSONPatch, Body: body(t, []map[string]any{
		{"op": "test", "path": "/metadata/uid", "value": read.UID},
		{"op": "test", "path": pointer + "/name", "value": "token"},
		{"op": "replace", "path": pointer, "value": map[string]any{"name": "token", "projected": map[string]any{
			"sources": []any{map[string]any{"serviceAccountToken": map[string]any{"path": "token", "expirationSeconds": 3600}}}}}},
	})}
	for _, r := range []wire.Request{patch.Dry(), patch} {
		o, err := h.Send(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		text := string(body(t, o.Body))
		if !strings.Contains(text, `"serviceAccountToken"`) || strings.Contains(text, "secretName") || strings.Contains(text, "managedFields") || !managed(o) || o.Generation != 2 {
			t.Errorf("patched: %s", text)
		}
		if o.Annotations["kubectl.kubernetes.io/last-applied-configuration"] != wire.Withheld || !strings.Contains(text, wire.Withheld) {
			t.Errorf("annotations: %v", o.Annotations)
		}
	}
	_, err = h.Send(t.Context(), patch.Dry())
	if err != nil {
		t.Errorf("the same again changes nothing: %v", err)
	}
	patch.Body = json.RawMessage(`[{"op":"test","path":"` + pointer + `/name","value":"other"}]`)
	_, err = h.Send(t.Context(), patch)
	wantCode(t, "another volume", err, http.StatusUnprocessableEntity, metav1.StatusReasonInvalid)
}

func (s *server) handDeletes(t *testing.T, h *k8s.Hand, ns string) {
	t.Helper()
	made := s.create(t, ns, opaque("leaves"))
	gone := wire.Request{Verb: wire.Delete, On: target("Secret", ns, "leaves"), UID: string(made.UID), ResourceVersion: made.ResourceVersion}
	other := gone
	other.UID = "00000000-0000-0000-0000-000000000000"
	_, err := h.Send(t.Context(), other)
	wantCode(t, "another UID", err, http.StatusConflict, metav1.StatusReasonConflict)
	other = gone
	other.ResourceVersion = "1"
	_, err = h.Send(t.Context(), other.Dry())
	wantCode(t, "another version, dry", err, http.StatusConflict, metav1.StatusReasonConflict)
	if o, err := h.Send(t.Context(), gone.Dry()); err != nil || o != nil {
		t.Errorf("dry: %+v, %v", o, err)
	}
	if o, err := h.Metadata(t.Context(), gone.On); err != nil || o.ResourceVersion != made.ResourceVersion {
		t.Errorf("after the dry run: %+v, %v", o, err)
	}
	if o, err := h.Send(t.Context(), gone); err != nil || o != nil {
		t.Errorf("delete: %+v, %v", o, err)
	}
	_, err = h.Send(t.Context(), gone)
	wantCode(t, "delete again", err, http.StatusNotFound, metav1.StatusReasonNotFound)

	held := opaque("held")
	held.Finalizers = []string{"openshift.io/legacy-token"}
	made = s.create(t, ns, held)
	o, err := h.Send(t.Context(), wire.Request{Verb: wire.Delete, On: target("Secret", ns, "held"), UID: string(made.UID)})
	if err != nil || o == nil || o.Deleting.IsZero() || o.UID != string(made.UID) || len(o.Finalizers) != 1 {
		t.Errorf("held by a finalizer: %+v, %v", o, err)
	}
	if _, err := h.Send(t.Context(), wire.Request{Verb: wire.Patch, On: target("Secret", ns, "held"), PatchType: wire.MergePatch, Body: json.RawMessage(`{"metadata":{"finalizers":null}}`)}); err != nil {
		t.Errorf("take the finalizer off: %v", err)
	}
}

func (s *server) handBytes(t *testing.T, h *k8s.Hand, ns string) {
	t.Helper()
	s.createAccount(t, ns, "robot")
	request := newSecret(t, ns, token("with-bytes", "robot"))
	data := map[string][]byte{corev1.ServiceAccountTokenKey: []byte(secretBytes + "\x00<&>\n"), "empty": {}}
	if _, err := h.SendWith(t.Context(), request.Dry(), data); err != nil {
		t.Errorf("create, dry: %v", err)
	}
	made, err := h.SendWith(t.Context(), request, data)
	if err != nil || made.Body != nil {
		t.Fatalf("create: %+v, %v", made, err)
	}
	var kept []byte
	err = h.Token(t.Context(), request.On, func(read wire.Secret) error {
		kept = read.Data[corev1.ServiceAccountTokenKey]
		if read.Object.UID != made.UID || read.Object.Body != nil || read.Type != string(corev1.SecretTypeServiceAccountToken) || read.Immutable ||
			!bytes.Equal(kept, data[corev1.ServiceAccountTokenKey]) || read.Data["empty"] == nil {
			t.Errorf("read: %+v", read)
		}
		return nil
	})
	if err != nil || len(kept) == 0 || !bytes.Equal(kept, make([]byte, len(kept))) {
		t.Errorf("afterwards the bytes are %q, %v", kept, err)
	}
	wantCode(t, "no such secret", h.Token(t.Context(), target("Secret", ns, "gone"), nil), http.StatusNotFound, metav1.StatusReasonNotFound)
}

// issuedAt reads when a bound token was issued.
func issuedAt(t *testing.T, token []byte) time.Time {
	t.Helper()
	var claims struct {
		Issued int64 `json:"iat"`
	}
	_, rest, _ := bytes.Cut(token, []byte("."))
	payload, _, _ := bytes.Cut(rest, []byte("."))
	text, err := base64.RawURLEncoding.DecodeString(string(payload))
	if err != nil || json.Unmarshal(text, &claims) != nil || claims.Issued == 0 {
		t.Fatalf("a token of %d bytes does not say when it was issued", len(token))
	}
	return time.Unix(claims.Issued, 0)
}

func (s *server) handIssues(t *testing.T, h *k8s.Hand, ns string) {
	t.Helper()
	account := s.createAccount(t, ns, "outside")
	on := target("ServiceAccount", ns, "outside")
	wish := wire.TokenWish{Seconds: 3600, AccountUID: string(account.UID)}
	var kept []byte
	err := h.Issue(t.Context(), on, wish, func(issued wire.Issued) error {
		kept = issued.Token
		if left := issued.Expires.Sub(issuedAt(t, kept)); strings.Count(string(kept), ".") != 2 || left < 55*time.Minute || left > 65*time.Minute {
			t.Errorf("a token of %d bytes for %s", len(kept), left)
		}
		return nil
	})
	if err != nil || len(kept) == 0 || !bytes.Equal(kept, make([]byte, len(kept))) {
		t.Errorf("afterwards the bytes are %q, %v", kept, err)
	}
	never := func(wire.Issued) error {
		t.Error("a token was issued")
		return nil
	}
	wish.AccountUID = "00000000-0000-0000-0000-000000000000"
	wantCode(t, "another account", h.Issue(t.Context(), on, wish, never), http.StatusConflict, metav1.StatusReasonConflict)
	wantCode(t, "too short", h.Issue(t.Context(), on, wire.TokenWish{Seconds: 60}, never), http.StatusUnprocessableEntity, metav1.StatusReasonInvalid)
	wantCode(t, "no such account", h.Issue(t.Context(), target("ServiceAccount", ns, "gone"), wire.TokenWish{}, never), http.StatusNotFound, metav1.StatusReasonNotFound)
}
