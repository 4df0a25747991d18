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

// ReferencesRead says that whatever could name a secret of a namespace was read.
func ReferencesRead(c model.Coverage, namespace string) bool {
	return !slices.ContainsFunc(referrers, func(kind model.ObjectKind) bool {
		return !c.Reads(kind, namespace)
	}) && PullSecretsRead(c, namespace)
}

// PullSecretsRead says that dockercfg secrets of a namespace were read, where
// there is reason to read them at all.
func PullSecretsRead(c model.Coverage, namespace string) bool {
	_, asked := c.Kinds[model.KindPullSecrets]
	return !asked || c.Reads(model.KindPullSecrets, namespace)
}

// Needed names what still names a token's secret and cannot start without it; ""
// if nothing does. Switched off or dead, the secret still has to be there.
// unread says that nobody could look.
func Needed(f *model.Finding, c model.Coverage) (why string, unread bool) {
	if !ReferencesRead(c, f.Token.Namespace) {
		return "whether something names the secret could not be read", true
	}
	for _, r := range f.References {
		switch {
		case r.Optional:
		case r.How == model.RefDockercfg:
			return "the dockercfg secret " + r.By.Name + " goes with it", false
		default:
			return r.By.Kind + " " + r.By.Name + " names the secret and does not start without it", false
		}
	}
	return "", false
}
