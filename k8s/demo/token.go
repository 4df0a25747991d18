package demo

import (
	"bytes"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"timebound/k8s/demo/world"
)

// legacyClaims are those of a legacy token (k8s.io/kubernetes
// pkg/serviceaccount/legacy.go). Nothing in them changes from one time to the
// next, so a secret that is made again gets the same token.
type legacyClaims struct {
	Issuer    string `json:"iss"`
	Namespace string `json:"kubernetes.io/serviceaccount/namespace"`
	Secret    string `json:"kubernetes.io/serviceaccount/secret.name"`
	Account   string `json:"kubernetes.io/serviceaccount/service-account.name"`
	UID       string `json:"kubernetes.io/serviceaccount/service-account.uid"`
	Subject   string `json:"sub"`
}

// legacyToken is the token of a secret, for the account that its annotations
// name.
func (s *Server) legacyToken(secret *corev1.Secret) ([]byte, error) {
	account := secret.Annotations[corev1.ServiceAccountNameKey]
	token, err := s.signer.sign(legacyClaims{
		Issuer: "kubernetes/serviceaccount", Namespace: secret.Namespace, Secret: secret.Name,
		Account: account, UID: secret.Annotations[corev1.ServiceAccountUIDKey], Subject: subject(secret.Namespace, account),
	})
	return []byte(token), err
}

func subject(namespace, account string) string {
	return "system:serviceaccount:" + namespace + ":" + account
}

// shown gives an object as somebody sees who reads it whole: with a token where
// the world has a placeholder. Lists and watches keep the placeholders:
// thousands of signatures would take seconds.
func (s *Server) shown(o runtime.Object) (runtime.Object, error) {
	secret, ok := o.(*corev1.Secret)
	if !ok || secret.Type != corev1.SecretTypeServiceAccountToken ||
		!bytes.HasPrefix(secret.Data[corev1.ServiceAccountTokenKey], []byte(world.Canary)) {
		return o, nil
	}
	token, err := s.legacyToken(secret)
	if err != nil {
		return nil, err
	}
	whole := *secret
	whole.Data = maps.Clone(secret.Data)
	whole.Data[corev1.ServiceAccountTokenKey] = token
	return &whole, nil
}
