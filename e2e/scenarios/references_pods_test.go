package scenarios

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
)

// podPointings are the places in a pod.
func podPointings() []pointing {
	pods := []pointing{
		inPod("volume", model.RefVolume, "volume creds", func(spec *corev1.PodSpec, secret string) {
			spec.Volumes = volume(corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: secret}})
		}),
		inPod("projected", model.RefProjected, "volume creds", func(spec *corev1.PodSpec, secret string) {
			spec.Volumes = volume(corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{
				{Secret: &corev1.SecretProjection{LocalObjectReference: local(secret)}},
			}}})
		}),
		inPod("env", model.RefEnv, "container main, variable TOKEN", func(spec *corev1.PodSpec, secret string) {
			spec.Containers[0].Env = variable(secret)
		}),
		inPod("env-from", model.RefEnvFrom, "container main, envFrom", func(spec *corev1.PodSpec, secret string) {
			spec.Containers[0].EnvFrom = []corev1.EnvFromSource{{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: local(secret)}}}
		}),
		inPod("init", model.RefEnv, "init container prepare, variable TOKEN", func(spec *corev1.PodSpec, secret string) {
			spec.InitContainers = []corev1.Container{{Name: "prepare", Image: "example/prepare", Env: variable(secret)}}
		}),
		inPod("pull", model.RefImagePull, "imagePullSecrets", func(spec *corev1.PodSpec, secret string) {
			spec.ImagePullSecrets = []corev1.LocalObjectReference{local(secret)}
		}),
	}
	for kind, source := range driverVolumes() {
		pods = append(pods, inPod("driver-"+kind.name, model.RefVolumeOther, "volume creds ("+kind.word+")", func(spec *corev1.PodSpec, secret string) {
			spec.Volumes = volume(source(secret))
		}))
	}
	return append(pods, pointing{
		name: "finished", how: model.RefVolume, kind: "Pod", where: "volume creds", state: model.WorkloadFinished, make: finishedPod,
	}, pointing{
		name: "ephemeral", how: model.RefEnv, kind: "Pod", where: "ephemeral container look, variable TOKEN", make: debuggedPod,
	})
}

// driver names a kind of volume whose driver wants credentials.
type driver struct{ name, word string }

func driverVolumes() map[driver]func(secret string) corev1.VolumeSource {
	ref := func(secret string) *corev1.LocalObjectReference { return &corev1.LocalObjectReference{Name: secret} }
	return map[driver]func(string) corev1.VolumeSource{
		{"azure-file", "azureFile"}: func(s string) corev1.VolumeSource {
			return corev1.VolumeSource{AzureFile: &corev1.AzureFileVolumeSource{SecretName: s, ShareName: "share"}}
		},
		{"cephfs", "cephfs"}: func(s string) corev1.VolumeSource {
			return corev1.VolumeSource{CephFS: &corev1.CephFSVolumeSource{Monitors: []string{"m"}, SecretRef: ref(s)}}
		},
		{"cinder", "cinder"}: func(s string) corev1.VolumeSource {
			return corev1.VolumeSource{Cinder: &corev1.CinderVolumeSource{VolumeID: "v", SecretRef: ref(s)}}
		},
		{"flex", "flexVolume"}: func(s string) corev1.VolumeSource {
			return corev1.VolumeSource{FlexVolume: &corev1.FlexVolumeSource{Driver: "example/flex", SecretRef: ref(s)}}
		},
		{"rbd", "rbd"}: func(s string) corev1.VolumeSource {
			return corev1.VolumeSource{RBD: &corev1.RBDVolumeSource{CephMonitors: []string{"m"}, RBDImage: "i", SecretRef: ref(s)}}
		},
		{"scaleio", "scaleIO"}: func(s string) corev1.VolumeSource {
			return corev1.VolumeSource{ScaleIO: &corev1.ScaleIOVolumeSource{Gateway: "g", System: "s", VolumeName: "v", SecretRef: ref(s)}}
		},
		{"iscsi", "iscsi"}: func(s string) corev1.VolumeSource {
			return corev1.VolumeSource{ISCSI: &corev1.ISCSIVolumeSource{TargetPortal: "10.0.0.1", IQN: "iqn.2001-04.com.example:storage", DiscoveryCHAPAuth: true, SecretRef: ref(s)}}
		},
		{"storageos", "storageos"}: func(s string) corev1.VolumeSource {
			return corev1.VolumeSource{StorageOS: &corev1.StorageOSVolumeSource{VolumeName: "v", VolumeNamespace: "n", SecretRef: ref(s)}}
		},
		{"csi", "csi"}: func(s string) corev1.VolumeSource {
			return corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{Driver: "csi.example", NodePublishSecretRef: ref(s)}}
		},
	}
}

// inPod is a pod that points at the token of its name.
func inPod(name string, how model.RefKind, where string, point func(spec *corev1.PodSpec, secret string)) pointing {
	return pointing{name: name, how: how, kind: "Pod", where: where, make: func(t *testing.T, s *stage, namespace, name string) {
		t.Helper()
		s.pod(t, namespace, name, func(spec *corev1.PodSpec) { point(spec, name) })
	}}
}

func (s *stage) pod(t *testing.T, namespace, name string, change func(*corev1.PodSpec)) *corev1.Pod {
	t.Helper()
	o := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: podSpec()}
	change(&o.Spec)
	o, err := s.admin.CoreV1().Pods(namespace).Create(t.Context(), o, metav1.CreateOptions{})
	must(t, err)
	return o
}

func finishedPod(t *testing.T, s *stage, namespace, name string) {
	t.Helper()
	o := s.pod(t, namespace, name, func(spec *corev1.PodSpec) { spec.Volumes = secretVolume(name) })
	o.Status.Phase = corev1.PodSucceeded
	_, err := s.admin.CoreV1().Pods(namespace).UpdateStatus(t.Context(), o, metav1.UpdateOptions{})
	must(t, err)
}

// debuggedPod gets an ephemeral container, as kubectl debug adds one.
func debuggedPod(t *testing.T, s *stage, namespace, name string) {
	t.Helper()
	o := s.pod(t, namespace, name, func(*corev1.PodSpec) {})
	o.Spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{
		Name: "look", Image: "example/look", ImagePullPolicy: corev1.PullAlways, TerminationMessagePolicy: corev1.TerminationMessageReadFile, Env: variable(name),
	}}}
	_, err := s.admin.CoreV1().Pods(namespace).UpdateEphemeralContainers(t.Context(), name, o, metav1.UpdateOptions{})
	must(t, err)
}

func podSpec() corev1.PodSpec {
	return corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "example/main"}}}
}

func volume(source corev1.VolumeSource) []corev1.Volume {
	return []corev1.Volume{{Name: "creds", VolumeSource: source}}
}

func secretVolume(secret string) []corev1.Volume {
	return volume(corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: secret}})
}

func variable(secret string) []corev1.EnvVar {
	return []corev1.EnvVar{{Name: "TOKEN", ValueFrom: &corev1.EnvVarSource{
		SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: local(secret), Key: "token"},
	}}}
}

func local(name string) corev1.LocalObjectReference { return corev1.LocalObjectReference{Name: name} }
