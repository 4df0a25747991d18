package trim

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/k8s/redact"
	"timebound/model"
)

// annotationLastApplied is kubectl's copy of the manifest as it was applied:
// a secret applied from a file has its data in there.
const annotationLastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// maxExtraValue bounds a label's or annotation's value that is kept.
const maxExtraValue = 1 << 10

// Token keeps what decides about a token. The known labels and
// annotations become fields; of the others only what cannot be a secret stays.
func Token(secret *metav1.PartialObjectMetadata) *model.Token {
	m := &secret.ObjectMeta
	return &model.Token{
		Key:             Key(m),
		UID:             own(string(m.UID)),
		ResourceVersion: own(m.ResourceVersion),
		Account:         shared(tame(m.Annotations[model.AnnotationAccountName])),
		AccountUID:      shared(tame(m.Annotations[model.AnnotationAccountUID])),
		Created:         created(m),
		Deleting:        deleting(m),
		Finalizers:      sharedAll(m.Finalizers),
		LastUsed:        lastUsed(m.Labels),
		InvalidSince:    model.NewDayLabel(shared(tame(m.Labels[model.LabelInvalidSince]))),
		CreatedBy:       shared(tame(m.Annotations[model.AnnotationCreatedBy])),
		Owners:          owners(m.OwnerReferences),
		Labels:          extra(m.Labels),
		Annotations:     extra(m.Annotations),
	}
}

// lastUsed reads the label, and tells an empty one from none: upstream's cleaner
// asks whether it is there (k8s.io/kubernetes
// pkg/controller/serviceaccount/legacy_serviceaccount_token_cleaner.go).
func lastUsed(labels map[string]string) model.DayLabel {
	value, there := labels[model.LabelLastUsed]
	if there && value == "" {
		return model.EmptyDayLabel()
	}
	return model.NewDayLabel(shared(tame(value)))
}

// PullSecret keeps the dockercfg secrets that OpenShift made beside a
// token; nil for any other.
func PullSecret(secret *metav1.PartialObjectMetadata) *model.PullSecret {
	m := &secret.ObjectMeta
	token := m.Annotations[model.AnnotationOpenShiftTokenName]
	binding := m.Annotations[model.AnnotationOpenShiftBinding]
	account := m.Annotations[model.AnnotationAccountName]
	if account == "" {
		account = m.Annotations[annotationBoundAccount]
	}
	if token == "" && binding == "" && account == "" {
		return nil
	}
	return &model.PullSecret{
		Key:         Key(m),
		UID:         own(string(m.UID)),
		Account:     shared(tame(account)),
		TokenSecret: own(tame(token)),
		Bound:       binding == "bound",
		Deleting:    deleting(m),
	}
}

// annotationBoundAccount names the account of a bound pull secret
// (openshift/openshift-controller-manager pkg/internalregistry/controllers).
const annotationBoundAccount = "openshift.io/internal-registry-auth-token.service-account"

// tame lets a value through that is kept in a field of its own: anybody who
// may write annotations can put a token, or a megabyte, into any of them. What
// is cut off stays visible as not matching anything.
func tame(value string) string {
	if len(value) > maxExtraValue {
		value = value[:maxExtraValue]
	}
	return redact.Words(value)
}

// extra keeps the labels or annotations that have no field of their own; nil
// if none is left.
func extra(all map[string]string) map[string]string {
	var kept map[string]string
	for key, value := range all {
		if !keeps(key, value) {
			continue
		}
		if kept == nil {
			kept = make(map[string]string, 1)
		}
		kept[shared(key)] = shared(value)
	}
	return kept
}

func keeps(key, value string) bool {
	switch key {
	case model.AnnotationAccountName, model.AnnotationAccountUID, model.AnnotationCreatedBy,
		model.LabelLastUsed, model.LabelInvalidSince:
		return false // has a field
	}
	return !CarriesBytes(key) && len(value) <= maxExtraValue && !redact.HoldsToken(value) && !redact.HoldsToken(key)
}

// CarriesBytes says whether an annotation's value may be, or hold, bytes of the
// secret that it stands on.
func CarriesBytes(annotation string) bool {
	return annotation == model.AnnotationOpenShiftTokenValue || annotation == annotationLastApplied
}
