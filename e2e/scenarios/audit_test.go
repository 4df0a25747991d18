package scenarios

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"timebound/e2e/product"
)

// auditEvent is as much of an audit event as is checked here.
type auditEvent struct {
	Verb       string `json:"verb"`
	RequestURI string `json:"requestURI"`
	UserAgent  string `json:"userAgent"`
	User       struct {
		Username string `json:"username"`
	} `json:"user"`
	ObjectRef struct {
		Resource string `json:"resource"`
	} `json:"objectRef"`
}

// selfReviews are the only things that the product creates: questions about
// its own rights, which leave nothing behind.
var selfReviews = []string{"selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews"}

// Over everything that the product did in all scenarios, the API server's own
// audit log holds nothing but reading, and no secret that was read as a whole.
func (s *stage) nothingButReading(t *testing.T) {
	seen := map[string]int{}
	for _, e := range s.audited(t) {
		if !slices.Contains(productUsers(), e.User.Username) {
			continue
		}
		seen[e.Verb+" "+e.ObjectRef.Resource]++
		if !strings.HasPrefix(e.UserAgent, "timebound/"+product.Version+" ") {
			t.Errorf("%s %s came from agent %q", e.Verb, e.RequestURI, e.UserAgent)
		}
		switch {
		case e.Verb == "create" && slices.Contains(selfReviews, e.ObjectRef.Resource):
		case e.Verb == "get" && e.ObjectRef.Resource == "secrets":
			t.Errorf("a secret was read as a whole: %s", e.RequestURI)
		case !slices.Contains([]string{"get", "list", "watch"}, e.Verb):
			t.Errorf("%s wrote: %s %s", e.User.Username, e.Verb, e.RequestURI)
		case e.ObjectRef.Resource == "secrets" && !strings.Contains(e.RequestURI, "fieldSelector=type%3Dkubernetes.io%2F"):
			t.Errorf("secrets of all types were asked for: %s", e.RequestURI)
		}
	}
	for _, want := range []string{"list secrets", "watch secrets", "list pods", "create selfsubjectrulesreviews"} {
		if seen[want] == 0 {
			t.Errorf("the audit log has no %q, so it proves nothing: %v", want, seen)
		}
	}
}

func (s *stage) audited(t *testing.T) []auditEvent {
	t.Helper()
	f, err := os.Open(s.AuditLog())
	must(t, err)
	defer f.Close()
	var events []auditEvent
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e auditEvent
		must(t, json.Unmarshal(lines.Bytes(), &e))
		events = append(events, e)
	}
	must(t, lines.Err())
	return events
}
