package plan

import "timebound/model"

// pairs are OpenShift's registry tokens with their dockercfg secrets, of which
// no use was seen and which nothing else names.
func (b *builder) pairs(h *Hop) Step {
	var list []*model.Finding
	for _, f := range b.findings.pairs {
		if !pairIsUsed(f) {
			list = append(list, f)
		}
	}
	pulls := b.pullingPods()
	s := b.tokens(h, "TB-310", list, func(f *model.Finding) string {
		name := dockercfgOf(f)
		note := "dockercfg secret " + name
		if n := pulls[model.Key{Namespace: f.Token.Namespace, Name: name}]; n > 0 {
			note += "; " + count(n, "pod names", "pods name") + " it in imagePullSecrets and may fail to pull until made again"
		}
		return note
	})
	if len(list) == 0 {
		return s
	}
	s.Facts = b.placeFacts(b.current, "registry")
	if b.current < minorInvalidSince {
		s.State = NotApplicable // deleting only rotates
		return s
	}
	s.How = []string{
		"# one dockercfg secret at a time; its token goes with it",
		"# where the registry is removed nothing is made in its place",
		"oc -n NAMESPACE delete secret DOCKERCFG-SECRET",
	}
	return s
}

// usedPairs are those that somebody presents, or that something else names.
func (b *builder) usedPairs(h *Hop) Step {
	var list []*model.Finding
	for _, f := range b.findings.pairs {
		if pairIsUsed(f) {
			list = append(list, f)
		}
	}
	s := b.tokens(h, "TB-315", list, func(f *model.Finding) string {
		note := "dockercfg secret " + dockercfgOf(f) + usedText(f) + presented(f)
		for _, r := range f.References {
			if r.How != model.RefDockercfg {
				note += ", named by " + r.By.Kind + " " + r.By.Name
			}
		}
		return note
	})
	if len(list) > 0 {
		s.Facts = append(b.logFacts(": whether it was the registry cannot be told", func(*model.Usage) []string {
			return []string{"the actions name who presents each; the registry's own agents are called dockerregistry"}
		}), b.placeFacts(b.current, "registry")...)
	}
	return s
}

// pairIsUsed says that a pair's token is in use, or named by anything but its
// dockercfg secret.
func pairIsUsed(f *model.Finding) bool {
	if f.Verdict == model.VerdictInUse {
		return true
	}
	for _, r := range f.References {
		if r.How != model.RefDockercfg {
			return true
		}
	}
	return false
}

// dockercfgOf names the dockercfg secret that was made from a token.
func dockercfgOf(f *model.Finding) string {
	for _, r := range f.References {
		if r.How == model.RefDockercfg {
			return r.By.Name
		}
	}
	return ""
}

// pullingPods counts the pods that name a secret for pulling images.
func (b *builder) pullingPods() map[model.Key]int {
	pulls := map[model.Key]int{}
	for _, w := range b.inv.Workloads {
		if w.Kind != "Pod" || w.State != model.WorkloadActive {
			continue
		}
		for _, s := range w.Secrets {
			if s.How == model.RefImagePull {
				pulls[model.Key{Namespace: w.Namespace, Name: s.Secret}]++
			}
		}
	}
	return pulls
}
