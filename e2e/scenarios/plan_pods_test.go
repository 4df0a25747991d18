package scenarios

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// showStaticPods puts the pods into kube-system by which a kubelet shows the
// static pods that it runs, with the command lines of the processes that really
// run. The ones of an earlier start go.
func (s *stage) showStaticPods(t *testing.T) {
	t.Helper()
	s.hideStaticPods(t)
	for _, component := range staticComponents {
		line, err := s.CommandLine(component)
		must(t, err)
		_, err = s.admin.CoreV1().Pods("kube-system").Create(t.Context(), staticPod(component, line), metav1.CreateOptions{})
		must(t, err)
	}
}

func (s *stage) hideStaticPods(t *testing.T) {
	t.Helper()
	for _, component := range staticComponents {
		err := s.admin.CoreV1().Pods("kube-system").Delete(t.Context(), staticName(component), metav1.DeleteOptions{GracePeriodSeconds: new(int64)})
		if err != nil && !apierrors.IsNotFound(err) {
			t.Fatal(err)
		}
	}
}

var staticComponents = []string{"kube-apiserver", "kube-controller-manager"}

// controlNode is where the control plane would run if there were nodes.
const controlNode = "control-1"

func staticName(component string) string { return component + "-" + controlNode }

// staticPod is what kubeadm's manifest of a component becomes in the API.
func staticPod(component string, line []string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name:   staticName(component),
			Labels: map[string]string{"component": component, "tier": "control-plane"},
			Annotations: map[string]string{
				corev1.MirrorPodAnnotationKey: "8d1f0fa3a3d7d6e6b4b8a56dcb8a4c11",
				"kubernetes.io/config.source": "file",
				"kubernetes.io/config.hash":   "8d1f0fa3a3d7d6e6b4b8a56dcb8a4c11",
				"kubernetes.io/config.seen":   "2026-01-02T03:04:05.000000006Z",
			},
		},
		Spec: corev1.PodSpec{
			NodeName:    controlNode,
			HostNetwork: true,
			Containers:  []corev1.Container{{Name: component, Image: "registry.example/" + component, Command: line}},
		},
	}
}
