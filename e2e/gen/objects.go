package gen

import (
	"fmt"
	"math/rand/v2"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// made marks every object, so that a cluster can be told from a real one and
// its objects be found again.
const made = "timebound.e2e/generated"

func meta(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{made: "true"}}
}

func namespaceObject(name string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: meta("", name)}
}

func (p *plan) accountObject(i int) *corev1.ServiceAccount {
	a := p.accounts[i]
	o := &corev1.ServiceAccount{ObjectMeta: meta(a.namespace, a.name)}
	for _, t := range a.tokens {
		if p.tokens[t].listed {
			o.Secrets = append(o.Secrets, corev1.ObjectReference{Name: p.tokens[t].name})
		}
	}
	return o
}

// tokenObject is complete: a controller that sees it, with the cluster's own
// CA, finds nothing to add.
func (p *plan) tokenObject(i int, r *rand.Rand, uid types.UID, ca []byte) *corev1.Secret {
	t := p.tokens[i]
	a := p.accounts[t.account]
	o := &corev1.Secret{
		ObjectMeta: meta(a.namespace, t.name),
		Type:       corev1.SecretTypeServiceAccountToken,
		Data: map[string][]byte{
			corev1.ServiceAccountTokenKey:     fakeToken(r, a.namespace, a.name, t.name, string(uid)),
			corev1.ServiceAccountNamespaceKey: []byte(a.namespace),
			corev1.ServiceAccountRootCAKey:    ca,
		},
	}
	o.Annotations = map[string]string{
		corev1.ServiceAccountNameKey: a.name,
		corev1.ServiceAccountUIDKey:  string(uid),
	}
	if t.used != "" {
		o.Labels["kubernetes.io/legacy-token-last-used"] = t.used
	}
	if t.invalid != "" {
		o.Labels["kubernetes.io/legacy-token-invalid-since"] = t.invalid
	}
	return o
}

func (p *plan) secretObject(i int, r *rand.Rand, bytes int) *corev1.Secret {
	payload := make([]byte, bytes)
	fill(r, payload)
	a := p.accounts[i%len(p.accounts)]
	return &corev1.Secret{
		ObjectMeta: meta(a.namespace, fmt.Sprintf("%s-config-%d", a.name, i)),
		Type:       corev1.SecretTypeOpaque,
		Data:       map[string][]byte{"config": payload},
	}
}

func (p *plan) podObject(i int) *corev1.Pod {
	spec := p.pods[i]
	a := p.accounts[spec.account]
	o := &corev1.Pod{
		ObjectMeta: meta(a.namespace, spec.name),
		Spec: corev1.PodSpec{
			ServiceAccountName: a.name,
			Containers:         []corev1.Container{{Name: "main", Image: "registry.example/" + a.name + ":1"}},
		},
	}
	o.Labels["app"] = a.name
	main := &o.Spec.Containers[0]
	switch spec.reach {
	case byVolume:
		o.Spec.Volumes = []corev1.Volume{{Name: "token", VolumeSource: corev1.VolumeSource{
			Secret: &corev1.SecretVolumeSource{SecretName: p.tokens[spec.token].name},
		}}}
		main.VolumeMounts = []corev1.VolumeMount{{Name: "token", MountPath: "/etc/token", ReadOnly: true}}
	case byEnv:
		main.Env = []corev1.EnvVar{{Name: "TOKEN", ValueFrom: &corev1.EnvVarSource{
			SecretKeyRef: &corev1.SecretKeySelector{
				LocalObjectReference: corev1.LocalObjectReference{Name: p.tokens[spec.token].name},
				Key:                  corev1.ServiceAccountTokenKey,
			},
		}}}
	}
	return o
}
