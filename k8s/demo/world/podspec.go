package world

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

const tokenKey = corev1.ServiceAccountTokenKey

// podSpec makes the pod template's spec of a row.
func (w workloadRow) podSpec() corev1.PodSpec {
	image := w.Image
	if image == "" {
		image = "registry.prod-eu-1.example.com/" + w.Name + ":2026.10"
	}
	main := corev1.Container{Name: w.Name, Image: image, Env: w.env(w.Env)}
	for _, name := range w.EnvFrom {
		main.EnvFrom = append(main.EnvFrom, corev1.EnvFromSource{SecretRef: &corev1.SecretEnvSource{
			LocalObjectReference: corev1.LocalObjectReference{Name: name}, Optional: w.optional(),
		}})
	}
	spec := corev1.PodSpec{ServiceAccountName: w.Account}
	mount := func(name, path string, source corev1.VolumeSource) {
		spec.Volumes = append(spec.Volumes, corev1.Volume{Name: name, VolumeSource: source})
		main.VolumeMounts = append(main.VolumeMounts, corev1.VolumeMount{Name: name, MountPath: path, ReadOnly: true})
	}
	for _, name := range w.Volumes {
		mount(name, "/etc/"+name, corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: name, Optional: w.optional()}})
	}
	for _, name := range w.Projected {
		mount("all-"+name, "/etc/credentials", corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
			Sources: []corev1.VolumeProjection{{Secret: &corev1.SecretProjection{
				LocalObjectReference: corev1.LocalObjectReference{Name: name},
			}}},
		}})
	}
	for _, name := range w.CSI {
		mount("csi-"+name, "/mnt/"+name, corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{
			Driver: "secrets-store.csi.k8s.io", NodePublishSecretRef: &corev1.LocalObjectReference{Name: name},
		}})
	}
	for _, name := range w.Pull {
		spec.ImagePullSecrets = append(spec.ImagePullSecrets, corev1.LocalObjectReference{Name: name})
	}
	if w.InitEnv != nil {
		spec.InitContainers = []corev1.Container{{Name: "prepare", Image: image, Env: w.env(w.InitEnv)}}
	}
	spec.Containers = []corev1.Container{main}
	return spec
}

func (w workloadRow) env(variables map[string]string) []corev1.EnvVar {
	var env []corev1.EnvVar
	for _, variable := range slices.Sorted(maps.Keys(variables)) {
		env = append(env, corev1.EnvVar{Name: variable, ValueFrom: &corev1.EnvVarSource{
			SecretKeyRef: &corev1.SecretKeySelector{
				LocalObjectReference: corev1.LocalObjectReference{Name: variables[variable]},
				Key:                  tokenKey, Optional: w.optional(),
			},
		}})
	}
	return env
}

func (w workloadRow) optional() *bool {
	if !w.OptionalRefs {
		return nil
	}
	yes := true
	return &yes
}

// admitted adds what admission puts into a pod: the time-bound token
// (k8s.io/kubernetes plugin/pkg/admission/serviceaccount).
func (w workloadRow) admitted(spec corev1.PodSpec, pod string) corev1.PodSpec {
	spec = *spec.DeepCopy()
	for variable, name := range w.DebugEnv {
		spec.EphemeralContainers = append(spec.EphemeralContainers, corev1.EphemeralContainer{
			EphemeralContainerCommon: corev1.EphemeralContainerCommon{
				Name: "debugger-" + Suffix(5, pod), Image: "registry.redhat.io/rhel9/support-tools:latest",
				Env: w.env(map[string]string{variable: name}),
			},
		})
	}
	if w.NoToken {
		no := false
		spec.AutomountServiceAccountToken = &no
		return spec
	}
	seconds := int64(3607)
	name := "kube-api-access-" + Suffix(5, pod, "access")
	spec.Volumes = append(spec.Volumes, corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
		Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{
			{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{ExpirationSeconds: &seconds, Path: "token"}},
			{ConfigMap: &corev1.ConfigMapProjection{
				LocalObjectReference: corev1.LocalObjectReference{Name: "kube-root-ca.crt"},
				Items:                []corev1.KeyToPath{{Key: "ca.crt", Path: "ca.crt"}},
			}},
		}},
	}})
	for i := range spec.Containers {
		spec.Containers[i].VolumeMounts = append(spec.Containers[i].VolumeMounts, corev1.VolumeMount{
			Name: name, MountPath: "/var/run/secrets/kubernetes.io/serviceaccount", ReadOnly: true,
		})
	}
	return spec
}
