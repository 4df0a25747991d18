package scenarios

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
	"timebound/plan"
)

// Whoever may read one namespace gets a plan that says what it does not know.
// It is tied to the cluster only if the cluster could be told from others.
func (s *stage) planWithFewRights(t *testing.T) {
	mine := s.namespace(t, "mine")
	s.account(t, mine, "robot")
	s.token(t, mine, "token", "robot")
	s.thereIsMoreToDo(t)
	s.bind(t, partial, mine, s.role(t, "plan-part-of-it", allBut("")...))

	o := s.run(t, partial, "plan")
	if o.want(t, 1); !strings.Contains(o.stderr, "forbidden") || !strings.Contains(o.stderr, "name the namespaces that you may read with -n") || o.stdout != "" {
		t.Errorf("where no namespace can be listed, it says %q and %q", o.stdout, o.stderr)
	}
	o = s.run(t, partial, "plan", "-n", mine)
	o.want(t, 0)
	p := o.plan(t)
	s.wantCautious(t, p)
	if p.Cluster.UID != "" {
		t.Errorf("the UID %q comes from nowhere", p.Cluster.UID)
	}
	path := filepath.Join(t.TempDir(), "plan.yaml")
	must(t, os.WriteFile(path, []byte(o.stdout), 0o600))
	o = s.run(t, partial, "plan", "verify", path, "-n", mine)
	if o.want(t, 7); !strings.Contains(o.stderr, "cannot be tied to a cluster") || !strings.Contains(o.stderr, "allow get on that namespace") {
		t.Errorf("a plan without UID is verified with %q", o.stderr)
	}

	// Namespaces may be listed: what is in the others is still not known.
	s.bind(t, partial, "", s.role(t, "plan-namespaces", rule("", "list", "namespaces")))
	p = s.planned(t, partial)
	s.wantCautious(t, p)
	for _, code := range []string{"TB-301", "TB-303", "TB-309"} {
		wantState(t, p, plan.Minor(s.minor).String()+"/"+code, plan.CannotTell)
	}
	if !slices.ContainsFunc(p.Inputs.NotSeen, func(e plan.Evidence) bool { return e.Code == string(model.CodeTokensUnread) }) {
		t.Errorf("it is not said that there may be more tokens: %v", p.Inputs.NotSeen)
	}

	s.bind(t, partial, "", s.role(t, "plan-identity", rbacv1.PolicyRule{
		APIGroups: []string{""}, Resources: []string{"namespaces"}, ResourceNames: []string{"kube-system"}, Verbs: []string{"get"},
	}))
	o = s.run(t, partial, "plan", "-n", mine, "-f", path)
	o.want(t, 0)
	system, err := s.admin.CoreV1().Namespaces().Get(t.Context(), "kube-system", metav1.GetOptions{})
	must(t, err)
	if p := s.planned(t, partial, "-n", mine); p.Cluster.UID != string(system.UID) {
		t.Errorf("the plan belongs to %q, want %s", p.Cluster.UID, system.UID)
	}
	s.run(t, partial, "plan", "verify", path, "-n", mine).want(t, 0)

	o = s.run(t, nobody, "plan")
	if o.want(t, 1); !strings.Contains(o.stderr, "forbidden") || !strings.Contains(o.stderr, "rbac --for read") || o.stdout != "" {
		t.Errorf("without rights, it says %q and %q", o.stdout, o.stderr)
	}
}

// thereIsMoreToDo makes what a plan would ask to be changed, out of sight.
func (s *stage) thereIsMoreToDo(t *testing.T) {
	t.Helper()
	theirs := s.namespace(t, "theirs")
	for _, name := range []string{"mounted", "lone"} {
		s.token(t, theirs, name, "default")
	}
	s.deployment(t, theirs, "mounted", 1)
	s.pod(t, theirs, "lone", func(spec *corev1.PodSpec) { spec.Volumes = secretVolume("lone") })
	_, err := s.admin.CoreV1().ServiceAccounts(theirs).Create(t.Context(), &corev1.ServiceAccount{
		ObjectMeta: metav1.ObjectMeta{Name: "dangling"}, Secrets: []corev1.ObjectReference{{Name: "long-gone"}},
	}, metav1.CreateOptions{})
	must(t, err)
}

// wantCautious checks what takes rights outside of any namespace.
func (s *stage) wantCautious(t *testing.T, p *plan.Plan) {
	t.Helper()
	here := plan.Minor(s.minor).String()
	for _, code := range []string{"TB-211", "TB-401"} {
		wantState(t, p, here+"/"+code, plan.CannotTell)
	}
	if s.minor >= 26 {
		wantState(t, p, here+"/TB-205", plan.CannotTell)
	}
	for _, h := range p.Hops {
		if h.Position == plan.Ahead {
			// What the plan itself asks for may have to be taken out again.
			if step := stepOf(t, p, h.To.String()+"/TB-201"); step.State != plan.CannotTell && step.State != plan.ToDo {
				t.Errorf("%s is %q, though nobody could see: %s", step.ID, step.State, step.Title)
			}
			wantState(t, p, h.To.String()+"/TB-203", plan.CannotTell)
		}
	}
	if slices.ContainsFunc(p.Tokens, func(j plan.Judged) bool { return j.Namespace != "mine" }) {
		t.Errorf("the tokens are %v", p.Tokens)
	}
}
