package demo

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// manage notes who made a change, as far as people want to know: the name and
// when, without the fields.
func (c *call) manage(m metav1.Object) {
	manager := c.r.URL.Query().Get("fieldManager")
	if manager == "" {
		return
	}
	now := metav1.NewTime(c.server.now)
	entries := slices.DeleteFunc(slices.Clone(m.GetManagedFields()), func(e metav1.ManagedFieldsEntry) bool { return e.Manager == manager })
	m.SetManagedFields(append(entries, metav1.ManagedFieldsEntry{
		Manager: manager, Operation: metav1.ManagedFieldsOperationUpdate, Time: &now,
		APIVersion: c.target.shelf.kind.gvk().GroupVersion().String(), FieldsType: "FieldsV1",
		FieldsV1: metav1.NewFieldsV1("{}"),
	}))
}
