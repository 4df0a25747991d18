package plan

import "timebound/model"

// sorted are the findings of a cluster by what has to be done about them.
// Each token stands in one list, in the order of the inventory.
type sorted struct {
	protected, outside, quiet, idle, invalidated, knocked, dead, unknown, pairs []*model.Finding
	// rotates counts idle auto-generated tokens that would be made anew, and
	// those of which that is not known.
	rotates, rotatesMaybe int
}

func (b *builder) sortFindings() sorted {
	var s sorted
	for _, f := range b.a.Findings {
		switch {
		case f.Verdict == model.VerdictProtected:
			s.protected = append(s.protected, f)
		case f.Verdict == model.VerdictDead:
			s.dead = append(s.dead, f)
		case f.Verdict == model.VerdictInvalidated:
			s.invalidated = append(s.invalidated, f)
		case f.Verdict == model.VerdictKnocked:
			s.knocked = append(s.knocked, f)
		case isPair(f):
			s.pairs = append(s.pairs, f)
		case f.Verdict == model.VerdictInUse && asleep(f):
			s.outside = append(s.outside, f)
		case f.Verdict == model.VerdictQuiet:
			s.quiet = append(s.quiet, f)
		case f.Verdict == model.VerdictIdle:
			s.idle = append(s.idle, f)
		case f.Verdict == model.VerdictUnknown:
			s.unknown = append(s.unknown, f)
		}
		for _, r := range f.Reasons {
			switch r.Code {
			case model.CodeRotates:
				s.rotates++
			case model.CodeRotatesUnknown:
				s.rotatesMaybe++
			}
		}
	}
	return s
}

// asleep says that nothing that names a token has run lately: it is suspended
// or scaled to zero, or there is nothing. A job that finished explains a use.
func asleep(f *model.Finding) bool {
	for _, r := range f.References {
		if r.State != model.WorkloadSuspended && r.State != model.WorkloadZero {
			return false
		}
	}
	return true
}

// isPair says that an OpenShift dockercfg secret was made from the token.
func isPair(f *model.Finding) bool {
	for _, r := range f.References {
		if r.How == model.RefDockercfg {
			return true
		}
	}
	return false
}

// workloads are the workloads that name tokens, by how they can be changed. One
// workload may stand in several lists, with different places.
type workloads struct {
	project []change // volumes that a projected token can replace
	byHand  []change // variables, other accounts' tokens, owners that are not read
	lone    []change // pods that no template makes
	other   []change // OAuth clients, pull secrets
}

// change is a workload with the places that name a token.
type change struct {
	workload *model.Workload
	refs     []tokenRef
}

// tokenRef is one place in a workload that names a token.
type tokenRef struct {
	model.SecretRef
	token *model.Finding
}

func (b *builder) sortWorkloads() workloads {
	var out workloads
	for _, row := range b.a.Workloads {
		w := row.Workload
		if w.Kind == "Pod" && b.templateRead(w) {
			continue // its template speaks for it
		}
		var project, byHand, other []tokenRef
		for _, s := range w.Secrets {
			f := b.a.Token(model.Key{Namespace: w.Namespace, Name: s.Secret})
			if f == nil || f.Verdict == model.VerdictProtected {
				continue
			}
			ref := tokenRef{s, f}
			switch s.How {
			case model.RefVolume, model.RefProjected:
				// A projected token is always one of the pod's own account, and has
				// its own file names; the template of a Job cannot be changed.
				if f.Token.Account != w.Account || s.SubPath || s.Mapped || w.Kind == "Job" {
					byHand = append(byHand, ref)
				} else {
					project = append(project, ref)
				}
			case model.RefEnv, model.RefEnvFrom:
				byHand = append(byHand, ref)
			default:
				other = append(other, ref)
			}
		}
		if w.Kind == "Pod" {
			all := append(append(project, byHand...), other...)
			if len(all) > 0 && w.Owner.Kind == "" {
				out.lone = append(out.lone, change{w, all})
			} else if len(all) > 0 {
				out.byHand = append(out.byHand, change{w, all})
			}
			continue
		}
		for list, refs := range map[*[]change][]tokenRef{&out.project: project, &out.byHand: byHand, &out.other: other} {
			if len(refs) > 0 {
				*list = append(*list, change{w, refs})
			}
		}
	}
	return out
}

// templateRead says that the template behind a pod was read, so that the pod
// need not be named: a workload of its owner's name names tokens, or, for the
// in-between kinds that are not kept, one whose name the owner's begins with.
func (b *builder) templateRead(pod *model.Workload) bool {
	kinds := map[string][]string{
		"ReplicaSet": {"ReplicaSet", "Deployment"}, "Job": {"Job", "CronJob"},
		"ReplicationController": {"ReplicationController", "DeploymentConfig"},
	}[pod.Owner.Kind]
	if kinds == nil {
		kinds = []string{pod.Owner.Kind}
	}
	name := pod.Owner.Name
	for _, kind := range kinds {
		if b.a.Workload(model.WorkloadKey{Kind: kind, Key: model.Key{Namespace: pod.Namespace, Name: name}}) != nil {
			return true
		}
		name = beforeLastDash(name)
	}
	return false
}

func beforeLastDash(s string) string {
	for i := len(s) - 1; i > 0; i-- {
		if s[i] == '-' {
			return s[:i]
		}
	}
	return s
}
