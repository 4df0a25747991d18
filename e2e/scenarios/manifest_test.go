package scenarios

import (
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// What `timebound rbac --for read` prints is enough to read everything, and
// allows nothing but reading.
func (s *stage) rightsOfThePrintedManifest(t *testing.T) {
	t.Parallel()
	before := s.run(t, reader, "rbac", "--check")
	before.want(t, 4)
	for _, line := range []string{"list,watch secrets", "list,watch pods", "get configmaps/kube-apiserver-legacy-service-account-token-tracking in kube-system"} {
		if !strings.Contains(before.stdout, line) {
			t.Errorf("a user without rights is not told that %q is missing:\n%s", line, before.stdout)
		}
	}

	printed := s.run(t, reader, "rbac", "--for", "read")
	printed.want(t, 0)
	for _, document := range strings.Split(printed.stdout, "\n---\n") {
		s.grant(t, reader, document)
	}

	s.run(t, reader, "rbac", "--check").want(t, 0)
	s.run(t, reader, "scan", "--strict", "-o", "json").want(t, 0)
	v := s.look(t, reader, 0)
	if len(v.problems) > 0 {
		t.Errorf("with the printed rights there are problems: %v", v.problems)
	}
	for kind, c := range v.Inventory.Coverage.Kinds {
		if len(c.Gaps) > 0 {
			t.Errorf("with the printed rights %s are not complete: %+v", kind, c)
		}
	}
	if v.Inventory.Cluster.UID == "" || len(v.Inventory.Cluster.Observed) < len(s.look(t, looker, 0).Inventory.Cluster.Observed) {
		t.Errorf("with the printed rights less is known of the control plane: %+v", v.Inventory.Cluster)
	}
}

// grant makes the role of one document and binds it to a user.
func (s *stage) grant(t *testing.T, user, document string) {
	t.Helper()
	var role rbacv1.Role // a ClusterRole has the same fields
	must(t, yaml.UnmarshalStrict([]byte(document), &role))
	if len(role.Rules) == 0 {
		t.Errorf("a document has no rules:\n%s", document)
	}
	for _, r := range role.Rules {
		for _, verb := range r.Verbs {
			if !slices.Contains([]string{"get", "list", "watch"}, verb) {
				t.Errorf("the manifest for reading allows %s: %+v", verb, r)
			}
		}
		if slices.Contains(r.Resources, "secrets") && slices.Contains(r.Verbs, "get") {
			t.Errorf("the manifest for reading allows to get a secret: %+v", r)
		}
		if slices.Contains(append(r.Resources, r.APIGroups...), "*") {
			t.Errorf("the manifest for reading allows more than is named: %+v", r)
		}
	}
	switch role.Kind {
	case "ClusterRole":
		s.bind(t, user, "", s.role(t, role.Name, role.Rules...))
	case "Role":
		s.grantIn(t, user, &role)
	default:
		t.Errorf("the manifest has a %q:\n%s", role.Kind, document)
	}
}

// grantIn makes a role in its namespace. Those for OpenShift's namespaces are
// left out, as the manifest says.
func (s *stage) grantIn(t *testing.T, user string, role *rbacv1.Role) {
	t.Helper()
	_, err := s.admin.CoreV1().Namespaces().Get(t.Context(), role.Namespace, metav1.GetOptions{})
	if apierrors.IsNotFound(err) && strings.HasPrefix(role.Namespace, "openshift-") {
		return
	}
	must(t, err)
	_, err = s.admin.RbacV1().Roles(role.Namespace).Create(t.Context(), role, metav1.CreateOptions{})
	must(t, err)
	_, err = s.admin.RbacV1().RoleBindings(role.Namespace).Create(t.Context(), &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{GenerateName: role.Name + "-"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user}},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: role.Name},
	}, metav1.CreateOptions{})
	must(t, err)
}
