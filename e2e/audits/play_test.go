package audits

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
)

// What the callers of the play call themselves, as such clients do.
const (
	agentController = "promoter/v0.4.1 (linux/amd64) kubernetes/8f0a3c2"
	agentPython     = "OpenAPI-Generator/29.0.0/python"
	agentScraper    = "Prometheus/3.5.0"
	agentKubectl    = "kubectl/v1.29.3 (darwin/arm64) kubernetes/6813625"
	agentOperator   = "kube-state-metrics/v2.13.0 (linux/amd64) kube-state-metrics/7ee2b6a"
	agentVault      = "vault/1.17.2"
	agentLate       = "jenkins-agent/2.1"
)

// actors are the tokens of a play.
type actors struct {
	robot, deploy, second, delegated, short, gone, quiet *holder
	bound, stale, garbage                                *holder
}

// play has every kind of client present every kind of token.
func (s *stage) play(t *testing.T) actors {
	t.Helper()
	for _, ns := range []string{"shop", "bodies", "request", "complete"} {
		s.namespace(t, ns)
	}
	a := s.cast(t)
	s.readers(t, a)
	s.writers(t, a)
	s.odd(t, a)
	s.boundTokens(t, a)
	s.reviews(t, a)
	s.refused(t, a)
	return a
}

// cast makes the tokens.
func (s *stage) cast(t *testing.T) actors {
	t.Helper()
	robot := s.account(t, "shop", "robot", "cluster-admin")
	deploy := s.account(t, "bodies", "deploy", "cluster-admin")
	narrow := s.account(t, "complete", "narrow", s.podReader(t))
	a := actors{
		robot:     s.generated(t, robot, "robot-token-x7k2p"),
		second:    s.manual(t, robot, "robot-by-hand"),
		deploy:    s.manual(t, deploy, "deploy-ci"),
		delegated: s.manual(t, narrow, "narrow-token"),
		short:     s.manual(t, robot, "to-be-invalidated"),
		gone:      s.manual(t, deploy, "to-be-deleted"),
		quiet:     s.manual(t, narrow, "never-used"),
		garbage:   &holder{token: "abc.def.ghi"},
	}
	_, err := s.admin.CoreV1().Nodes().Create(t.Context(), &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "node-1"}}, metav1.CreateOptions{})
	must(t, err)
	pod := s.pod(t, robot, "web-0", "node-1")
	a.bound = s.bound(t, pod)
	a.stale = s.stale(t, pod, time.Now().Add(-2*time.Hour))
	return a
}

// readers get, list and watch.
func (s *stage) readers(t *testing.T, a actors) {
	t.Helper()
	robot := s.library(t, a.robot, agentController, "127.0.0.2")
	for range 3 {
		_, err := robot.CoreV1().Pods("shop").List(t.Context(), metav1.ListOptions{})
		must(t, err)
	}
	for range 2 {
		_, err := robot.CoreV1().Secrets("shop").Get(t.Context(), "robot-by-hand", metav1.GetOptions{})
		must(t, err)
	}
	_, err := robot.Discovery().ServerVersion()
	must(t, err)
	for range 4 {
		s.raw(t, a.robot, agentPython, "127.0.0.3", http.MethodGet, "/api/v1/configmaps?limit=5", "")
	}
	s.curl(t, a.robot, "127.0.0.4", "/api/v1/namespaces/shop/pods")
	for range 5 {
		s.raw(t, a.second, agentScraper, "127.0.0.5", http.MethodGet, "/metrics", "")
	}
	for range 2 {
		s.raw(t, a.second, agentKubectl, "127.0.0.5", http.MethodGet, "/apis", "")
	}
	// The holder may read pods and not secrets: a 403 is a use all the same.
	for range 3 {
		s.raw(t, a.delegated, agentOperator, "127.0.0.6", http.MethodGet, "/api/v1/namespaces/complete/pods", "")
		s.raw(t, a.delegated, agentOperator, "127.0.0.6", http.MethodGet, "/api/v1/namespaces/complete/secrets", "")
	}
	s.watch(t, a.robot, agentController, "127.0.0.2", 1)
	s.watch(t, a.delegated, agentOperator, "127.0.0.6", 2)
}

// watch watches for some seconds: a request of three events.
func (s *stage) watch(t *testing.T, h *holder, agent, address string, seconds int64) {
	t.Helper()
	w, err := s.library(t, h, agent, address).CoreV1().Pods(h.account.Namespace).Watch(t.Context(), metav1.ListOptions{TimeoutSeconds: &seconds})
	must(t, err)
	defer w.Stop()
	for range w.ResultChan() {
	}
}

