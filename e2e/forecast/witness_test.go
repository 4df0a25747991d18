package forecast

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"timebound/model"
)

// witness writes down what becomes of each token.
type witness struct {
	admin kubernetes.Interface
	seen  map[string]*record // by namespace and name
}

// record is what became of one token.
type record struct {
	invalidated, deleted model.Day
	odd                  []string // what the cleaner does not do
}

// snapshot gives the tokens as they are at a revision of the cluster or later.
// No revision is now.
//
// kube-controller-manager fills its caches from the API server's, which follows
// etcd a little behind. Once the API server has shown a change, the cleaner
// finds it too.
func (w witness) snapshot(t *testing.T, revision string) map[string]*corev1.Secret {
	t.Helper()
	options := metav1.ListOptions{}
	if revision != "" {
		options.ResourceVersion, options.ResourceVersionMatch = revision, metav1.ResourceVersionMatchNotOlderThan
	}
	list, err := w.admin.CoreV1().Secrets(metav1.NamespaceAll).List(t.Context(), options)
	must(t, err)
	all := map[string]*corev1.Secret{}
	for i := range list.Items {
		o := &list.Items[i]
		all[o.Namespace+"/"+o.Name] = o
	}
	return all
}

// compare notes what a pass has changed. The cleaner lives on the real day; to
// the forecast it is a later one, the virtual day.
func (w witness) compare(before, after map[string]*corev1.Secret, realDay, virtual model.Day) {
	for key, was := range before {
		r, ours := w.seen[key]
		if !ours {
			continue
		}
		is, there := after[key]
		if !there {
			r.deleted = virtual
			continue
		}
		if equality.Semantic.DeepEqual(was, is) {
			continue
		}
		if got := is.Labels[model.LabelInvalidSince]; got == realDay.String() && r.invalidated == 0 {
			r.invalidated = virtual
		} else {
			r.odd = append(r.odd, fmt.Sprintf("on %s the label became %q", virtual, got))
		}
		if rest, now := unlabelled(was), unlabelled(is); !equality.Semantic.DeepEqual(rest, now) {
			r.odd = append(r.odd, fmt.Sprintf("on %s more than the label changed: from %v to %v", virtual, rest.ObjectMeta, now.ObjectMeta))
		}
	}
}

// unlabelled is a token without what labelling changes.
func unlabelled(o *corev1.Secret) *corev1.Secret {
	o = o.DeepCopy()
	delete(o.Labels, model.LabelInvalidSince)
	if len(o.Labels) == 0 {
		o.Labels = nil
	}
	o.ResourceVersion, o.ManagedFields = "", nil
	return o
}
