package demo

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/k8s/demo/world"
)

// accountsPerNamespace gives the big world the proportions of a large cluster.
const accountsPerNamespace = 100

// Big makes a world of any size, for benchmarks: every fourth token is
// auto-generated, every third was used at some time, and every tenth pod
// mounts a token. The same numbers make the same world.
func Big(tokens, accounts, pods int) *world.World {
	now := time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
	b := big{world: &world.World{Name: "big", Now: now, Version: "v1.30.14", User: "bench"}, accounts: max(accounts, 1)}
	b.world.Objects = append(b.world.Objects,
		&corev1.Namespace{ObjectMeta: b.meta("Namespace", "", "kube-system", 0)},
		&corev1.ConfigMap{
			ObjectMeta: b.meta("ConfigMap", "kube-system", "kube-apiserver-legacy-service-account-token-tracking", 0),
			Data:       map[string]string{"since": "2025-10-18"},
		})
	for i := range (b.accounts + accountsPerNamespace - 1) / accountsPerNamespace {
		b.world.Objects = append(b.world.Objects, &corev1.Namespace{
			ObjectMeta: b.meta("Namespace", "", b.namespace(i*accountsPerNamespace), i),
			Status:     corev1.NamespaceStatus{Phase: corev1.NamespaceActive},
		})
	}
	listed := make([][]corev1.ObjectReference, b.accounts)
	for i := range tokens {
		secret := b.token(i)
		if i%4 == 0 {
			a := i % b.accounts
			listed[a] = append(listed[a], corev1.ObjectReference{Name: secret.Name})
		}
		b.world.Objects = append(b.world.Objects, secret)
	}
	for i := range b.accounts {
		b.world.Objects = append(b.world.Objects, &corev1.ServiceAccount{
			ObjectMeta: b.meta("ServiceAccount", b.namespace(i), b.account(i), i), Secrets: listed[i],
		})
	}
	for i := range pods {
		b.world.Objects = append(b.world.Objects, b.pod(i, tokens))
	}
	return b.world
}

type big struct {
	world    *world.World
	accounts int
}

func (b big) namespace(account int) string {
	return fmt.Sprintf("team-%04d", account%b.accounts/accountsPerNamespace)
}

func (b big) account(i int) string { return fmt.Sprintf("service-%06d", i%b.accounts) }

func tokenName(i int) string { return fmt.Sprintf("service-token-%06d", i) }

func (b big) meta(kind, namespace, name string, i int) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace: namespace, Name: name, UID: world.UID(kind, namespace, name),
		CreationTimestamp: metav1.NewTime(b.world.Now.Add(-time.Duration(40+i%1500) * 24 * time.Hour)),
	}
}

func (b big) token(i int) *corev1.Secret {
	secret := &corev1.Secret{
		ObjectMeta: b.meta("Secret", b.namespace(i), tokenName(i), i),
		Type:       corev1.SecretTypeServiceAccountToken,
		Data:       map[string][]byte{corev1.ServiceAccountTokenKey: []byte(world.Canary + tokenName(i))},
	}
	secret.Annotations = map[string]string{
		corev1.ServiceAccountNameKey: b.account(i),
		corev1.ServiceAccountUIDKey:  string(world.UID("ServiceAccount", b.namespace(i), b.account(i))),
	}
	if i%3 == 0 {
		used := b.world.Now.Add(-time.Duration(i%400) * 24 * time.Hour)
		secret.Labels = map[string]string{"kubernetes.io/legacy-token-last-used": used.Format("2006-01-02")}
	}
	return secret
}

func (b big) pod(i, tokens int) *corev1.Pod {
	name := fmt.Sprintf("pod-%06d", i)
	pod := &corev1.Pod{
		ObjectMeta: b.meta("Pod", b.namespace(i), name, i),
		Spec: corev1.PodSpec{
			ServiceAccountName: b.account(i), NodeName: fmt.Sprintf("node-%03d", i%300),
			Containers: []corev1.Container{{Name: "main", Image: "registry.example.com/service:1"}},
		},
		Status: corev1.PodStatus{Phase: corev1.PodRunning},
	}
	if i%10 == 0 && i < tokens {
		pod.Spec.Volumes = []corev1.Volume{{Name: "token", VolumeSource: corev1.VolumeSource{
			Secret: &corev1.SecretVolumeSource{SecretName: tokenName(i)},
		}}}
		pod.Spec.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "token", MountPath: "/etc/token", ReadOnly: true}}
	}
	return pod
}
