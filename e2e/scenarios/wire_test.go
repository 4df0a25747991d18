package scenarios

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"timebound/k8s"
	"timebound/model"
)

// No byte of a secret's data comes over the wire, let alone out of the
// program; and what others wrote into annotations stays inside.
func (s *stage) noSecretOnTheWire(t *testing.T) {
	t.Parallel()
	ns := s.namespace(t, "wire")
	s.account(t, ns, "robot")
	data, annotations := newCanaries("data"), newCanaries("annotation")
	token := s.token(t, ns, "token", "robot", func(o *corev1.Secret) {
		o.Data = map[string][]byte{"extra": data.fresh()}
		o.Annotations["openshift.io/token-secret.value"] = string(annotations.fresh())
		o.Annotations[corev1.LastAppliedConfigAnnotation] = fmt.Sprintf(`{"data":{"token":%q}}`, annotations.fresh())
	})
	data.add(token.Data[corev1.ServiceAccountTokenKey])
	for _, part := range bytes.Split(token.Data[corev1.ServiceAccountTokenKey], []byte(".")) {
		data.add(part)
	}
	for name, kind := range map[string]corev1.SecretType{"opaque": corev1.SecretTypeOpaque, "registry": corev1.SecretTypeDockercfg} {
		value := data.fresh()
		if kind == corev1.SecretTypeDockercfg {
			value = fmt.Appendf(nil, `{"registry.example":{"auth":%q}}`, value)
		}
		_, err := s.admin.CoreV1().Secrets(ns).Create(t.Context(), &corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Name: name}, Type: kind, Data: map[string][]byte{corev1.DockerConfigKey: value},
		}, metav1.CreateOptions{})
		must(t, err)
	}
	s.pod(t, ns, "pod", func(spec *corev1.PodSpec) { spec.Volumes = secretVolume("token") })

	// The recorder hears a canary where there is one.
	var control recorder
	s.readAsAdmin(t, &control, ns, "token")
	if data.in(control.bytes()) == "" || annotations.in(control.bytes()) == "" {
		t.Fatal("the recorder is deaf: it misses the canaries of a secret that is read as a whole")
	}

	var wire recorder
	session := s.open(t, looker, wire.on)
	inv, _, err := session.Load(t.Context(), nil)
	must(t, err)
	v, _ := s.follow(t, wire.on)
	v.seesLink(t, 30*time.Second, model.LinkLive)
	s.label(t, token, model.LabelLastUsed, "2024-02-29")
	v.seesToken(t, soon, ns, "token", "is used", usedOn("2024-02-29"))

	if n := len(wire.bytes()); n < 10_000 {
		t.Errorf("only %d bytes were recorded", n)
	}
	if leak := data.in(wire.bytes()); leak != "" {
		t.Errorf("data of a secret came over the wire: %s", leak)
	}
	kept, err := json.Marshal([]any{inv, v.last.Inventory, v.last.Problems})
	must(t, err)
	for what, text := range map[string][]byte{"the inventory": kept, "what scan writes": s.everyOutput(t)} {
		if !bytes.Contains(text, []byte("robot")) {
			t.Errorf("%s does not even name the account", what)
		}
		if leak := data.in(text) + annotations.in(text); leak != "" {
			t.Errorf("in %s there is %s", what, leak)
		}
	}
}

// everyOutput is all that scan can write, of a cluster in all formats.
func (s *stage) everyOutput(t *testing.T) []byte {
	t.Helper()
	var all bytes.Buffer
	for _, format := range []string{"table", "wide", "json", "yaml", "csv", "name"} {
		log := filepath.Join(t.TempDir(), "log")
		o := s.run(t, looker, "scan", "-o", format, "--log-file", log)
		o.want(t, 0)
		logged, err := os.ReadFile(log)
		must(t, err)
		all.WriteString(o.stdout + o.stderr)
		all.Write(logged)
	}
	return all.Bytes()
}

func (s *stage) readAsAdmin(t *testing.T, r *recorder, namespace, name string) {
	t.Helper()
	c := k8s.Config{REST: rest.CopyConfig(s.config)}
	r.on(&c)
	client, err := kubernetes.NewForConfig(c.REST)
	must(t, err)
	_, err = client.CoreV1().Secrets(namespace).Get(t.Context(), name, metav1.GetOptions{})
	must(t, err)
}

// canaries are values that must not be found.
type canaries struct {
	name   string
	values [][]byte
}

func newCanaries(name string) *canaries { return &canaries{name: name} }

// fresh makes another one. It looks like nothing that a program would drop by
// itself.
func (c *canaries) fresh() []byte {
	value := fmt.Appendf(nil, "canary-%s-%d-%x-sings", c.name, len(c.values), time.Now().UnixNano())
	c.add(value)
	return value
}

func (c *canaries) add(value []byte) { c.values = append(c.values, value) }

// in names a canary that is in the text, as it is or in base64 at any
// alignment; "" if there is none.
func (c *canaries) in(text []byte) string {
	for i, value := range c.values {
		if bytes.Contains(text, value) {
			return fmt.Sprintf("canary %d of %s", i, c.name)
		}
		for shift := range 3 {
			// What stands before and after shapes the first and last digits.
			encoded := base64.RawStdEncoding.EncodeToString(value[shift : len(value)-(len(value)-shift)%3])
			for _, form := range []string{encoded, strings.NewReplacer("+", "-", "/", "_").Replace(encoded)} {
				if bytes.Contains(text, []byte(form)) {
					return fmt.Sprintf("canary %d of %s in base64", i, c.name)
				}
			}
		}
	}
	return ""
}

// recorder keeps every byte that comes as an answer.
type recorder struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// on makes a session record, next to the wire and uncompressed.
func (r *recorder) on(c *k8s.Config) {
	c.REST.DisableCompression = true
	c.REST.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			answer, err := next.RoundTrip(req)
			if err == nil {
				answer.Body = struct {
					io.Reader
					io.Closer
				}{io.TeeReader(answer.Body, r), answer.Body}
			}
			return answer, err
		})
	})
}

// Write implements io.Writer.
func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *recorder) bytes() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Clone(r.text.Bytes())
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
