package contract

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const conflictText = "the object has been modified; please apply your changes to the latest version and try again"

func (s *server) changes(t *testing.T) {
	ns := s.newNamespace(t)
	client := s.typed.CoreV1().Secrets(ns)
	patch := func(how types.PatchType, body string, args ...any) (*corev1.Secret, error) {
		return client.Patch(t.Context(), "one", how, fmt.Appendf(nil, body, args...), metav1.PatchOptions{})
	}

	made := s.create(t, ns, opaque("one"))
	if made.UID == "" || made.ResourceVersion == "" || made.CreationTimestamp.IsZero() || made.Type != corev1.SecretTypeOpaque {
		t.Fatalf("created: %+v", made.ObjectMeta)
	}
	marked, err := patch(types.MergePatchType, `{"metadata":{"labels":{"kubernetes.io/legacy-token-invalid-since":"2026-11-22"}}}`)
	if err != nil {
		t.Fatal(err)
	}
	if marked.UID != made.UID || marked.ResourceVersion == made.ResourceVersion || len(marked.Data) != 1 || marked.Labels["kubernetes.io/legacy-token-invalid-since"] != "2026-11-22" {
		t.Errorf("merge patch: %+v", marked)
	}
	again, err := patch(types.MergePatchType, `{"metadata":{"labels":{"kubernetes.io/legacy-token-invalid-since":"2026-11-22"}}}`)
	if err != nil || again.ResourceVersion != marked.ResourceVersion {
		t.Errorf("a patch of nothing writes: %v, %v", again.ResourceVersion, err)
	}

	// Preconditions inside a patch.
	_, err = patch(types.MergePatchType, `{"metadata":{"resourceVersion":%q,"labels":{"a":"b"}}}`, made.ResourceVersion)
	if !apierrors.IsConflict(err) || err.Error() != `Operation cannot be fulfilled on secrets "one": `+conflictText {
		t.Errorf("merge patch of an old state: %v", err)
	}
	_, err = patch(types.MergePatchType, `{"metadata":{"uid":"00000000-0000-0000-0000-000000000000","labels":{"a":"b"}}}`)
	if !apierrors.IsInvalid(err) || err.Error() != `Secret "one" is invalid: metadata.uid: Invalid value: "00000000-0000-0000-0000-000000000000": field is immutable` {
		t.Errorf("merge patch of another UID: %v", err)
	}
	_, err = patch(types.JSONPatchType, `[{"op":"test","path":"/metadata/uid","value":"other"},{"op":"add","path":"/metadata/labels/a","value":"b"}]`)
	if !apierrors.IsInvalid(err) && apierrors.ReasonForError(err) != metav1.StatusReasonInvalid {
		t.Errorf("JSON patch whose test fails: %v (%s)", err, apierrors.ReasonForError(err))
	}
	current, err := patch(types.JSONPatchType, `[{"op":"test","path":"/metadata/resourceVersion","value":%q},{"op":"remove","path":"/metadata/labels"}]`, marked.ResourceVersion)
	if err != nil || len(current.Labels) != 0 {
		t.Errorf("JSON patch: %v, %v", current, err)
	}
	strategic, err := patch(types.StrategicMergePatchType, `{"metadata":{"labels":{"c":"d"}}}`)
	if err != nil || strategic.Labels["c"] != "d" {
		t.Errorf("strategic merge patch: %v, %v", strategic, err)
	}

	// Updates.
	old := current.DeepCopy()
	old.Labels = map[string]string{"e": "f"}
	_, err = client.Update(t.Context(), old, metav1.UpdateOptions{})
	if !apierrors.IsConflict(err) || err.Error() != `Operation cannot be fulfilled on secrets "one": `+conflictText {
		t.Errorf("update of an old state: %v", err)
	}
	other := current.DeepCopy()
	other.UID, other.ResourceVersion = "00000000-0000-0000-0000-000000000000", ""
	_, err = client.Update(t.Context(), other, metav1.UpdateOptions{})
	if !apierrors.IsConflict(err) || !strings.Contains(err.Error(), "Precondition failed: UID in precondition: 00000000-0000-0000-0000-000000000000, UID in object meta: "+string(made.UID)) {
		t.Errorf("update of another UID: %v", err)
	}
	old.ResourceVersion = ""
	forced, err := client.Update(t.Context(), old, metav1.UpdateOptions{})
	if err != nil || forced.Labels["e"] != "f" || forced.UID != made.UID || !forced.CreationTimestamp.Equal(&made.CreationTimestamp) {
		t.Errorf("update without a version: %v, %v", forced, err)
	}
	s.changeAccountsAndPods(t, ns)
}

func (s *server) changeAccountsAndPods(t *testing.T, ns string) {
	t.Helper()
	account := s.createAccount(t, ns, "robot")
	s.create(t, ns, token("robot-token-abcde", "robot"))
	listed, err := s.protobuf.CoreV1().ServiceAccounts(ns).Patch(t.Context(), "robot", types.JSONPatchType,
		fmt.Appendf(nil, `[{"op":"test","path":"/metadata/uid","value":%q},{"op":"add","path":"/secrets","value":[{"name":"robot-token-abcde"}]}]`, account.UID), metav1.PatchOptions{})
	if err != nil || len(listed.Secrets) != 1 || listed.Secrets[0].Name != "robot-token-abcde" {
		t.Errorf("patched account: %v, %v", listed, err)
	}
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "reader-"},
		Spec: corev1.PodSpec{
			ServiceAccountName: "robot",
			Containers:         []corev1.Container{{Name: "main", Image: "registry.example/reader:1"}},
			Volumes: []corev1.Volume{{Name: "token", VolumeSource: corev1.VolumeSource{
				Secret: &corev1.SecretVolumeSource{SecretName: "robot-token-abcde"},
			}}},
		},
	}
	made, err := s.protobuf.CoreV1().Pods(ns).Create(t.Context(), pod, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(made.Name, "reader-") || len(made.Name) != len("reader-")+5 || made.Status.Phase != corev1.PodPending {
		t.Errorf("created pod: %s, %s", made.Name, made.Status.Phase)
	}
	pods, err := s.typed.CoreV1().Pods(ns).List(t.Context(), metav1.ListOptions{FieldSelector: "status.phase=Pending,spec.serviceAccountName=robot"})
	if err != nil || len(pods.Items) != 1 || pods.Items[0].Spec.Volumes[0].Secret.SecretName != "robot-token-abcde" {
		t.Errorf("pods by field: %v, %v", pods, err)
	}
}

