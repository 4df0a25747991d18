package power

import (
	"context"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/k8s"
	"timebound/model"
	"timebound/model/power"
)

// Load reads who may do what, of a cluster whose oldest API server is of that
// version, as model.Cluster.Oldest tells. It takes the rules of k8s.PowerRules.
// What could not be read is among the problems, and in what the Rules say of an
// account; progress may be nil.
//
// The error is a *k8s.LoadError if nothing could be read at all, or the
// context's.
func Load(ctx context.Context, s *k8s.Session, oldest model.Version, progress func(model.Progress)) (*power.Rules, []model.Problem, error) {
	var clusterRoles, roles []*power.Role
	var clusterBindings, bindings []*power.Binding
	coverage, problems, err := s.Read(ctx, progress,
		k8s.NewOnDemand(kind(power.KindClusterRoles, "ClusterRoleList"),
			func(o *rbacv1.ClusterRole) *metav1.ObjectMeta { return &o.ObjectMeta },
			func(o *rbacv1.ClusterRole) *power.Role { return role(&o.ObjectMeta, o.Rules) }, roleKey, &clusterRoles),
		k8s.NewOnDemand(kind(power.KindRoles, "RoleList"),
			func(o *rbacv1.Role) *metav1.ObjectMeta { return &o.ObjectMeta },
			func(o *rbacv1.Role) *power.Role { return role(&o.ObjectMeta, o.Rules) }, roleKey, &roles),
		k8s.NewOnDemand(kind(power.KindClusterRoleBindings, "ClusterRoleBindingList"),
			func(o *rbacv1.ClusterRoleBinding) *metav1.ObjectMeta { return &o.ObjectMeta },
			func(o *rbacv1.ClusterRoleBinding) *power.Binding {
				return binding(&o.ObjectMeta, o.RoleRef, o.Subjects)
			}, bindingKey, &clusterBindings),
		k8s.NewOnDemand(kind(power.KindRoleBindings, "RoleBindingList"),
			func(o *rbacv1.RoleBinding) *metav1.ObjectMeta { return &o.ObjectMeta },
			func(o *rbacv1.RoleBinding) *power.Binding { return binding(&o.ObjectMeta, o.RoleRef, o.Subjects) },
			bindingKey, &bindings),
	)
	if err != nil {
		return nil, nil, err
	}
	return power.New(slices.Concat(clusterRoles, roles), slices.Concat(clusterBindings, bindings), coverage, oldest), problems, nil
}

// kind describes one of the four kinds. They are served in v1 from 1.8 on.
func kind(name model.ObjectKind, list string) k8s.Kind {
	return k8s.Kind{
		Name: name, Group: rbacv1.GroupName, Version: "v1", Resource: string(name), List: list,
		Clustered: name == power.KindClusterRoles || name == power.KindClusterRoleBindings,
		Purpose:   k8s.PurposePower,
	}
}

func roleKey(r *power.Role) model.Key       { return r.Key }
func bindingKey(b *power.Binding) model.Key { return b.Key }
