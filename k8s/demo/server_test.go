package demo_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"

	"timebound/k8s/demo"
	"timebound/k8s/demo/world"
)

var secrets = corev1.SchemeGroupVersion.WithResource("secrets")

func demoWorld(t *testing.T) *demo.Server {
	t.Helper()
	s, err := demo.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func typed(t *testing.T, s *demo.Server) kubernetes.Interface {
	t.Helper()
	c, err := kubernetes.NewForConfig(s.REST())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func partial(t *testing.T, s *demo.Server) metadata.Interface {
	t.Helper()
	c, err := metadata.NewForConfig(s.REST())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func secret(name string, labels map[string]string) *corev1.Secret {
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: name, Labels: labels,
			Annotations: map[string]string{corev1.ServiceAccountNameKey: "ledger"}},
		Type: corev1.SecretTypeServiceAccountToken,
		Data: map[string][]byte{corev1.ServiceAccountTokenKey: []byte(world.Canary)},
	}
}

// wiretap keeps every byte that a server answered.
type wiretap struct{ seen bytes.Buffer }

func (w *wiretap) wrap(rt http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		response, err := rt.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return nil, err
		}
		w.seen.Write(body)
		response.Body = io.NopCloser(bytes.NewReader(body))
		return response, nil
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (w *wiretap) saw(canary string) bool {
	encoded := base64.StdEncoding.EncodeToString([]byte(canary)[:len(canary)/3*3])
	return bytes.Contains(w.seen.Bytes(), []byte(canary)) || bytes.Contains(w.seen.Bytes(), []byte(encoded))
}

// Metadata-only lists carry no secret data. They do carry OpenShift's
// annotation with the live token, so dropping it is the client's part.
func TestMetadataOnlyListsCarryNoSecretData(t *testing.T) {
	s := demoWorld(t)
	list := func(tap *wiretap, accept string) {
		t.Helper()
		config := s.REST()
		config.Wrap(tap.wrap)
		client, err := rest.HTTPClientFor(config)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, config.Host+"/api/v1/secrets", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", accept)
		response, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK || tap.seen.Len() == 0 {
			t.Fatalf("HTTP %d with %d bytes", response.StatusCode, tap.seen.Len())
		}
	}
	for _, mediaType := range []string{"application/json", "application/vnd.kubernetes.protobuf"} {
		var full, thin wiretap
		list(&full, mediaType)
		list(&thin, mediaType+";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1")
		if !full.saw(world.Canary) {
			t.Errorf("%s: the full list does not carry the canary, so this test proves nothing", mediaType)
		}
		if thin.saw(world.Canary) {
			t.Errorf("%s: secret data in a metadata-only list", mediaType)
		}
		if !thin.saw(world.CanaryAnnotation) {
			t.Errorf("%s: the annotation openshift.io/token-secret.value is missing; a real server sends it", mediaType)
		}
	}
}

func TestEveryAnswerCarriesTheWorldsClock(t *testing.T) {
	s := demoWorld(t)
	for _, path := range []string{"/version", "/api/v1/namespaces", "/nothing"} {
		response, err := http.Get(s.REST().Host + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if date, err := http.ParseTime(response.Header.Get("Date")); err != nil || !date.Equal(s.Now()) {
			t.Errorf("%s: Date %q, want %s", path, response.Header.Get("Date"), s.Now())
		}
	}
}

func TestFaults(t *testing.T) {
	s := demoWorld(t)
	client := typed(t, s)
	list := func() error {
		_, err := client.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{})
		return err
	}
	for name, c := range map[string]struct {
		fault demo.Fault
		is    func(error) bool
	}{
		"401":         {demo.Fault{Status: 401}, apierrors.IsUnauthorized},
		"403":         {demo.Fault{Status: 403}, apierrors.IsForbidden},
		"404":         {demo.Fault{Status: 404}, apierrors.IsNotFound},
		"410":         {demo.Fault{Status: 410}, apierrors.IsResourceExpired},
		"429":         {demo.Fault{Status: 429}, apierrors.IsTooManyRequests},
		"500":         {demo.Fault{Status: 500}, apierrors.IsInternalError},
		"503":         {demo.Fault{Status: 503}, apierrors.IsServiceUnavailable},
		"504":         {demo.Fault{Status: 504}, apierrors.IsTimeout},
		"cut in body": {demo.Fault{Truncate: 1000}, func(err error) bool { return err != nil && strings.Contains(err.Error(), "EOF") }},
	} {
		t.Run(name, func(t *testing.T) {
			heal := s.Fail(demo.Lists(demo.Resource("pods")), c.fault)
			if err := list(); !c.is(err) {
				t.Errorf("got %v", err)
			}
			if _, err := client.CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{}); err != nil {
				t.Errorf("another kind: %v", err)
			}
			heal()
			if err := list(); err != nil {
				t.Errorf("healed: %v", err)
			}
		})
	}
	t.Run("once", func(t *testing.T) {
		s.Fail(demo.Resource("pods"), demo.Fault{Status: 500, Times: 1})
		if err := list(); err == nil {
			t.Error("the first request works")
		}
		if err := list(); err != nil {
			t.Errorf("the second request: %v", err)
		}
	})
	t.Run("busy, then fine", func(t *testing.T) {
		// client-go waits as it is told and tries again.
		s.Fail(demo.Resource("pods"), demo.Fault{Status: 429, RetryAfter: time.Second, Times: 1})
		if err := list(); err != nil {
			t.Error(err)
		}
	})
}

