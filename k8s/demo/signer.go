package demo

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"sync"
)

// signer signs tokens with a key that is made when the first one is needed: it
// takes a few frames of a screen, and no other run of the demo shall accept it.
type signer struct {
	key func() (*rsa.PrivateKey, error)
}

func newSigner() *signer {
	return &signer{sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })}
}

var encode = base64.RawURLEncoding.EncodeToString

// sign makes a signed token of claims. RS256 has no randomness, so the same
// claims make the same token.
func (s *signer) sign(claims any) (string, error) {
	key, err := s.key()
	if err != nil {
		return "", err
	}
	id, err := keyID(&key.PublicKey)
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	text := encode(fmt.Appendf(nil, `{"alg":"RS256","kid":%q}`, id)) + "." + encode(payload)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	if err != nil {
		return "", err
	}
	return text + "." + encode(signature), nil
}

// keyID is the id that Kubernetes gives to a key (k8s.io/kubernetes
// pkg/serviceaccount/jwt.go keyIDFromPublicKey).
func keyID(key *rsa.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(der)
	return encode(sum[:]), nil
}

// jwks is the answer of /openid/v1/jwks.
func (s *signer) jwks() ([]byte, error) {
	key, err := s.key()
	if err != nil {
		return nil, err
	}
	id, err := keyID(&key.PublicKey)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"keys": []map[string]string{{
		"use": "sig", "kty": "RSA", "kid": id, "alg": "RS256",
		"n": encode(key.N.Bytes()), "e": "AQAB", // 65537, which crypto/rsa always takes
	}}})
}
