package power

import (
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Of a binding those subjects are kept that an account can be, and none of it if
// there are none: a cluster may bind thousands of people.
func TestWhatIsKeptOfABinding(t *testing.T) {
	ref := rbacv1.RoleRef{Kind: "ClusterRole", Name: "view"}
	user := func(kind, name string) rbacv1.Subject { return rbacv1.Subject{Kind: kind, Name: name} }
	for _, c := range []struct {
		ref      rbacv1.RoleRef
		subjects []rbacv1.Subject
		kept     int
	}{
		{ref, []rbacv1.Subject{user("User", "anna"), user("Group", "team"), user("Group", "system:masters"), user("Riddle", "robot")}, 0},
		{ref, nil, 0},
		{rbacv1.RoleRef{Kind: "Riddle", Name: "view"}, []rbacv1.Subject{user("ServiceAccount", "robot")}, 0},
		{ref, []rbacv1.Subject{user("User", "anna"), user("ServiceAccount", "robot"), user("User", "system:serviceaccount:a:robot"),
			user("Group", "system:serviceaccounts"), user("Group", "system:serviceaccounts:a"), user("Group", "system:authenticated")}, 5},
	} {
		b := binding(&metav1.ObjectMeta{Namespace: "a", Name: "b"}, c.ref, c.subjects)
		if b == nil && c.kept > 0 || b != nil && len(b.Subjects) != c.kept || b != nil && c.kept == 0 {
			t.Errorf("of %v is kept %+v, want %d subjects", c.subjects, b, c.kept)
		}
	}
}