func (s *server) dryRuns(t *testing.T) {
	ns := s.newNamespace(t)
	client := s.typed.CoreV1().Secrets(ns)
	all := []string{metav1.DryRunAll}
	kept := s.create(t, ns, opaque("kept"))

	dry, err := client.Create(t.Context(), opaque("other"), metav1.CreateOptions{DryRun: all})
	if err != nil || dry.UID == "" || dry.Name != "other" {
		t.Errorf("create: %v, %v", dry, err)
	}
	if _, err := client.Create(t.Context(), opaque("kept"), metav1.CreateOptions{DryRun: all}); !apierrors.IsAlreadyExists(err) {
		t.Errorf("create what is there: %v", err)
	}
	dry, err = client.Patch(t.Context(), "kept", types.MergePatchType, []byte(`{"metadata":{"labels":{"a":"b"}}}`), metav1.PatchOptions{DryRun: all})
	if err != nil || dry.Labels["a"] != "b" {
		t.Errorf("patch: %v, %v", dry, err)
	}
	_, err = client.Patch(t.Context(), "kept", types.MergePatchType, []byte(`{"metadata":{"resourceVersion":"1","labels":{"a":"b"}}}`), metav1.PatchOptions{DryRun: all})
	if !apierrors.IsConflict(err) {
		t.Errorf("patch of an old state: %v", err)
	}
	changed := kept.DeepCopy()
	changed.Labels = map[string]string{"a": "b"}
	if dry, err = client.Update(t.Context(), changed, metav1.UpdateOptions{DryRun: all}); err != nil || dry.Labels["a"] != "b" {
		t.Errorf("update: %v, %v", dry, err)
	}
	if err := client.Delete(t.Context(), "kept", metav1.DeleteOptions{DryRun: all}); err != nil {
		t.Errorf("delete: %v", err)
	}
	if err := s.metadata.Resource(secrets).Namespace(ns).Delete(t.Context(), "kept", metav1.DeleteOptions{DryRun: all}); err != nil {
		t.Errorf("delete through the metadata client: %v", err)
	}

	list, err := client.List(t.Context(), metav1.ListOptions{})
	if err != nil || len(list.Items) != 1 || list.Items[0].ResourceVersion != kept.ResourceVersion {
		t.Errorf("dry runs left traces: %v, %v", list, err)
	}
}

func (s *server) deletions(t *testing.T) {
	ns := s.newNamespace(t)
	client := s.typed.CoreV1().Secrets(ns)
	made := s.create(t, ns, opaque("one"))
	other, oldVersion := types.UID("00000000-0000-0000-0000-000000000000"), "1"
	for name, p := range map[string]metav1.Preconditions{
		"another UID":     {UID: &other},
		"another version": {ResourceVersion: &oldVersion},
		"one of the two":  {UID: &made.UID, ResourceVersion: &oldVersion},
	} {
		err := client.Delete(t.Context(), "one", metav1.DeleteOptions{Preconditions: &p})
		if !apierrors.IsConflict(err) {
			t.Errorf("%s: %v", name, err)
		}
		if p.UID == &other && !strings.Contains(err.Error(), "the UID in the precondition (00000000-0000-0000-0000-000000000000) does not match the UID in record ("+string(made.UID)+")") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.protobuf.CoreV1().Secrets(ns).Delete(t.Context(), "one", metav1.DeleteOptions{
		Preconditions: &metav1.Preconditions{UID: &made.UID, ResourceVersion: &made.ResourceVersion},
	}); err != nil {
		t.Errorf("with preconditions that hold: %v", err)
	}
	if _, err := client.Get(t.Context(), "one", metav1.GetOptions{}); !apierrors.IsNotFound(err) {
		t.Errorf("after the deletion: %v", err)
	}

	// A finalizer holds the object until it is taken off.
	held := opaque("held")
	held.Finalizers = []string{"openshift.io/legacy-token"}
	s.create(t, ns, held)
	if err := client.Delete(t.Context(), "held", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	waiting, err := client.Get(t.Context(), "held", metav1.GetOptions{})
	if err != nil || waiting.DeletionTimestamp == nil {
		t.Fatalf("held by a finalizer: %v, %v", waiting, err)
	}
	if _, err := client.Patch(t.Context(), "held", types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`), metav1.PatchOptions{}); err != nil {
		t.Errorf("take the finalizer off: %v", err)
	}
	if _, err := client.Get(t.Context(), "held", metav1.GetOptions{}); !apierrors.IsNotFound(err) {
		t.Errorf("after the finalizer: %v", err)
	}
	// The name is free again, under another UID.
	if again := s.create(t, ns, opaque("one")); again.UID == made.UID {
		t.Errorf("made again with the same UID %s", again.UID)
	}
}
