package power

import "timebound/model"

// Of says what an account may do. It answers for accounts that do not exist as
// well: what bindings hold ready for one of that name.
func (r *Rules) Of(account model.Key) Power {
	p := Power{Account: account, Incomplete: r.gaps}
	s := sum{power: &p}
	bindings := r.given(account)
	for i, g := range bindings {
		if i > 0 && bindings[i-1].Namespace != g.Namespace {
			s.leave(bindings[i-1].Namespace)
		}
		reach, known := r.worth(g.Binding)
		if !known {
			p.unread(g)
		}
		s.add(g, reach)
	}
	if n := len(bindings); n > 0 {
		s.leave(bindings[n-1].Namespace)
	}
	for a := range s.grants {
		if grant := &s.grants[a]; grant.Given() {
			grant.Ability = Ability(a)
			p.Grants = append(p.Grants, *grant)
		}
	}
	return p
}

// clusterAdmin is the role that every API server makes when it starts, and mends
// (k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go):
// what it gives is known even if it was not read.
const clusterAdmin = "cluster-admin"

var adminCluster, adminLocal = reachOf([]Rule{{Verbs: []string{"*"}, Groups: []string{"*"}, Resources: []string{"*"}}}, 0)

// worth says how far a binding reaches; known is false if that depends on a role
// that was not read. A role that does not exist gives nothing.
func (r *Rules) worth(b *Binding) (_ reach, known bool) {
	cluster, local := reach{}, reach{}
	role := r.roleOf(b)
	switch {
	case role != nil:
		cluster, local = role.cluster, role.local
	case r.rolesRead(b):
	case b.Role == (RoleRef{true, clusterAdmin}):
		cluster, local = adminCluster, adminLocal
	default:
		return reach{}, false
	}
	if b.Namespace == "" {
		return cluster, true
	}
	return local, true
}

// sum adds bindings up, namespace by namespace.
type sum struct {
	power  *Power
	grants [AbilityCount]Grant
	here   reach // in the namespace that is being added up
}

func (s *sum) add(g given, reach reach) {
	for a, extent := range reach {
		if extent == None {
			continue
		}
		grant := &s.grants[a]
		if len(grant.By) < maxEvidence {
			grant.By = append(grant.By, Evidence{g.Binding, g.to})
		} else {
			grant.More++
		}
		if g.Namespace == "" {
			grant.Everywhere = max(grant.Everywhere, extent)
		}
		s.here[a] = max(s.here[a], extent)
	}
}

// leave notes what a namespace adds; "" is the whole cluster.
func (s *sum) leave(namespace string) {
	if namespace != "" {
		if s.here != (reach{}) {
			s.power.Namespaces.add(namespace)
		}
		for a, extent := range s.here {
			switch grant := &s.grants[a]; {
			case extent <= grant.Everywhere:
			case extent == Whole:
				grant.Whole.add(namespace)
			default:
				grant.Named.add(namespace)
			}
		}
	}
	s.here = reach{}
}
