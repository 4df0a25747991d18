package world

import (
	"strings"
	"testing"
	"testing/fstest"

	rbacv1 "k8s.io/api/rbac/v1"
)

// Whoever is bound exists, and so does what he is bound to, but for the one
// binding whose story is that it is left over.
func TestBindingsAreOfThisCluster(t *testing.T) {
	c := loaded(t)
	roles := map[objectKey]bool{}
	for _, o := range c.world.Objects {
		switch o := o.(type) {
		case *rbacv1.ClusterRole:
			roles[objectKey{"", o.Name}] = true
		case *rbacv1.Role:
			roles[objectKey{o.Namespace, o.Name}] = true
		}
	}
	bound := 0
	check := func(namespace, name string, ref rbacv1.RoleRef, subjects []rbacv1.Subject) {
		bound++
		key := objectKey{"", ref.Name}
		if ref.Kind == "Role" {
			key.namespace = namespace
		}
		if roles[key] == (name == "billing-watch") {
			t.Errorf("%s/%s is bound to %s %s", namespace, name, ref.Kind, ref.Name)
		}
		for _, s := range subjects {
			if s.Kind == rbacv1.ServiceAccountKind && c.accounts[objectKey{s.Namespace, s.Name}] == nil || s.Kind == "" || len(subjects) == 0 {
				t.Errorf("%s/%s binds %+v, who is not there", namespace, name, s)
			}
		}
	}
	for _, o := range c.world.Objects {
		switch o := o.(type) {
		case *rbacv1.ClusterRoleBinding:
			check("", o.Name, o.RoleRef, o.Subjects)
		case *rbacv1.RoleBinding:
			check(o.Namespace, o.Name, o.RoleRef, o.Subjects)
		}
	}
	if bound < 20 {
		t.Errorf("%d bindings", bound)
	}
}

func TestMistakesInRulesAreNamed(t *testing.T) {
	_, err := load(fstest.MapFS{
		"cluster.yaml": {Data: []byte(smallCluster)},
		rbacName:       {Data: []byte(`{created: 1d, roles: [{name: r, rules: ["get pods"]}]}`)},
	})
	if err == nil || !strings.Contains(err.Error(), `rbac.yaml: role r: "get pods" is neither`) {
		t.Errorf("got %v", err)
	}
}
