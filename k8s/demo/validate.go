package demo

import (
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// validate holds an object against the rules that the product's changes can
// break: metadata, and the account's name on a token secret.
func validate(k kind, o runtime.Object, m metav1.Object) error {
	name := validation.NameIsDNSSubdomain
	if k.Kind == "Namespace" {
		name = validation.ValidateNamespaceName
	}
	errs := validation.ValidateObjectMetaAccessor(m, k.Namespaced, name, field.NewPath("metadata"))
	if secret, ok := o.(*corev1.Secret); ok && secret.Type == corev1.SecretTypeServiceAccountToken &&
		secret.Annotations[corev1.ServiceAccountNameKey] == "" {
		errs = append(errs, field.Required(field.NewPath("metadata", "annotations").Key(corev1.ServiceAccountNameKey), ""))
	}
	return invalid(k, m.GetName(), errs)
}

func validateUpdate(k kind, next, old runtime.Object) error {
	a, ok := next.(*corev1.Secret)
	b, same := old.(*corev1.Secret)
	if !ok || !same || a.Type == b.Type {
		return nil
	}
	return invalid(k, a.Name, field.ErrorList{field.Invalid(field.NewPath("type"), a.Type, "field is immutable")})
}

func invalid(k kind, name string, errs field.ErrorList) error {
	if len(errs) == 0 {
		return nil
	}
	return apierrors.NewInvalid(k.gvk().GroupKind(), name, errs)
}
