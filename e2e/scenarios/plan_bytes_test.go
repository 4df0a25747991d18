package scenarios

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"timebound/model"
)

// A plan goes through many hands. No byte of a token is in it, in any of its
// forms, nor in what is said beside it.
func (s *stage) noTokenInAPlan(t *testing.T) {
	ns := s.namespace(t, "bytes")
	s.account(t, ns, "robot")
	data := newCanaries("data")
	o := s.token(t, ns, "token", "robot", func(o *corev1.Secret) {
		o.Data = map[string][]byte{"extra": data.fresh()}
		o.Annotations["openshift.io/token-secret.value"] = string(data.fresh())
		o.Annotations[corev1.LastAppliedConfigAnnotation] = fmt.Sprintf(`{"data":{"token":%q}}`, data.fresh())
		o.Labels = map[string]string{model.LabelLastUsed: "2024-02-29"}
	})
	token := o.Data[corev1.ServiceAccountTokenKey]
	data.add(token)
	for _, part := range bytes.Split(token, []byte(".")) {
		data.add(part)
	}
	s.pod(t, ns, "pod", func(spec *corev1.PodSpec) { spec.Volumes = secretVolume("token") })
	if data.in(token) == "" {
		t.Fatal("the canaries are deaf")
	}

	var all bytes.Buffer
	dir := t.TempDir()
	path, log := filepath.Join(dir, "plan.yaml"), filepath.Join(dir, "log")
	s.run(t, looker, "plan", "-f", path).want(t, 0)
	for _, args := range [][]string{
		{"plan", "-o", "yaml"}, {"plan", "-o", "json"}, {"plan", "-o", "markdown"},
		{"plan", "verify", path}, {"plan", "verify", "--as-of", "2030-01-01", "-o", "json", path},
		{"plan", "diff", path}, {"plan", "diff", "--as-of", "2030-01-01", "-o", "yaml", path},
	} {
		o := s.run(t, looker, append(args, "--log-file", log)...)
		all.WriteString(o.stdout + o.stderr)
	}
	for _, file := range []string{path, log} {
		text, err := os.ReadFile(file)
		must(t, err)
		all.Write(text)
	}
	if !bytes.Contains(all.Bytes(), []byte(ns+"/token")) {
		t.Error("the plan does not even name the token")
	}
	if leak := data.in(all.Bytes()); leak != "" {
		t.Errorf("in a plan there is %s", leak)
	}
}
