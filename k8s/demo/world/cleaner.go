package world

import (
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// period is the default of --legacy-service-account-token-clean-up-period.
const period = 365 * day

type objectKey struct{ namespace, name string }

// clean puts the invalid-since label where the upstream cleaner would have put
// it by now, so that the demo world is one that can exist. The rules are those
// of k8s.io/kubernetes pkg/controller/serviceaccount/
// legacy_serviceaccount_token_cleaner.go@1.29. Tokens that carry the label
// already tell a story of their own and stay as they are.
func clean(objects []runtime.Object, d dates) {
	listed, mounted := map[objectKey]string{}, map[objectKey]bool{}
	for _, o := range objects {
		switch o := o.(type) {
		case *corev1.ServiceAccount:
			for _, s := range o.Secrets {
				listed[objectKey{o.Namespace, s.Name}] = string(o.UID)
			}
		case *corev1.Pod:
			for _, name := range secretsOf(&o.Spec) {
				mounted[objectKey{o.Namespace, name}] = true
			}
		}
	}
	for _, o := range objects {
		s, ok := o.(*corev1.Secret)
		if !ok || s.Type != corev1.SecretTypeServiceAccountToken || s.DeletionTimestamp != nil || s.Labels[labelInvalidSince] != "" {
			continue
		}
		k := objectKey{s.Namespace, s.Name}
		if uid, ok := listed[k]; !ok || uid != s.Annotations[corev1.ServiceAccountUIDKey] || mounted[k] {
			continue
		}
		if at, ok := switchedOff(s, d); ok {
			s.Labels = maps.Clone(s.Labels)
			set(&s.Labels, labelInvalidSince, at.Format(dayLayout))
		}
	}
}

// switchedOff gives the day of the first daily pass at which the token is old
// enough and has been unused for long enough.
func switchedOff(s *corev1.Secret, d dates) (time.Time, bool) {
	earliest := []time.Time{
		d.cleaner,
		d.tracking.Add(day + period),
		s.CreationTimestamp.Add(period).Truncate(day).Add(day),
	}
	if label := s.Labels[labelLastUsed]; label != "" {
		used, err := time.Parse(dayLayout, label)
		if err != nil {
			return time.Time{}, false // the cleaner leaves such a token alone for ever
		}
		earliest = append(earliest, used.Add(day+period))
	}
	at := slices.MaxFunc(earliest, time.Time.Compare)
	return at, !at.After(d.now)
}

// secretsOf names the secrets of a pod, as far as the demo world's format can
// express them.
func secretsOf(spec *corev1.PodSpec) []string {
	var names []string
	for _, p := range spec.ImagePullSecrets {
		names = append(names, p.Name)
	}
	for _, v := range spec.Volumes {
		switch {
		case v.Secret != nil:
			names = append(names, v.Secret.SecretName)
		case v.CSI != nil && v.CSI.NodePublishSecretRef != nil:
			names = append(names, v.CSI.NodePublishSecretRef.Name)
		case v.Projected != nil:
			for _, source := range v.Projected.Sources {
				if source.Secret != nil {
					names = append(names, source.Secret.Name)
				}
			}
		}
	}
	containers := slices.Concat(spec.InitContainers, spec.Containers)
	for _, e := range spec.EphemeralContainers {
		containers = append(containers, corev1.Container(e.EphemeralContainerCommon))
	}
	for _, c := range containers {
		for _, e := range c.Env {
			if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil {
				names = append(names, e.ValueFrom.SecretKeyRef.Name)
			}
		}
		for _, e := range c.EnvFrom {
			if e.SecretRef != nil {
				names = append(names, e.SecretRef.Name)
			}
		}
	}
	return names
}
