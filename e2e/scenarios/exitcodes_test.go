package scenarios

import (
	"encoding/json"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"timebound/model"
)

// scanned is as much of `scan -o json` as is checked here. docs/ has the whole
// schema.
type scanned struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Cluster    struct {
		UID      string `json:"uid"`
		Version  string `json:"version"`
		Settings []struct {
			Name   string  `json:"name"`
			Value  *string `json:"value"`
			Source string  `json:"source"`
		} `json:"settings"`
	} `json:"cluster"`
	Tokens []struct {
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
		Verdict   string `json:"verdict"`
		Reasons   []struct {
			Code string `json:"code"`
		} `json:"reasons"`
	} `json:"tokens"`
	Incomplete []struct {
		Kind      string `json:"kind"`
		Namespace string `json:"namespace"`
		Reason    string `json:"reason"`
		Rule      string `json:"rule"`
	} `json:"incomplete"`
}

func (o outcome) scanned(t *testing.T) scanned {
	t.Helper()
	var doc scanned
	if err := json.Unmarshal([]byte(o.stdout), &doc); err != nil {
		t.Fatalf("timebound %v: %v in\n%s", o.args, err, o.stdout)
	}
	return doc
}

// A pipeline may rely on the exit codes of scan, and on its JSON.
func (s *stage) exitCodes(t *testing.T) {
	t.Parallel()
	ns := s.namespace(t, "exit")
	s.account(t, ns, "robot")
	s.token(t, ns, "token", "robot", func(o *corev1.Secret) { o.Labels = map[string]string{model.LabelLastUsed: "2020-02-29"} })

	plain := s.run(t, looker, "scan", "-o", "json", "ns:exit")
	plain.want(t, 0)
	doc := plain.scanned(t)
	if doc.APIVersion != "timebound/v1" || doc.Kind != "Scan" || doc.Cluster.Version != "v"+s.Version() || doc.Cluster.UID == "" {
		t.Errorf("the document begins %s %s, of cluster %+v", doc.APIVersion, doc.Kind, doc.Cluster)
	}
	if len(doc.Tokens) != 1 || doc.Tokens[0].Namespace != ns || doc.Tokens[0].Name != "token" || doc.Tokens[0].Verdict != "quiet" {
		t.Errorf("the tokens are %+v, want the one of %s, quiet", doc.Tokens, ns)
	}
	if len(doc.Incomplete) > 0 {
		t.Errorf("an administrator's scan is incomplete: %+v", doc.Incomplete)
	}
	for _, c := range plain.stderr {
		if c == '\r' || c == 0x1b {
			t.Errorf("progress is written though stderr is no terminal: %q", plain.stderr)
			break
		}
	}

	s.run(t, looker, "scan", "--strict").want(t, 0)
	s.run(t, looker, "scan", "--fail-on", "quiet", "ns:exit").want(t, 3)
	s.run(t, looker, "scan", "--fail-on", "any", "ns:exit").want(t, 3)
	s.run(t, looker, "scan", "--fail-on", "idle", "ns:exit").want(t, 0)
	s.run(t, looker, "scan", "--as-of", policyIn(longAfter).AsOf.String(), "--fail-on", "idle", "ns:exit").want(t, 3)
	s.run(t, looker, "scan", "--fail-on", "bogus").want(t, 2)
	s.run(t, looker, "scan", "-o", "bogus").want(t, 2)
	s.run(t, looker, "scna").want(t, 2)

	s.bind(t, pipeline, ns, s.role(t, "exit-secrets", rule("", "list", "secrets"), rule("", "list", "serviceaccounts")))
	part := s.run(t, pipeline, "scan", "-o", "json", "-n", ns)
	part.want(t, 0)
	doc = part.scanned(t)
	if len(doc.Tokens) != 1 || doc.Tokens[0].Verdict != "unknown" {
		t.Errorf("without pods the tokens are %+v, want one, unknown", doc.Tokens)
	}
	found := false
	for _, gap := range doc.Incomplete {
		found = found || gap.Kind == "pods" && gap.Namespace == ns && gap.Reason == "forbidden" && gap.Rule == "list pods"
	}
	if !found {
		t.Errorf("pods are not told as incomplete: %+v", doc.Incomplete)
	}
	if !strings.Contains(part.stderr, "pods") {
		t.Errorf("stderr does not tell that pods are missing: %q", part.stderr)
	}
	s.run(t, pipeline, "scan", "-n", ns, "--strict").want(t, 4)
	s.run(t, pipeline, "scan", "-n", ns, "--strict", "--fail-on", "any").want(t, 4)
}
