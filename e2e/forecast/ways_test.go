package forecast

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// way is a way in which something in the cluster names a secret.
type way struct {
	name  string
	place place
	point func(spec *corev1.PodSpec, secret string)
}

// place is where the pod specification stands that names the secret.
type place uint8

const (
	nowhere    place = iota
	inPod            // a pod of the secret's namespace
	inPodAfar        // a pod of another namespace
	inTemplate       // a deployment without pods
)

// mounts says that the cleaner leaves a token alone for it.
func (w way) mounts() bool { return w.place == inPod }

var noWay = way{name: "nothing"}

// ways are all in which a pod can name a secret, and two that do not count.
func ways() []way {
	all := []way{
		{"a secret volume", inPod, secretVolume},
		{"an optional secret volume", inPod, func(spec *corev1.PodSpec, secret string) {
			yes := true
			spec.Volumes = volume(corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: secret, Optional: &yes}})
		}},
		{"a projected volume", inPod, func(spec *corev1.PodSpec, secret string) {
			spec.Volumes = volume(corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{
				{Secret: &corev1.SecretProjection{LocalObjectReference: local(secret)}},
			}}})
		}},
		{"imagePullSecrets", inPod, func(spec *corev1.PodSpec, secret string) {
			spec.ImagePullSecrets = []corev1.LocalObjectReference{local(secret)}
		}},
		{"env", inPod, func(spec *corev1.PodSpec, secret string) { spec.Containers[0].Env = variable(secret) }},
		{"envFrom", inPod, func(spec *corev1.PodSpec, secret string) { spec.Containers[0].EnvFrom = variables(secret) }},
		{"env of an init container", inPod, func(spec *corev1.PodSpec, secret string) {
			spec.InitContainers = []corev1.Container{{Name: "prepare", Image: "example/prepare", Env: variable(secret)}}
		}},
		{"envFrom of an init container", inPod, func(spec *corev1.PodSpec, secret string) {
			spec.InitContainers = []corev1.Container{{Name: "prepare", Image: "example/prepare", EnvFrom: variables(secret)}}
		}},
		{"env of an ephemeral container", inPod, func(spec *corev1.PodSpec, secret string) {
			spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{
				Name: "look", Image: "example/look", ImagePullPolicy: corev1.PullAlways,
				TerminationMessagePolicy: corev1.TerminationMessageReadFile, Env: variable(secret),
			}}}
		}},
	}
	for _, name := range slices.Sorted(maps.Keys(driverVolumes)) {
		all = append(all, way{name, inPod, func(spec *corev1.PodSpec, secret string) {
			spec.Volumes = volume(driverVolumes[name](secret))
		}})
	}
	return append(all,
		way{"a pod of another namespace", inPodAfar, secretVolume},
		way{"a template without pods", inTemplate, secretVolume})
}

// driverVolumes are kinds of volumes whose driver wants credentials.
var driverVolumes = map[string]func(secret string) corev1.VolumeSource{
	"azureFile": func(s string) corev1.VolumeSource {
		return corev1.VolumeSource{AzureFile: &corev1.AzureFileVolumeSource{SecretName: s, ShareName: "share"}}
	},
	"cephfs": func(s string) corev1.VolumeSource {
		return corev1.VolumeSource{CephFS: &corev1.CephFSVolumeSource{Monitors: []string{"m"}, SecretRef: ref(s)}}
	},
	"cinder": func(s string) corev1.VolumeSource {
		return corev1.VolumeSource{Cinder: &corev1.CinderVolumeSource{VolumeID: "v", SecretRef: ref(s)}}
	},
	"flexVolume": func(s string) corev1.VolumeSource {
		return corev1.VolumeSource{FlexVolume: &corev1.FlexVolumeSource{Driver: "example/flex", SecretRef: ref(s)}}
	},
	"rbd": func(s string) corev1.VolumeSource {
		return corev1.VolumeSource{RBD: &corev1.RBDVolumeSource{CephMonitors: []string{"m"}, RBDImage: "i", SecretRef: ref(s)}}
	},
	"scaleIO": func(s string) corev1.VolumeSource {
		return corev1.VolumeSource{ScaleIO: &corev1.ScaleIOVolumeSource{Gateway: "g", System: "s", VolumeName: "v", SecretRef: ref(s)}}
	},
	"iscsi": func(s string) corev1.VolumeSource {
		return corev1.VolumeSource{ISCSI: &corev1.ISCSIVolumeSource{TargetPortal: "10.0.0.1", IQN: "iqn.2001-04.com.example:storage", DiscoveryCHAPAuth: true, SecretRef: ref(s)}}
	},
	"storageos": func(s string) corev1.VolumeSource {
		return corev1.VolumeSource{StorageOS: &corev1.StorageOSVolumeSource{VolumeName: "v", VolumeNamespace: "n", SecretRef: ref(s)}}
	},
	"csi": func(s string) corev1.VolumeSource {
		return corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{Driver: "csi.example", NodePublishSecretRef: ref(s)}}
	},
}

func secretVolume(spec *corev1.PodSpec, secret string) {
	spec.Volumes = volume(corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: secret}})
}

func volume(source corev1.VolumeSource) []corev1.Volume {
	return []corev1.Volume{{Name: "creds", VolumeSource: source}}
}

func variable(secret string) []corev1.EnvVar {
	return []corev1.EnvVar{{Name: "TOKEN", ValueFrom: &corev1.EnvVarSource{
		SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: local(secret), Key: "token"},
	}}}
}

func variables(secret string) []corev1.EnvFromSource {
	return []corev1.EnvFromSource{{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: local(secret)}}}
}

func local(name string) corev1.LocalObjectReference { return corev1.LocalObjectReference{Name: name} }
func ref(name string) *corev1.LocalObjectReference  { return &corev1.LocalObjectReference{Name: name} }
