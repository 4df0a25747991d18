package trim

import (
	corev1 "k8s.io/api/core/v1"

	"timebound/model"
)

// defaultAccount is what admission fills in for a missing name
// (k8s.io/kubernetes plugin/pkg/admission/serviceaccount DefaultServiceAccountName).
const defaultAccount = "default"

// Pod keeps which account a pod runs as and which secrets it names.
func Pod(pod *corev1.Pod) *model.Workload {
	w := &model.Workload{
		Key:       Key(&pod.ObjectMeta),
		Kind:      "Pod",
		UID:       own(string(pod.UID)),
		Created:   created(&pod.ObjectMeta),
		Owner:     controller(&pod.ObjectMeta),
		Node:      shared(pod.Spec.NodeName),
		ManagedBy: managedBy(&pod.ObjectMeta),
	}
	if pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed {
		w.State = model.WorkloadFinished
	}
	if !pod.Spec.HostNetwork {
		w.Address = own(pod.Status.PodIP)
	}
	keepSpec(w, &pod.Spec)
	return w
}

// keepSpec keeps what a pod spec says about tokens.
func keepSpec(w *model.Workload, spec *corev1.PodSpec) {
	w.Account = defaultAccount
	if spec.ServiceAccountName != "" {
		w.Account = shared(spec.ServiceAccountName)
	} else if spec.DeprecatedServiceAccount != "" {
		w.Account = shared(spec.DeprecatedServiceAccount)
	}
	v := specVisitor{}
	v.visit(spec)
	w.Secrets, w.BoundToken = v.refs, v.boundToken
}

// specVisitor collects every secret that a pod spec names: the places that
// upstream's visitor knows (k8s.io/kubernetes pkg/api/v1/pod
// VisitPodSecretNames, which decides for the token cleaner). None of them can
// name a secret of another namespace.
type specVisitor struct {
	refs       []model.SecretRef
	boundToken bool
	subPaths   map[string]bool // volumes that are mounted in part; nil if none is
}

func (v *specVisitor) add(name string, how model.RefKind, where string, optional *bool) {
	if name == "" {
		return
	}
	v.refs = append(v.refs, model.SecretRef{
		Secret: shared(name), How: how, Where: shared(where), Optional: optional != nil && *optional,
	})
}

// mounting notes how the volume of the last reference is mounted.
func (v *specVisitor) mounting(volume string, items []corev1.KeyToPath) {
	if len(v.refs) == 0 {
		return
	}
	last := &v.refs[len(v.refs)-1]
	last.SubPath = v.subPaths[volume]
	for i := range items {
		last.Mapped = last.Mapped || items[i].Key != items[i].Path
	}
}

// partly finds the volumes of which a container mounts a part by subPath.
func (v *specVisitor) partly(mounts []corev1.VolumeMount) {
	for i := range mounts {
		if mounts[i].SubPath != "" || mounts[i].SubPathExpr != "" {
			if v.subPaths == nil {
				v.subPaths = map[string]bool{}
			}
			v.subPaths[mounts[i].Name] = true
		}
	}
}

func (v *specVisitor) visit(spec *corev1.PodSpec) {
	for i := range spec.InitContainers {
		v.partly(spec.InitContainers[i].VolumeMounts)
	}
	for i := range spec.Containers {
		v.partly(spec.Containers[i].VolumeMounts)
	}
	for i := range spec.Volumes {
		v.volume(&spec.Volumes[i])
	}
	for i := range spec.InitContainers {
		c := &spec.InitContainers[i]
		v.environment("init container "+c.Name, c.Env, c.EnvFrom)
	}
	for i := range spec.Containers {
		c := &spec.Containers[i]
		v.environment("container "+c.Name, c.Env, c.EnvFrom)
	}
	for i := range spec.EphemeralContainers {
		c := &spec.EphemeralContainers[i]
		v.environment("ephemeral container "+c.Name, c.Env, c.EnvFrom)
	}
	for i := range spec.ImagePullSecrets {
		v.add(spec.ImagePullSecrets[i].Name, model.RefImagePull, "imagePullSecrets", nil)
	}
}

func (v *specVisitor) environment(container string, env []corev1.EnvVar, from []corev1.EnvFromSource) {
	for i := range env {
		if source := env[i].ValueFrom; source != nil && source.SecretKeyRef != nil {
			v.add(source.SecretKeyRef.Name, model.RefEnv, container+", variable "+env[i].Name, source.SecretKeyRef.Optional)
		}
	}
	for i := range from {
		if ref := from[i].SecretRef; ref != nil {
			v.add(ref.Name, model.RefEnvFrom, container+", envFrom", ref.Optional)
		}
	}
}

func (v *specVisitor) volume(volume *corev1.Volume) {
	where := "volume " + volume.Name
	if s := volume.Secret; s != nil {
		v.add(s.SecretName, model.RefVolume, where, s.Optional)
		v.mounting(volume.Name, s.Items)
	}
	if p := volume.Projected; p != nil {
		for i := range p.Sources {
			if s := p.Sources[i].Secret; s != nil {
				v.add(s.Name, model.RefProjected, where, s.Optional)
				v.mounting(volume.Name, s.Items)
			}
			v.boundToken = v.boundToken || p.Sources[i].ServiceAccountToken != nil
		}
	}
	if a := volume.AzureFile; a != nil {
		v.add(a.SecretName, model.RefVolumeOther, where+" (azureFile)", nil)
	}
	for _, other := range credentials(&volume.VolumeSource) {
		if other.ref != nil {
			v.add(other.ref.Name, model.RefVolumeOther, where+" ("+other.kind+")", nil)
		}
	}
}

type credential struct {
	kind string
	ref  *corev1.LocalObjectReference
}

// credentials are the secrets with which a volume's driver authenticates.
func credentials(v *corev1.VolumeSource) []credential {
	switch {
	case v.CephFS != nil:
		return []credential{{"cephfs", v.CephFS.SecretRef}}
	case v.Cinder != nil:
		return []credential{{"cinder", v.Cinder.SecretRef}}
	case v.FlexVolume != nil:
		return []credential{{"flexVolume", v.FlexVolume.SecretRef}}
	case v.RBD != nil:
		return []credential{{"rbd", v.RBD.SecretRef}}
	case v.ScaleIO != nil:
		return []credential{{"scaleIO", v.ScaleIO.SecretRef}}
	case v.ISCSI != nil:
		return []credential{{"iscsi", v.ISCSI.SecretRef}}
	case v.StorageOS != nil:
		return []credential{{"storageos", v.StorageOS.SecretRef}}
	case v.CSI != nil:
		return []credential{{"csi", v.CSI.NodePublishSecretRef}}
	}
	return nil
}
