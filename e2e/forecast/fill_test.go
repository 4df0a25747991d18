package forecast

import (
	"context"
	"maps"
	"testing"

	"golang.org/x/sync/errgroup"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"timebound/model"
)

// phase is the phase of a pod. The cleaner does not look at it.
type phase = corev1.PodPhase

// terminating is no phase to Kubernetes: the pod is being deleted.
const terminating phase = "Terminating"

var phases = []phase{corev1.PodPending, corev1.PodRunning, corev1.PodSucceeded, corev1.PodFailed, corev1.PodUnknown, terminating}

// held keeps an object that is being deleted.
var held = []string{"timebound.e2e/held"}

// filler makes the objects.
type filler struct {
	admin  kubernetes.Interface
	tokens []token
	uids   map[string]types.UID // of the accounts, by namespace and name
}

func fill(t *testing.T, admin kubernetes.Interface, tokens []token) {
	t.Helper()
	f := filler{admin: admin, tokens: tokens, uids: map[string]types.UID{}}
	for n := range namespaces {
		must(t, f.namespace(t.Context(), n))
	}
	group, ctx := errgroup.WithContext(t.Context())
	group.SetLimit(16)
	for _, k := range tokens {
		group.Go(func() error {
			if err := f.token(ctx, k); err != nil {
				return err
			}
			return f.reference(ctx, k)
		})
	}
	must(t, group.Wait())
}

// namespace makes a namespace and its accounts.
func (f filler) namespace(ctx context.Context, n int) error {
	o := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespaceName(n)}}
	if _, err := f.admin.CoreV1().Namespaces().Create(ctx, o, metav1.CreateOptions{}); err != nil {
		return err
	}
	if err := f.account(ctx, n, runner, nil); err != nil {
		return err
	}
	for a := range accounts {
		if err := f.account(ctx, n, accountName(a), f.list(n, a)); err != nil {
			return err
		}
	}
	return nil
}

// list gives what stands in .secrets of an account.
func (f filler) list(namespace, account int) []corev1.ObjectReference {
	var refs []corev1.ObjectReference
	for _, k := range f.tokens {
		n, a := k.namespace, k.account
		switch k.claim {
		case unlisted, accountGone:
			continue
		case listedByOther:
			a++
		case listedAfar:
			n++
		}
		if n%namespaces == namespace && a%accounts == account {
			refs = append(refs, corev1.ObjectReference{Name: k.name})
		}
	}
	return refs
}

func (f filler) account(ctx context.Context, namespace int, name string, secrets []corev1.ObjectReference) error {
	o := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}, Secrets: secrets}
	o, err := f.admin.CoreV1().ServiceAccounts(namespaceName(namespace)).Create(ctx, o, metav1.CreateOptions{})
	if err == nil {
		f.uids[o.Namespace+"/"+o.Name] = o.UID
	}
	return err
}

func (f filler) token(ctx context.Context, k token) error {
	namespace, account := namespaceName(k.namespace), accountName(k.account)
	uid := string(f.uids[namespace+"/"+account])
	switch k.claim {
	case accountGone:
		account = goneAccount
	case wrongUID:
		uid = "00000000-0000-0000-0000-000000000000"
	case listedNoUID:
		uid = ""
	}
	o := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: k.name, Labels: maps.Clone(k.labels), Annotations: map[string]string{model.AnnotationAccountName: account}},
		Type:       corev1.SecretTypeServiceAccountToken,
		Data:       map[string][]byte{corev1.ServiceAccountTokenKey: []byte("not a token")},
	}
	if uid != "" {
		o.Annotations[model.AnnotationAccountUID] = uid
	}
	if k.deleting {
		o.Finalizers = held
	}
	secrets := f.admin.CoreV1().Secrets(namespace)
	_, err := secrets.Create(ctx, o, metav1.CreateOptions{})
	if err == nil && k.deleting {
		err = secrets.Delete(ctx, k.name, metav1.DeleteOptions{})
	}
	return err
}

// reference makes what names the token, under the token's name.
func (f filler) reference(ctx context.Context, k token) error {
	if k.way.place == nowhere {
		return nil
	}
	no := false
	spec := corev1.PodSpec{
		ServiceAccountName: runner, AutomountServiceAccountToken: &no,
		Containers: []corev1.Container{{Name: "main", Image: "example/main"}},
	}
	k.way.point(&spec, k.name)
	switch k.way.place {
	case inTemplate:
		return f.deployment(ctx, namespaceName(k.namespace), k.name, spec)
	case inPodAfar:
		return f.pod(ctx, namespaceName(k.namespace+1), k, spec)
	default:
		return f.pod(ctx, namespaceName(k.namespace), k, spec)
	}
}

func (f filler) deployment(ctx context.Context, namespace, name string, spec corev1.PodSpec) error {
	var none int32
	labels := map[string]string{"app": name}
	_, err := f.admin.AppsV1().Deployments(namespace).Create(ctx, &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: appsv1.DeploymentSpec{
			Replicas: &none,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: spec},
		},
	}, metav1.CreateOptions{})
	return err
}

func (f filler) pod(ctx context.Context, namespace string, k token, spec corev1.PodSpec) error {
	pods := f.admin.CoreV1().Pods(namespace)
	ephemeral := spec.EphemeralContainers
	spec.EphemeralContainers = nil // a pod is not made with them
	o := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: k.name, Finalizers: held}, Spec: spec}
	o, err := pods.Create(ctx, o, metav1.CreateOptions{})
	if err == nil && ephemeral != nil {
		o.Spec.EphemeralContainers = ephemeral
		o, err = pods.UpdateEphemeralContainers(ctx, k.name, o, metav1.UpdateOptions{})
	}
	switch {
	case err != nil || k.phase == corev1.PodPending:
	case k.phase == terminating:
		err = pods.Delete(ctx, k.name, metav1.DeleteOptions{})
	default:
		o.Status.Phase = k.phase
		_, err = pods.UpdateStatus(ctx, o, metav1.UpdateOptions{})
	}
	return err
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