// writers create and change, in namespaces where bodies are logged. The bodies
// hold what looks like an audit annotation and is none.
func (s *stage) writers(t *testing.T, a actors) {
	t.Helper()
	decoy := map[string]string{
		"authentication.k8s.io/legacy-token":               "system:serviceaccount:decoy:nobody",
		"authentication.k8s.io/legacy-token-manual-secret": "decoy",
		"authentication.k8s.io/stale-token":                "subject: system:serviceaccount:decoy:nobody, seconds after warning threshold: 7",
	}
	text, err := json.Marshal(map[string]any{"annotations": decoy, "kind": "Event"})
	must(t, err)
	object := func(name string) *corev1.ConfigMap {
		return &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: decoy},
			Data:       map[string]string{"legacy-token": "system:serviceaccount:decoy:nobody", "event.json": string(text) + "\n"},
		}
	}
	deploy := s.library(t, a.deploy, agentKubectl, "127.0.0.7")
	for _, namespace := range []string{"bodies", "request"} {
		for i := range 3 {
			made, err := deploy.CoreV1().ConfigMaps(namespace).Create(t.Context(), object(fmt.Sprintf("decoy-%d", i)), metav1.CreateOptions{})
			must(t, err)
			made.Data["changed"] = "yes"
			_, err = deploy.CoreV1().ConfigMaps(namespace).Update(t.Context(), made, metav1.UpdateOptions{})
			must(t, err)
		}
		must(t, deploy.CoreV1().ConfigMaps(namespace).Delete(t.Context(), "decoy-0", metav1.DeleteOptions{}))
		// Somebody without a legacy token writes the same.
		_, err := s.admin.CoreV1().ConfigMaps(namespace).Create(t.Context(), object("of-admin"), metav1.CreateOptions{})
		must(t, err)
		_, err = s.admin.CoreV1().ConfigMaps(namespace).List(t.Context(), metav1.ListOptions{})
		must(t, err)
	}
	// The same agent from another address is another caller.
	_, err = s.library(t, a.deploy, agentKubectl, "127.0.0.8").CoreV1().Secrets("bodies").List(t.Context(), metav1.ListOptions{})
	must(t, err)
}

// odd are requests that a careless reader counts wrongly.
func (s *stage) odd(t *testing.T, a actors) {
	t.Helper()
	get := func(path string, header ...string) {
		s.raw(t, a.second, "odd/1", "127.0.0.9", http.MethodGet, path, "", header...)
	}
	get("/api/v1/namespaces/shop/pods/missing")                                                                      // 404
	get("/api/v1/namespaces/shop/pods", "Impersonate-User", "somebody")                                              // 403, and another user
	get("/api/v1/namespaces/shop/pods", "X-Forwarded-For", "203.0.113.9, 198.51.100.7")                              // sourceIPs of three
	get("/healthz?token=authentication.k8s.io/legacy-token")                                                         // a needle in the URI
	get("/api/v1/namespaces/shop/pods?labelSelector=authentication.k8s.io%2Flegacy-token%3Dsystem%3Aserviceaccount") // and escaped
	s.raw(t, a.second, "\"authentication.k8s.io/legacy-token\":\"x\" \\ é", "127.0.0.9", http.MethodGet, "/version", "")
	s.raw(t, a.second, "", "127.0.0.9", http.MethodGet, "/version", "", "User-Agent", "")                       // none at all
	s.raw(t, a.second, "odd/1", "127.0.0.9", http.MethodPost, "/api/v1/namespaces/shop/configmaps", "{no json") // 400
	s.raw(t, a.second, "odd/1", "127.0.0.9", http.MethodPost, "/api/v1/namespaces/shop/configmaps?dryRun=All",
		`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dry"}}`)
}

// boundTokens shows tokens that no report on legacy ones may count, and a stale
// one that must be told apart.
func (s *stage) boundTokens(t *testing.T, a actors) {
	t.Helper()
	for range 6 {
		s.raw(t, a.bound, "web/1.0", "127.0.0.10", http.MethodGet, "/api/v1/namespaces/shop/pods", "")
	}
	for range 4 {
		s.raw(t, a.stale, "web/0.1 old-library/1", "127.0.0.11", http.MethodGet, "/api/v1/namespaces/shop/pods", "")
	}
}

// reviews has legacy tokens checked by others: the log names only who asked.
func (s *stage) reviews(t *testing.T, a actors) {
	t.Helper()
	review := &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: a.quiet.token}}
	done, err := s.admin.AuthenticationV1().TokenReviews().Create(t.Context(), review, metav1.CreateOptions{})
	must(t, err)
	if !done.Status.Authenticated {
		t.Fatalf("the reviewed token is not accepted: %s", done.Status.Error)
	}
	_, err = s.library(t, a.robot, agentVault, "127.0.0.12").AuthenticationV1().TokenReviews().Create(t.Context(), review, metav1.CreateOptions{})
	must(t, err)
}

// refused presents tokens that are good no more, and one that never was. A token
// is accepted from a cache for ten seconds.
func (s *stage) refused(t *testing.T, a actors) {
	t.Helper()
	knock := func(h *holder, agent string) bool {
		code, _ := s.raw(t, h, agent, "127.0.0.13", http.MethodGet, "/api/v1/namespaces/shop/pods", "")
		return code == http.StatusUnauthorized
	}
	for range 3 {
		if !knock(a.garbage, "knocker/1") {
			t.Fatal("a garbage token is accepted")
		}
	}
	if knock(a.short, agentLate) || knock(a.gone, agentLate) {
		t.Fatal("a good token is refused")
	}
	s.invalidate(t, a.short)
	must(t, s.admin.CoreV1().Secrets(a.gone.account.Namespace).Delete(context.WithoutCancel(t.Context()), a.gone.secret, metav1.DeleteOptions{}))
	await(t, "the deleted token to be refused", func() (bool, error) { return knock(a.gone, agentLate), nil })
	if s.refusesInvalidated() {
		await(t, "the invalidated token to be refused", func() (bool, error) { return knock(a.short, agentLate), nil })
	}
	knock(a.short, agentLate)
	// Without any token it is somebody without a name, who is not refused for it.
	s.raw(t, &holder{account: model.Key{}}, "anonymous/1", "127.0.0.13", http.MethodGet, "/version", "")
}
