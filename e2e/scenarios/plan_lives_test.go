package scenarios

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"timebound/plan"
)

// wantLives asks for tokens as the plan's own check of a maximum does, for far
// too long, and as a kubelet does for a pod.
func (s *stage) wantLives(t *testing.T, ns string, u setup) {
	t.Helper()
	s.checkTells(t, ns, u)
	life, _, warnings := s.requestToken(t, ns, tenYears, nil)
	wantLife(t, "a long request gets", life, u.granted)
	if shortened := slices.ContainsFunc(warnings, func(w string) bool { return strings.Contains(w, "shortened to") }); shortened != (u.granted < tenYears) {
		t.Errorf("a request for %s that gets %s is answered with the warnings %q", tenYears, u.granted, warnings)
	}

	pod := s.pod(t, ns, "pod-"+u.slug(), func(spec *corev1.PodSpec) { spec.ServiceAccountName = "robot" })
	_, signed, _ := s.requestToken(t, ns, asked, &authenticationv1.BoundObjectReference{APIVersion: "v1", Kind: "Pod", Name: pod.Name, UID: pod.UID})
	wantLife(t, "a pod's token says", signed, u.podToken)
}

// checkTells does what the plan says would verify a maximum. It has to ask for
// more than the policy allows, or a missing maximum would not show.
func (s *stage) checkTells(t *testing.T, ns string, u setup) {
	t.Helper()
	p := s.planned(t, looker)
	minor := plan.Minor(s.minor)
	step := stepOf(t, p, minor.String()+"/TB-401")
	if step.State == plan.Done && len(step.Verify) == 0 {
		return
	}
	words := strings.Fields(strings.Join(step.Verify, " "))
	if len(words) < 6 || strings.Join(words[:4], " ") != "kubectl create token ACCOUNT" || words[4] != "--duration" {
		t.Fatalf("%s is verified by %q", step.ID, step.Verify)
	}
	asked, err := time.ParseDuration(words[5])
	must(t, err)
	allowed, err := time.ParseDuration(p.Policy.At(minor).MaxTokenExpiration)
	must(t, err)
	life, _, _ := s.requestToken(t, ns, asked, nil)
	wantLife(t, "the plan's check shows", life, min(asked, u.granted))
	if met := life < allowed+time.Minute; met != (step.State == plan.Done) {
		t.Errorf("%s is %s, and a token that is asked for with %s gets %s", step.ID, step.State, asked, life)
	}
}

// requestToken requests a token of the account robot. It gives the life that
// the answer tells, the one that is signed into the token, and the warnings.
func (s *stage) requestToken(t *testing.T, ns string, life time.Duration, bound *authenticationv1.BoundObjectReference) (told, signed time.Duration, warnings []string) {
	t.Helper()
	var heard warningsHeard
	config := rest.CopyConfig(s.config)
	config.WarningHandler = &heard
	client, err := kubernetes.NewForConfig(config)
	must(t, err)
	began := time.Now()
	answer, err := client.CoreV1().ServiceAccounts(ns).CreateToken(t.Context(), "robot", &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: new(int64(life / time.Second)), BoundObjectRef: bound},
	}, metav1.CreateOptions{})
	must(t, err)

	parts := strings.Split(answer.Status.Token, ".")
	if len(parts) != 3 {
		t.Fatalf("a token of %d parts was issued", len(parts))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	must(t, err)
	var claims struct {
		Issued  int64 `json:"iat"`
		Expires int64 `json:"exp"`
	}
	must(t, json.Unmarshal(payload, &claims))
	return answer.Status.ExpirationTimestamp.Sub(began), time.Duration(claims.Expires-claims.Issued) * time.Second, heard.texts()
}

// wantLife allows for the time that a request takes.
func wantLife(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if (got - want).Abs() > 5*time.Second {
		t.Errorf("%s %s, want %s", what, got.Round(time.Second), want)
	}
}

// theRuleIsTold: a maximum of an hour ends extension by itself, so a policy
// that asks for both is warned. The setup "an hour" shows that it is so.
func (s *stage) theRuleIsTold(t *testing.T) {
	t.Helper()
	minor := plan.Minor(s.minor).String()
	policy := filepath.Join(t.TempDir(), "policy.yaml")
	must(t, os.WriteFile(policy, []byte("phases:\n- {minor: \""+minor+"\", maxTokenExpiration: 1h, extendTokenExpiration: true}\n"), 0o600))
	step := wantState(t, s.planned(t, looker, "--policy", policy), minor+"/TB-401", plan.ToDo)
	if !slices.ContainsFunc(step.Facts, func(f string) bool { return strings.Contains(f, "below 3607 seconds no pod token is extended") }) {
		t.Errorf("nobody is told that nothing is extended then: %q", step.Facts)
	}
}

// warningsHeard keeps the warnings that come with answers.
type warningsHeard struct {
	mu   sync.Mutex
	list []string
}

// HandleWarningHeader implements rest.WarningHandler.
func (w *warningsHeard) HandleWarningHeader(code int, _, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if code == 299 {
		w.list = append(w.list, text)
	}
}

func (w *warningsHeard) texts() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.list)
}
