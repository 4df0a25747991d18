package plan

import (
	"slices"

	"timebound/model"
)

// The kinds that say whether something names a token, and whose it is.
var referrers = append([]model.ObjectKind{model.KindPods}, model.TemplateKinds()...)

// nothing begins a step that asks for nothing, provided that what it looks at
// was read. Of what was not read nobody can say that there is none.
func (b *builder) nothing(h *Hop, code string, kinds ...model.ObjectKind) Step {
	s := b.done(h, code)
	for _, kind := range append([]model.ObjectKind{model.KindTokens}, kinds...) {
		if !b.readEverywhere(kind) {
			s.State = CannotTell
			s.Facts = append(s.Facts, string(kind)+" were not read everywhere")
		}
	}
	if s.State == CannotTell {
		s.Title = "as far as could be read: " + s.Title
	}
	return s
}

// readEverywhere says that nothing of a kind can be missing in what was asked
// for.
func (b *builder) readEverywhere(kind model.ObjectKind) bool {
	c, asked := b.inv.Coverage.Kinds[kind]
	if !asked {
		return kind == model.KindPullSecrets
	}
	return c.State == model.CoverageComplete || c.State == model.CoverageNotServed
}

// referencesRead says that whatever could name a secret of a namespace was read.
func (b *builder) referencesRead(namespace string) bool {
	return !slices.ContainsFunc(referrers, func(kind model.ObjectKind) bool {
		return !b.inv.Coverage.Reads(kind, namespace)
	}) && b.pullSecretsRead(namespace)
}

// pullSecretsRead says that dockercfg secrets of a namespace were read, where
// there is reason to read them at all.
func (b *builder) pullSecretsRead(namespace string) bool {
	_, asked := b.inv.Coverage.Kinds[model.KindPullSecrets]
	return !asked || b.inv.Coverage.Reads(model.KindPullSecrets, namespace)
}
