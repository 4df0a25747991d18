package world

import (
	"fmt"
	"io/fs"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

const rbacName = "rbac.yaml"

// rbacFile is rbac.yaml.
type rbacFile struct {
	Created  string       `json:"created"`
	Roles    []roleRow    `json:"roles"`
	Bindings []bindingRow `json:"bindings"`
}

type roleRow struct {
	Namespace string `json:"namespace"` // "" makes it a ClusterRole
	Name      string `json:"name"`
	// Rules are "verb,verb group resource,resource [name,name]", with "core" for
	// the core group, or "verb /path,/path".
	Rules []string `json:"rules"`
}

type bindingRow struct {
	Namespace   string `json:"namespace"` // "" makes it a ClusterRoleBinding
	Name        string `json:"name"`
	ClusterRole string `json:"clusterRole"`
	Role        string `json:"role"` // of its namespace, instead of ClusterRole
	// To are accounts, "namespace/name", or "group NAME" and "user NAME".
	To []string `json:"to"`
}

// rbac adds the roles and bindings, if there is a file of them.
func (b *builder) rbac(files fs.FS) error {
	if _, err := fs.Stat(files, rbacName); err != nil {
		return nil //nolint:nilerr // a world need not have roles
	}
	var f rbacFile
	if err := read(files, rbacName, &f); err != nil {
		return err
	}
	at, err := b.born(place{}, f.Created, rbacName)
	if err != nil {
		return fmt.Errorf("%s: %w", rbacName, err)
	}
	for _, r := range f.Roles {
		var rules []rbacv1.PolicyRule
		for _, text := range r.Rules {
			rule, err := policyRule(text)
			if err != nil {
				return fmt.Errorf("%s: role %s: %w", rbacName, r.Name, err)
			}
			rules = append(rules, rule)
		}
		if r.Namespace == "" {
			b.add(&rbacv1.ClusterRole{ObjectMeta: b.meta("ClusterRole", at, r.Name), Rules: rules})
		} else {
			b.add(&rbacv1.Role{ObjectMeta: b.meta("Role", place{r.Namespace, at.created}, r.Name), Rules: rules})
		}
	}
	for _, r := range f.Bindings {
		b.binding(place{r.Namespace, at.created}, r)
	}
	return nil
}

func (b *builder) binding(at place, r bindingRow) {
	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: r.ClusterRole}
	if r.Role != "" {
		ref.Kind, ref.Name = "Role", r.Role
	}
	var subjects []rbacv1.Subject
	for _, to := range r.To {
		subjects = append(subjects, subjectOf(to))
	}
	if at.namespace == "" {
		b.add(&rbacv1.ClusterRoleBinding{ObjectMeta: b.meta("ClusterRoleBinding", at, r.Name), RoleRef: ref, Subjects: subjects})
	} else {
		b.add(&rbacv1.RoleBinding{ObjectMeta: b.meta("RoleBinding", at, r.Name), RoleRef: ref, Subjects: subjects})
	}
}

func subjectOf(to string) rbacv1.Subject {
	if kind, name, ok := strings.Cut(to, " "); ok {
		kind = map[string]string{"group": rbacv1.GroupKind, "user": rbacv1.UserKind}[kind]
		return rbacv1.Subject{Kind: kind, APIGroup: rbacv1.GroupName, Name: name}
	}
	namespace, name, _ := strings.Cut(to, "/")
	return rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: name}
}

func policyRule(text string) (rbacv1.PolicyRule, error) {
	f := strings.Fields(text)
	if len(f) == 2 && strings.HasPrefix(f[1], "/") {
		return rbacv1.PolicyRule{Verbs: strings.Split(f[0], ","), NonResourceURLs: strings.Split(f[1], ",")}, nil
	}
	if len(f) < 3 || len(f) > 4 {
		return rbacv1.PolicyRule{}, fmt.Errorf("%q is neither \"verbs group resources [names]\" nor \"verbs /paths\"", text)
	}
	r := rbacv1.PolicyRule{Verbs: strings.Split(f[0], ","), APIGroups: []string{f[1]}, Resources: strings.Split(f[2], ",")}
	if f[1] == "core" {
		r.APIGroups = []string{""}
	}
	if len(f) == 4 {
		r.ResourceNames = strings.Split(f[3], ",")
	}
	return r, nil
}
