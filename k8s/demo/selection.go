package demo

import (
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
)

// selection is the part of a kind that a list or a watch asks for.
type selection struct {
	namespace string
	labels    labels.Selector
	fields    fields.Selector
}

func newSelection(t target, labelSelector, fieldSelector string) (selection, error) {
	k := t.shelf.kind
	l, err := labels.Parse(labelSelector)
	if err != nil {
		return selection{}, apierrors.NewBadRequest(err.Error())
	}
	f, err := fields.ParseSelector(fieldSelector)
	if err != nil {
		return selection{}, apierrors.NewBadRequest(err.Error())
	}
	for _, r := range f.Requirements() {
		if !k.selectable(r.Field) {
			return selection{}, apierrors.NewBadRequest("field label not supported: " + r.Field)
		}
	}
	return selection{namespace: t.namespace, labels: l, fields: f}, nil
}

// everything says that only the namespace narrows the selection.
func (s selection) everything() bool { return s.labels.Empty() && s.fields.Empty() }

func (s selection) has(it *item) bool {
	if s.namespace != "" && it.key.namespace != s.namespace {
		return false
	}
	if !s.labels.Empty() && !s.labels.Matches(labels.Set(it.meta.GetLabels())) {
		return false
	}
	return s.fields.Empty() || s.fields.Matches(fieldsOf(it))
}
