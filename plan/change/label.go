package change

import (
	"context"

	"timebound/model"
)

// invalidate switches a token off by label. Nothing is read for it: UID and
// resourceVersion in the patch are those that were staged, so the server
// itself refuses if anything moved.
func invalidate(i *Item, m Making) *Draft {
	day := m.Today.String()
	return &Draft{
		Request: mergePatch(i.Target(), map[string]any{"metadata": map[string]any{
			"uid": i.On.UID, "resourceVersion": i.On.ResourceVersion,
			"labels":      map[string]string{model.LabelInvalidSince: day},
			"annotations": map[string]string{RunAnnotation: m.Run},
		}}),
		Inverse: &Inverse{Run: m.Run, Day: day},
		Preview: []string{"+ label " + model.LabelInvalidSince + "=" + day, "+ annotation " + RunAnnotation + ", which names the run"},
	}
}

// reactivate takes the label off again. Undoing takes only a label off that
// still is the one that was put on.
func reactivate(ctx context.Context, c Cluster, i *Item) (*Draft, error) {
	on := i.On
	on.ResourceVersion = "" // a knock moves it, and is no reason against
	o, err := read(ctx, c.Metadata, i.Target(), on)
	if err != nil {
		return nil, err
	}
	day, off := o.Labels[model.LabelInvalidSince]
	run := o.Annotations[RunAnnotation]
	switch {
	case !off || day == "":
		return nil, skipf(SkipAlready, "it is not switched off any more%s", By(o))
	case i.Inverse != nil && (day != i.Inverse.Day || run != i.Inverse.Run):
		return nil, skipf(SkipChanged, "it was switched off anew since, by somebody else: its label is %s%s", day, By(o))
	}
	d := &Draft{Preview: []string{"- label " + model.LabelInvalidSince + "=" + day}}
	metadata := map[string]any{
		"uid": o.UID, "resourceVersion": o.ResourceVersion,
		"labels": map[string]any{model.LabelInvalidSince: nil},
	}
	if run != "" {
		metadata["annotations"] = map[string]any{RunAnnotation: nil}
		d.Preview = append(d.Preview, "- annotation "+RunAnnotation)
	}
	d.Request = mergePatch(i.Target(), map[string]any{"metadata": metadata})
	if i.Inverse == nil {
		// Staged by hand: putting it back sets the same day again.
		d.Inverse = &Inverse{Day: day}
	}
	return d, nil
}
