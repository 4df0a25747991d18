package demo

import (
	"fmt"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

func (c *call) delete() {
	q, err := c.writeRequest()
	if err != nil {
		c.refuse(err)
		return
	}
	opts, err := c.deleteOptions(q)
	if err != nil {
		c.refuse(err)
		return
	}
	it, gone, err := c.deleted(opts, q.dry || len(opts.DryRun) > 0)
	if err != nil {
		c.refuse(err)
		return
	}
	k := c.target.shelf.kind
	if gone && k.Kind != "Pod" && k.Kind != "ServiceAccount" {
		c.status(&metav1.Status{Status: metav1.StatusSuccess, Code: http.StatusOK, Details: &metav1.StatusDetails{
			Name: it.key.name, Group: k.Group, Kind: k.Resource.Resource, UID: it.meta.GetUID(),
		}})
		return
	}
	c.give(http.StatusOK, q.accepted, it)
}

func (c *call) deleteOptions(q writeRequest) (metav1.DeleteOptions, error) {
	var opts metav1.DeleteOptions
	if len(q.body) == 0 {
		return opts, nil
	}
	gvk := schema.GroupVersionKind{Version: "v1", Kind: "DeleteOptions"}
	if _, _, err := scheme.Codecs.UniversalDeserializer().Decode(q.body, &gvk, &opts); err != nil {
		return opts, apierrors.NewBadRequest(err.Error())
	}
	_, err := isDryRun(opts.DryRun)
	return opts, err
}

// deleted takes the object away, or marks it if finalizers hold it. There is
// no grace period: pods go at once.
func (c *call) deleted(opts metav1.DeleteOptions, dry bool) (it *item, gone bool, err error) {
	sh, st := c.target.shelf, c.server.store
	st.mu.Lock()
	defer st.mu.Unlock()
	it = sh.items[c.target.key()]
	if it == nil {
		return nil, false, apierrors.NewNotFound(sh.kind.gr(), c.target.name)
	}
	if p := opts.Preconditions; p != nil {
		if p.UID != nil && *p.UID != it.meta.GetUID() {
			return nil, false, apierrors.NewConflict(sh.kind.gr(), it.key.name, fmt.Errorf(
				"the UID in the precondition (%s) does not match the UID in record (%s). The object might have been deleted and then recreated", *p.UID, it.meta.GetUID()))
		}
		if p.ResourceVersion != nil && *p.ResourceVersion != it.meta.GetResourceVersion() {
			return nil, false, apierrors.NewConflict(sh.kind.gr(), it.key.name, fmt.Errorf(
				"the ResourceVersion in the precondition (%s) does not match the ResourceVersion in record (%s). The object might have been modified", *p.ResourceVersion, it.meta.GetResourceVersion()))
		}
	}
	if len(it.meta.GetFinalizers()) == 0 {
		if dry {
			return it, true, nil
		}
		tokenController{c.server}.deleted(it)
		return it, true, st.remove(sh, it)
	}
	if dry || it.meta.GetDeletionTimestamp() != nil {
		return it, false, nil
	}
	marked, err := itemOf(it.key, it.object.DeepCopyObject())
	if err != nil {
		return nil, false, err
	}
	now, grace := metav1.NewTime(c.server.now), int64(0)
	marked.meta.SetDeletionTimestamp(&now)
	marked.meta.SetDeletionGracePeriodSeconds(&grace)
	it, err = st.put(sh, marked.object)
	return it, false, err
}
