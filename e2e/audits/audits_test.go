package audits

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"timebound/e2e/controlplane/controlplanetest"
)

// TestCallersAreFound has all callers act on every version that is to be
// tested, and reads the log.
func TestCallersAreFound(t *testing.T) {
	controlplanetest.Require(t)
	for _, version := range controlplanetest.Versions() {
		t.Run(version, func(t *testing.T) {
			s := raise(t, version)
			a := s.play(t)
			stop := s.keepWatching(t, a)
			s.settle(t)
			t.Run("by the book", func(t *testing.T) { s.compare(t, "the log", byTheBook(t, s.AuditLog())) })
			t.Run("by the product", func(t *testing.T) {
				id := a.bound.credential(t)
				paths := []string{s.AuditLog()}
				if id != "" {
					paths = append(paths, "--credential="+id)
				}
				r := audit(t, paths...)
				s.compare(t, "the product", r.tally(t))
				s.origins(t, r)
				s.credentials(t, r, id)
				s.reviewers(t, r)
			})
			t.Run("wrapped", s.wrapped)
			stop()
		})
	}
}

// TestRotation has the API server begin a new file for each megabyte.
func TestRotation(t *testing.T) {
	controlplanetest.Require(t)
	for _, version := range controlplanetest.Versions() {
		t.Run(version, func(t *testing.T) {
			s := raise(t, version, "--audit-log-maxsize=1")
			s.namespace(t, "shop")
			h := s.manual(t, s.account(t, "shop", "robot", "cluster-admin"), "robot-by-hand")
			client := s.library(t, h, agentController, "127.0.0.2")
			other := s.library(t, h, agentKubectl, "127.0.0.3")
			for i := range 1500 {
				for _, c := range []*kubernetes.Clientset{client, other}[:1+i%2] {
					_, err := c.CoreV1().Pods("shop").List(t.Context(), metav1.ListOptions{})
					must(t, err)
				}
			}
			s.settle(t)
			files, err := s.auditLogs()
			must(t, err)
			if len(files) < 3 {
				t.Fatalf("the log is in %d files, want at least 3", len(files))
			}
			t.Run("by the book", func(t *testing.T) { s.compare(t, "the log", byTheBook(t, files...)) })
			t.Run("by the product", func(t *testing.T) {
				s.compare(t, "the product", audit(t, files...).tally(t))
				slices.Reverse(files)
				s.compare(t, "the product, files in reverse", audit(t, files...).tally(t))
				s.compare(t, "the product, by pattern", audit(t, filepath.Join(filepath.Dir(s.AuditLog()), "audit*.log")).tally(t))
			})
		})
	}
}

// keepWatching leaves a watch open, of which the log has the beginning only.
func (s *stage) keepWatching(t *testing.T, a actors) (stop func()) {
	t.Helper()
	w, err := s.library(t, a.second, "watcher/1", "127.0.0.14").CoreV1().Pods("shop").Watch(t.Context(), metav1.ListOptions{})
	must(t, err)
	return w.Stop
}

// settle waits until the API server has written all that came before: it writes
// the last event of a request after it has answered.
func (s *stage) settle(t *testing.T) {
	t.Helper()
	for i := range 2 {
		mark := fmt.Sprintf("/healthz?mark=%d-of-the-end", i)
		code, _ := s.raw(t, &holder{}, "marker/1", "127.0.0.1", http.MethodGet, mark, "")
		if code != http.StatusOK {
			t.Fatalf("GET %s: %d", mark, code)
		}
		await(t, "the mark in the log", func() (bool, error) { return s.logged(mark) })
	}
}

// auditLogs are the log and those that were rotated away, oldest first.
func (s *stage) auditLogs() ([]string, error) {
	return filepath.Glob(filepath.Join(filepath.Dir(s.AuditLog()), "audit*.log"))
}

func (s *stage) logged(mark string) (bool, error) {
	paths, err := s.auditLogs()
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil || bytes.Contains(text, []byte(mark)) {
			return err == nil, err
		}
	}
	return false, err
}

// origins are said of tokens where the log names them.
func (s *stage) origins(t *testing.T, r report) {
	t.Helper()
	if !s.namesSecrets() {
		if len(r.Tokens) > 0 {
			t.Errorf("tokens are named that the log does not name: %+v", r.Tokens)
		}
		return
	}
	if len(r.Accounts) > 0 {
		t.Errorf("uses are counted by account though the log names the tokens: %+v", r.Accounts)
	}
	want := map[string]string{}
	for who := range s.ledger.entries {
		if who.holder.secret != "" {
			want[who.holder.account.Namespace+"/"+who.holder.secret] = who.holder.origin
		}
	}
	for _, use := range r.Tokens {
		if name := use.Namespace + "/" + use.Name; use.Origin != want[name] {
			t.Errorf("token %s is called %s, want %s", name, use.Origin, want[name])
		}
	}
}

// credentials: of the token that was asked for, the report tells who uses it.
func (s *stage) credentials(t *testing.T, r report, id string) {
	t.Helper()
	if s.minor < 30 {
		if len(r.Credentials) > 0 {
			t.Errorf("credential ids in a log without: %+v", r.Credentials)
		}
		return
	}
	if len(r.Credentials) != 1 {
		t.Fatalf("%d issued tokens are reported, want the one: %+v", len(r.Credentials), r.Credentials)
	}
	c := r.Credentials[0]
	if c.ID != id || c.Namespace != "shop" || c.Account != "robot" || c.Requests != 6 || len(c.Callers) != 1 || c.Callers[0].Agent != "web/1.0" || c.Callers[0].Address != "127.0.0.10" {
		t.Errorf("the issued token was presented 6 times by web/1.0 from 127.0.0.10, and the report says %+v", c)
	}
}

// reviewers: who had tokens checked is all that the log tells of such uses.
func (s *stage) reviewers(t *testing.T, r report) {
	t.Helper()
	got := map[string]uint64{}
	for _, reviewer := range r.Reviewers {
		got[reviewer.User] += reviewer.Requests
	}
	for user, n := range map[string]uint64{"admin": 1, "system:serviceaccount:shop:robot": 1} {
		if got[user] != n {
			t.Errorf("%s had %d tokens reviewed, the report says %d", user, n, got[user])
		}
		delete(got, user)
	}
	if len(got) > 0 {
		t.Errorf("reviewers are invented: %v", got)
	}
}
