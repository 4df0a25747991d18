package story

import (
	"maps"
	"slices"

	"timebound/model"
	"timebound/ui/lines"
)

// keeper tells what is known of the system that needs the token.
func (w *writer) keeper(k *model.Keeper) {
	if k == nil {
		return
	}
	w.Heading("KEEPER", lines.Dim(k.ID))
	w.fact("who", lines.Text(k.Title))
	w.fact("presented by", lines.Text(k.UsedBy))
	w.fact("without it", lines.Text(k.IfGone))
	w.fact("way out", lines.Text(k.SafePath))
	w.fact("written in", lines.Dim(k.Source))
}

// metadata tells what else stands on the secret.
func (w *writer) metadata(t *model.Token) {
	if len(t.Labels)+len(t.Annotations)+len(t.Finalizers) == 0 && t.ResourceVersion == "" {
		return
	}
	w.Heading("METADATA")
	w.fact("version", lines.Dim(t.ResourceVersion))
	for _, f := range t.Finalizers {
		w.fact("finalizer", lines.Text(f))
	}
	w.values("label", t.Labels)
	w.values("annotation", t.Annotations)
}

func (w *writer) values(name string, values map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		w.fact(name, lines.Text(key+"="), lines.Dim(values[key]))
	}
}
