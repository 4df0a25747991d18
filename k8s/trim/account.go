package trim

import (
	"strings"

	corev1 "k8s.io/api/core/v1"

	"timebound/model"
)

// annotationEnforceMountable makes the ServiceAccount admission plugin refuse
// pods that mount secrets which the account does not list (k8s.io/kubernetes
// plugin/pkg/admission/serviceaccount).
const annotationEnforceMountable = "kubernetes.io/enforce-mountable-secrets"

// OpenShift's OAuth server makes a client of an account that carries one of
// these (openshift/library-go pkg/oauth/oauthserviceaccountclient).
var oauthClientPrefixes = [...]string{
	"serviceaccounts.openshift.io/oauth-redirecturi.",
	"serviceaccounts.openshift.io/oauth-redirectreference.",
}

// Account keeps what ties an account to its tokens.
func Account(sa *corev1.ServiceAccount) *model.Account {
	return &model.Account{
		Key:              Key(&sa.ObjectMeta),
		UID:              own(string(sa.UID)),
		ResourceVersion:  own(sa.ResourceVersion),
		Created:          created(&sa.ObjectMeta),
		Deleting:         deleting(&sa.ObjectMeta),
		Secrets:          secretNames(sa.Secrets),
		ImagePullSecrets: pullNames(sa.ImagePullSecrets),
		AutomountOff:     sa.AutomountServiceAccountToken != nil && !*sa.AutomountServiceAccountToken,
		EnforceMountable: sa.Annotations[annotationEnforceMountable] == "true",
		OAuthClient:      isOAuthClient(sa.Annotations),
	}
}

func secretNames(refs []corev1.ObjectReference) []string {
	if len(refs) == 0 {
		return nil
	}
	names := make([]string, 0, len(refs))
	for i := range refs {
		names = append(names, own(refs[i].Name))
	}
	return names
}

func pullNames(refs []corev1.LocalObjectReference) []string {
	if len(refs) == 0 {
		return nil
	}
	names := make([]string, 0, len(refs))
	for i := range refs {
		names = append(names, shared(refs[i].Name))
	}
	return names
}

func isOAuthClient(annotations map[string]string) bool {
	for key := range annotations {
		for _, prefix := range oauthClientPrefixes {
			if strings.HasPrefix(key, prefix) {
				return true
			}
		}
	}
	return false
}
