package stream

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
)

func samplePods() *corev1.PodList {
	list := &corev1.PodList{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PodList"},
		ListMeta: metav1.ListMeta{ResourceVersion: "42", Continue: "more"},
	}
	for i := range 3 {
		list.Items = append(list.Items, corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{
				Name: fmt.Sprintf("web-%d", i), Namespace: "shop", UID: "u",
				Labels:        map[string]string{"app": "web"},
				ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "kubelet", FieldsV1: metav1.NewFieldsV1(`{"f:status":{}}`)}},
			},
			Spec:   corev1.PodSpec{ServiceAccountName: "web", NodeName: "n1", Volumes: []corev1.Volume{{Name: "v", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "s"}}}}},
			Status: corev1.PodStatus{Phase: corev1.PodSucceeded},
		})
	}
	return list
}

// podScheme knows the kinds that the tests encode.
var podScheme = func() *runtime.Scheme {
	s := runtime.NewScheme()
	if err := corev1.AddToScheme(s); err != nil {
		panic(err)
	}
	return s
}()

func protobufOf(tb testing.TB, o runtime.Object) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := protobuf.NewSerializer(podScheme, podScheme).Encode(o, &b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func readPods(data []byte) (names []string, list metav1.ListMeta, err error) {
	d := NewDecoder(func(o *corev1.Pod) *metav1.ObjectMeta { return &o.ObjectMeta })
	list, err = ReadList(bytes.NewReader(data), "PodList", func(raw []byte, enc Encoding) error {
		pod, err := d.Decode(raw, enc)
		if err != nil {
			return err
		}
		if pod.ManagedFields != nil || pod.Spec.ServiceAccountName != "web" || pod.Status.Phase != corev1.PodSucceeded || pod.Labels["app"] != "web" {
			return fmt.Errorf("decoded to %+v", pod)
		}
		names = append(names, pod.Namespace+"/"+pod.Name)
		return nil
	})
	return names, list, err
}

const podsJSON = `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"42","continue":"more"},"items":[` + podJSON + "," + podJSON + "," + podJSON + `]}`
const podJSON = `{"metadata":{"name":"web-0","namespace":"shop","labels":{"app":"web"},"managedFields":[{"manager":"x"}]},"spec":{"serviceAccountName":"web"},"status":{"phase":"Succeeded"}}`

func TestReadListBothEncodings(t *testing.T) {
	for name, data := range map[string][]byte{"protobuf": protobufOf(t, samplePods()), "json": []byte(podsJSON)} {
		names, list, err := readPods(data)
		if err != nil || len(names) != 3 || names[0] != "shop/web-0" || list.ResourceVersion != "42" || list.Continue != "more" {
			t.Errorf("%s: %v %+v %v", name, names, list, err)
		}
	}
}

// Wherever an answer breaks off, it is an error: half a list must never pass
// for a whole one.
func TestReadListTruncatedAnywhere(t *testing.T) {
	for name, data := range map[string][]byte{"protobuf": protobufOf(t, samplePods()), "json": []byte(podsJSON)} {
		// The envelope of protobuf ends with two empty fields, encoding and
		// content type, that the server writes after the list; without them
		// the list is whole.
		whole := len(data)
		if name == "protobuf" {
			whole -= 4
		}
		for cut := range whole {
			_, _, err := readPods(data[:cut])
			var answer *Error
			if !errors.As(err, &answer) {
				t.Fatalf("%s cut at %d of %d: %v", name, cut, len(data), err)
			}
			if answer.Fault != Truncated && answer.Fault != Foreign {
				t.Errorf("%s cut at %d: %v", name, cut, err)
			}
		}
	}
}

func TestReadListRefuses(t *testing.T) {
	other := samplePods()
	other.Kind = "SecretList"
	tests := []struct {
		what, data string
		want       Fault
	}{
		{"a login page", "<html><body>Sign in</body></html>", Foreign},
		{"plain text", "Unauthorized", Foreign},
		{"another kind", `{"kind":"SecretList","metadata":{},"items":[]}`, Unexpected},
		{"no kind", `{"metadata":{},"items":[]}`, Unexpected},
		{"another kind in protobuf", string(protobufOf(t, other)), Unexpected},
		{"garbage", `{"kind":"PodList","metadata":{},"items":[{]}`, Undecoded},
		{"items that are no list", `{"kind":"PodList","metadata":{},"items":{}}`, Undecoded},
		{"an object of odd shape", `{"kind":"PodList","metadata":{},"items":["eyJhbGciOiJub25lIn0.e30."]}`, Undecoded},
		{"a giant's claim", "k8s\x00\x0a\x0b\x12\x07PodList\x0a\x00\x12\xff\xff\xff\xff\x0f\x12\xff\xff\xff\xff\x0f", Undecoded},
		{"an unknown wire type", "k8s\x00\x0f", Undecoded},
	}
	for _, test := range tests {
		t.Run(test.what, func(t *testing.T) {
			_, _, err := readPods([]byte(test.data))
			var answer *Error
			if !errors.As(err, &answer) || answer.Fault != test.want {
				t.Fatalf("got %v, want fault %d", err, test.want)
			}
			if strings.Contains(err.Error(), "eyJ") || strings.Contains(err.Error(), "Sign in") {
				t.Errorf("the error quotes the answer: %v", err)
			}
		})
	}
}

func FuzzReadList(f *testing.F) {
	f.Add(protobufOf(f, samplePods()))
	f.Add([]byte(podsJSON))
	f.Add([]byte("k8s\x00"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		d := NewDecoder(func(o *corev1.Pod) *metav1.ObjectMeta { return &o.ObjectMeta })
		_, _ = ReadList(bytes.NewReader(data), "PodList", func(raw []byte, enc Encoding) error {
			_, err := d.Decode(raw, enc)
			return err
		})
	})
}

// Leaving a field out leaves everything else as it is.
func TestWithoutField(t *testing.T) {
	meta := samplePods().Items[0].ObjectMeta
	raw, err := meta.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	var got metav1.ObjectMeta
	if err := got.Unmarshal(withoutField(nil, raw, metaManagedFields)); err != nil {
		t.Fatal(err)
	}
	if got.ManagedFields != nil || got.Name != meta.Name || got.Labels["app"] != "web" || got.UID != meta.UID {
		t.Errorf("got %+v", got)
	}
	if broken := []byte{0x0a, 0x7f}; !bytes.Equal(withoutField(nil, broken, 1), broken) {
		t.Error("a broken message was changed")
	}
}
