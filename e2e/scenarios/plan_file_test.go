package scenarios

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"timebound/e2e/controlplane"
	"timebound/model"
	"timebound/plan/planfile"
)

// A plan that was written down holds until somebody changes what it is about,
// and then it is told of what exactly it does not hold any more.
func (s *stage) planFileHolds(t *testing.T) {
	ns := s.namespace(t, "file")
	s.account(t, ns, "robot")
	used := s.token(t, ns, "used", "robot")
	remade := s.token(t, ns, "remade", "robot")
	s.token(t, ns, "left", "robot")
	for _, name := range []string{"changed", "scaled", "kept"} {
		s.token(t, ns, name, "default")
		s.deployment(t, ns, name, 1)
	}

	// By then nobody will have used the tokens for long.
	later := []string{"--as-of", (model.DayOf(time.Now()) + longAfter).String()}
	path := filepath.Join(t.TempDir(), "plan.yaml")
	o := s.run(t, looker, append(later, "plan", "-f", path)...)
	o.want(t, 0)
	if o.stdout != "" || !strings.Contains(o.stderr, "wrote "+path) {
		t.Errorf("writing a file says %q and %q", o.stdout, o.stderr)
	}
	text, err := os.ReadFile(path)
	must(t, err)
	if again := s.run(t, looker, append(later, "plan")...).stdout; butForTime(again) != butForTime(string(text)) {
		t.Errorf("two plans of a cluster that nobody touched differ:\n%s", firstDifference(butForTime(string(text)), butForTime(again)))
	}

	verify := append(slices.Clone(later), "plan", "verify", path)
	o = s.run(t, looker, verify...)
	o.want(t, 0)
	if !strings.Contains(o.stdout, "nothing drifted") {
		t.Errorf("plan verify says %q", o.stdout)
	}
	diff := append(slices.Clone(later), "plan", "diff", path)
	if o = s.run(t, looker, diff...); o.code != 0 || o.stdout != "no difference\n" {
		t.Errorf("plan diff exits with %d and says %q", o.code, o.stdout)
	}
	s.belongsToOneCluster(t, path)

	s.reportReplicas(t, ns, "scaled")
	s.run(t, looker, verify...).want(t, 0)

	s.use(t, used)
	s.remake(t, remade)
	s.annotateTemplate(t, ns, "changed")
	want := []string{"project Deployment " + ns + "/changed"}
	if s.tracks() { // before, no token can be judged, and there is nothing to do to it
		s.awaitUse(t, used)
		want = append(want, "invalidate Secret "+ns+"/remade", "invalidate Secret "+ns+"/used")
	}
	slices.Sort(want)

	o = s.run(t, looker, append(verify, "-o", "json")...)
	o.want(t, 5)
	var drift struct{ Drift []planfile.Drift }
	must(t, json.Unmarshal([]byte(o.stdout), &drift))
	var got []string
	for _, d := range drift.Drift {
		got = append(got, d.Action)
		if strings.HasSuffix(d.Action, "/remade") && !strings.Contains(d.Why, "made anew") {
			t.Errorf("%s: %s", d.Action, d.Why)
		}
	}
	slices.Sort(got)
	if got = slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("what drifted is %q, want %q", got, want)
	}

	o = s.run(t, looker, append(diff, "-o", "json")...)
	o.want(t, 5)
	var differences struct{ Differences []planfile.Difference }
	must(t, json.Unmarshal([]byte(o.stdout), &differences))
	got = nil
	for _, d := range differences.Differences {
		if d.What == "action" {
			got = append(got, d.Name)
		}
	}
	slices.Sort(got)
	if got = slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("plan diff tells of the actions %q, want %q", got, want)
	}
}

// belongsToOneCluster shows a plan to another cluster.
func (s *stage) belongsToOneCluster(t *testing.T, path string) {
	t.Helper()
	other := raiseWith(t, controlplane.Options{Version: s.Version(), NoControllers: true}, s.binary)
	o := other.run(t, looker, "plan", "verify", path)
	o.want(t, 7)
	if !strings.Contains(o.stderr, "belongs to another cluster") || o.stdout != "" {
		t.Errorf("to another cluster, plan verify says %q and %q", o.stdout, o.stderr)
	}
	s.run(t, looker, "plan", "verify", "--offline", path).want(t, 0)
}

// reportReplicas does what the deployment controller does all the time.
func (s *stage) reportReplicas(t *testing.T, ns, name string) {
	t.Helper()
	before, err := s.admin.AppsV1().Deployments(ns).Get(t.Context(), name, metav1.GetOptions{})
	must(t, err)
	o := before.DeepCopy()
	o.Status.Replicas, o.Status.UnavailableReplicas = 1, 1
	o, err = s.admin.AppsV1().Deployments(ns).UpdateStatus(t.Context(), o, metav1.UpdateOptions{})
	must(t, err)
	if o.ResourceVersion == before.ResourceVersion || o.Generation != before.Generation {
		t.Errorf("a change of the status moved the version from %s to %s, the generation from %d to %d", before.ResourceVersion, o.ResourceVersion, before.Generation, o.Generation)
	}
}

// remake deletes a token and makes another one of its name.
func (s *stage) remake(t *testing.T, token *corev1.Secret) {
	t.Helper()
	must(t, s.admin.CoreV1().Secrets(token.Namespace).Delete(t.Context(), token.Name, metav1.DeleteOptions{}))
	s.token(t, token.Namespace, token.Name, token.Annotations[model.AnnotationAccountName])
}

func (s *stage) annotateTemplate(t *testing.T, ns, name string) {
	t.Helper()
	patch := `{"spec":{"template":{"metadata":{"annotations":{"restarted":"today"}}}}}`
	_, err := s.admin.AppsV1().Deployments(ns).Patch(t.Context(), name, types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{})
	must(t, err)
}

// taken and hash are what two plans of the same cluster may differ in.
var timeOfPlan = regexp.MustCompile(`(?m)^ *(taken|hash): .*\n`)

func butForTime(text string) string { return timeOfPlan.ReplaceAllString(text, "") }

// firstDifference shows where two texts part.
func firstDifference(a, b string) string {
	one, other := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(one), len(other)) {
		if one[i] != other[i] {
			return one[i] + "\n" + other[i]
		}
	}
	return "one is longer"
}
