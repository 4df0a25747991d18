package world

import (
	"fmt"
	"maps"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// The names that Kubernetes and OpenShift give to what they write on secrets
// (k8s.io/kubernetes pkg/serviceaccount/legacy.go;
// openshift/openshift-controller-manager pkg/serviceaccounts/controllers
// @release-4.15, pkg/internalregistry/controllers @release-4.16).
const (
	labelLastUsed     = "kubernetes.io/legacy-token-last-used"
	labelInvalidSince = "kubernetes.io/legacy-token-invalid-since"

	annotationCreatedBy  = "kubernetes.io/created-by"
	annotationPending    = "openshift.io/create-dockercfg-secrets"
	annotationTokenName  = "openshift.io/token-secret.name"
	annotationTokenValue = "openshift.io/token-secret.value"
	annotationBinding    = "openshift.io/internal-registry-auth-token.binding"
	annotationPullOwner  = "openshift.io/internal-registry-auth-token.service-account"
	annotationPullRef    = "openshift.io/internal-registry-pull-secret-ref"
	legacyToken          = "openshift.io/legacy-token" // a label on tokens, a finalizer on dockercfg secrets
)

// standard gives the rows of the accounts that OpenShift puts everywhere.
func (b *builder) standard(at place, s standardRow) []accountRow {
	var rows []accountRow
	for _, name := range []string{"builder", "default", "deployer"} {
		a := accountRow{Name: name, Pair: "never"}
		if used, ok := s.PairsUsed[name]; ok {
			a.Pair = used
		}
		if at.created.Before(b.dates.tokensUntil) && s.Tokens != "removed" {
			a.Tokens = []tokenRow{{Listed: true, Used: s.Used[name]}}
		}
		rows = append(rows, a)
	}
	return rows
}

func (b *builder) account(at place, a accountRow) error {
	at, err := b.born(at, a.Created, a.Name)
	if err != nil {
		return err
	}
	m := b.meta("ServiceAccount", at, a.Name)
	m.Labels, m.Annotations = a.Labels, maps.Clone(a.Annotations)
	account := &corev1.ServiceAccount{ObjectMeta: m}
	if a.AutomountOff {
		off := false
		account.AutomountServiceAccountToken = &off
	}
	for i, t := range a.Tokens {
		if t.Name == "" {
			t.Name = a.Name + "-token-" + Suffix(5, at.namespace, a.Name, fmt.Sprint(i))
		}
		if t.Listed {
			account.Secrets = append(account.Secrets, corev1.ObjectReference{Name: t.Name})
		}
		uid := m.UID
		if t.Remade {
			uid = UID("ServiceAccount", at.namespace, a.Name, "before")
		}
		if err := b.token(at, t, a.Name, uid); err != nil {
			return fmt.Errorf("token %s: %w", t.Name, err)
		}
	}
	if a.Pair != "" {
		if err := b.pull(at, account, a.Pair); err != nil {
			return err
		}
	}
	for _, name := range a.AlsoLists {
		account.Secrets = append(account.Secrets, corev1.ObjectReference{Name: name})
	}
	for _, name := range a.Pull {
		account.ImagePullSecrets = append(account.ImagePullSecrets, corev1.LocalObjectReference{Name: name})
	}
	b.add(account)
	return nil
}

func (b *builder) token(at place, t tokenRow, account string, uid types.UID) error {
	at, err := b.born(at, t.Created, t.Name)
	if err != nil {
		return err
	}
	m := b.meta("Secret", at, t.Name)
	m.Labels, m.Annotations, m.Finalizers = maps.Clone(t.Labels), maps.Clone(t.Annotations), t.Finalizers
	set(&m.Annotations, corev1.ServiceAccountNameKey, account)
	set(&m.Annotations, corev1.ServiceAccountUIDKey, string(uid))
	set(&m.Labels, labelLastUsed, dayLabel(b.dates.now, t.Used))
	set(&m.Labels, labelInvalidSince, dayLabel(b.dates.now, t.InvalidSince))
	if t.Deleting != "" {
		deleted, err := moment(b.dates.now, t.Deleting, t.Name)
		if err != nil {
			return err
		}
		m.DeletionTimestamp = &metav1.Time{Time: deleted}
	}
	if kind, name, ok := strings.Cut(t.Owner, "/"); ok {
		yes := true
		m.OwnerReferences = []metav1.OwnerReference{{
			APIVersion: "v1", Kind: kind, Name: name, UID: UID(kind, at.namespace, name), Controller: &yes,
		}}
	}
	b.add(&corev1.Secret{ObjectMeta: m, Type: corev1.SecretTypeServiceAccountToken, Data: map[string][]byte{
		corev1.ServiceAccountTokenKey:     canary(at.namespace, t.Name),
		corev1.ServiceAccountNamespaceKey: []byte(at.namespace),
		corev1.ServiceAccountRootCAKey:    RootCA(),
		"service-ca.crt":                  canary("service-ca.crt", ""),
	}})
	return nil
}

// pull gives the account its credential for the image registry: up to 4.15 a
// token secret with a dockercfg secret made from it, from 4.16 a bound one.
func (b *builder) pull(at place, account *corev1.ServiceAccount, used string) error {
	name := account.Name + "-dockercfg-" + Suffix(5, at.namespace, account.Name, "dockercfg")
	m := b.meta("Secret", at, name)
	m.Annotations = map[string]string{
		corev1.ServiceAccountNameKey: account.Name, corev1.ServiceAccountUIDKey: string(account.UID),
	}
	set(&account.Annotations, annotationPullRef, name)
	account.ImagePullSecrets = append(account.ImagePullSecrets, corev1.LocalObjectReference{Name: name})
	if at.created.Before(b.dates.pairsUntil) {
		token := tokenRow{
			Name: account.Name + "-token-" + Suffix(5, at.namespace, account.Name, "pair"), Used: used,
			Labels:      map[string]string{legacyToken: "true"},
			Annotations: map[string]string{annotationCreatedBy: annotationPending},
		}
		if err := b.token(at, token, account.Name, account.UID); err != nil {
			return err
		}
		yes, no := true, false
		m.Annotations[annotationTokenName] = token.Name
		m.Annotations[annotationTokenValue] = CanaryAnnotation + "-" + at.namespace + "-" + token.Name
		m.Annotations[annotationBinding] = "legacy"
		m.Finalizers = []string{legacyToken}
		m.OwnerReferences = []metav1.OwnerReference{{
			APIVersion: "v1", Kind: "Secret", Name: token.Name, UID: UID("Secret", at.namespace, token.Name),
			Controller: &yes, BlockOwnerDeletion: &no,
		}}
		account.Secrets = append(account.Secrets, corev1.ObjectReference{Name: name})
	} else {
		m.Annotations = map[string]string{annotationPullOwner: account.Name, annotationBinding: "bound"}
		m.OwnerReferences = []metav1.OwnerReference{{
			APIVersion: "v1", Kind: "ServiceAccount", Name: account.Name, UID: account.UID,
		}}
	}
	b.add(&corev1.Secret{ObjectMeta: m, Type: corev1.SecretTypeDockercfg, Data: map[string][]byte{
		corev1.DockerConfigKey: canary(at.namespace, name),
	}})
	return nil
}

func (b *builder) secret(at place, s secretRow) error {
	at, err := b.born(at, s.Created, s.Name)
	if err != nil {
		return err
	}
	m := b.meta("Secret", at, s.Name)
	m.Labels, m.Annotations = s.Labels, s.Annotations
	secret := &corev1.Secret{ObjectMeta: m, Type: corev1.SecretTypeOpaque, Data: map[string][]byte{}}
	if s.Type != "" {
		secret.Type = corev1.SecretType(s.Type)
	}
	for _, key := range s.Keys {
		secret.Data[key] = canary(at.namespace, s.Name)
	}
	b.add(secret)
	return nil
}

func canary(namespace, name string) []byte {
	return []byte(Canary + "-" + namespace + "-" + name)
}

// set writes an entry unless its value is empty.
func set(m *map[string]string, key, value string) {
	if value == "" {
		return
	}
	if *m == nil {
		*m = map[string]string{}
	}
	(*m)[key] = value
}

// RootCA is the made-up ca.crt that every token secret has.
func RootCA() []byte { return canary("ca.crt", "") }