func TestRightsThatAreMissingInOneNamespace(t *testing.T) {
	s := demoWorld(t)
	accounts := typed(t, s).CoreV1().ServiceAccounts
	if _, err := accounts("payments").List(t.Context(), metav1.ListOptions{}); err != nil {
		t.Errorf("a readable namespace: %v", err)
	}
	for namespace, where := range map[string]string{
		"payments-custody": `in the namespace "payments-custody"`,
		"":                 "at the cluster scope",
	} {
		_, err := accounts(namespace).List(t.Context(), metav1.ListOptions{})
		want := `serviceaccounts is forbidden: User "anna.keller@example.com" cannot list resource "serviceaccounts" in API group "" ` + where
		if !apierrors.IsForbidden(err) || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestOpenShiftObjectsAreServedAsPlainJSON(t *testing.T) {
	s := demoWorld(t)
	client, err := dynamic.NewForConfig(s.REST())
	if err != nil {
		t.Fatal(err)
	}
	version, err := client.Resource(schema.GroupVersionResource{Group: "config.openshift.io", Version: "v1", Resource: "clusterversions"}).
		Get(t.Context(), "version", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	status, _ := version.Object["status"].(map[string]any)
	desired, _ := status["desired"].(map[string]any)
	if desired["version"] != "4.16.8" {
		t.Errorf("desired version = %v", desired["version"])
	}
	configs := schema.GroupVersionResource{Group: "apps.openshift.io", Version: "v1", Resource: "deploymentconfigs"}
	list, err := client.Resource(configs).Namespace("ci").List(t.Context(), metav1.ListOptions{})
	if err != nil || len(list.Items) != 1 || list.Items[0].GetName() != "jenkins" {
		t.Errorf("deploymentconfigs: %v, %v", list, err)
	}
	thin, err := partial(t, s).Resource(configs).List(t.Context(), metav1.ListOptions{Limit: 1})
	if err != nil || len(thin.Items) != 1 || thin.Continue == "" {
		t.Errorf("their metadata as protobuf: %v, %v", thin, err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.REST().Host+"/apis/apps.openshift.io/v1/deploymentconfigs", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/vnd.kubernetes.protobuf")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusNotAcceptable {
		t.Errorf("full objects as protobuf: HTTP %d", response.StatusCode)
	}
}

func TestTheWorldMayServeFlagz(t *testing.T) {
	for text, code := range map[string]int{"": http.StatusNotFound, "service-account-lookup=true": http.StatusOK} {
		s := start(t, &world.World{Now: time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC), Version: "v1.36.3", Flagz: text})
		response, err := http.Get(s.REST().Host + "/flagz")
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != code {
			t.Errorf("%q: HTTP %d, want %d", text, response.StatusCode, code)
		}
	}
}

func TestBigWorlds(t *testing.T) {
	s := start(t, demo.Big(2000, 500, 1000))
	client := partial(t, s)
	for resource, want := range map[string]int{"secrets": 2000, "serviceaccounts": 500, "pods": 1000, "namespaces": 6} {
		list, err := client.Resource(corev1.SchemeGroupVersion.WithResource(resource)).List(t.Context(), metav1.ListOptions{})
		if err != nil || len(list.Items) != want {
			t.Errorf("%s: %d, want %d, %v", resource, len(list.Items), want, err)
		}
	}
}

// Whoever comes before the world is there waits for it, and may leave.
func TestClientsMayComeBeforeTheWorld(t *testing.T) {
	s, err := demo.Start()
	if err != nil {
		t.Fatal(err)
	}
	if s.Now().IsZero() {
		t.Error("the clock is not known")
	}
	if list, err := partial(t, s).Resource(secrets).List(t.Context(), metav1.ListOptions{}); err != nil || len(list.Items) == 0 {
		t.Errorf("no secrets: %v", err)
	}
	s.Close()
	hasty, err := demo.Start()
	if err != nil {
		t.Fatal(err)
	}
	hasty.Close()
	if conn, err := net.Dial("tcp", strings.TrimPrefix(hasty.REST().Host, "http://")); err == nil {
		_ = conn.Close()
		t.Error("the port is still open")
	}
}
