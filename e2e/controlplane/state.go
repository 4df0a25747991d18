package controlplane

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// state is the folder of one cluster.
type state string

func (s state) path(parts ...string) string {
	return filepath.Join(append([]string{string(s)}, parts...)...)
}

func (s state) etcdData() string              { return s.path("etcd") }
func (s state) signingKey() string            { return s.path("service-account.key") }
func (s state) certDir() string               { return s.path("certs") }
func (s state) servingCert() string           { return s.path("certs", "apiserver.crt") }
func (s state) tokenFile() string             { return s.path("tokens.csv") }
func (s state) auditPolicy() string           { return s.path("audit-policy.yaml") }
func (s state) auditLog() string              { return s.path("logs", "audit.log") }
func (s state) log(component string) string   { return s.path("logs", component+".log") }
func (s state) kubeconfig(user string) string { return s.path("kubeconfig-" + user) }

// prepare makes the folder ready for the components, keeping what an earlier
// cluster left in it.
func (s state) prepare(opts Options) error {
	for _, dir := range []string{s.etcdData(), s.certDir(), s.path("logs")} {
		if err := os.MkdirAll(dir, 0o700); err != nil { // etcd refuses anything wider
			return err
		}
	}
	policy := auditPolicy
	if opts.AuditBodies {
		policy = auditPolicyBodies
	}
	if err := os.WriteFile(s.auditPolicy(), []byte(policy), 0o600); err != nil {
		return err
	}
	if _, err := os.Stat(s.signingKey()); errors.Is(err, fs.ErrNotExist) {
		return writeSigningKey(s.signingKey(), opts.ECDSA)
	}
	return nil
}

const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
  - level: Metadata
`

const auditPolicyBodies = `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
  - level: Request
    verbs: [create, update, patch, delete, deletecollection]
  - level: Metadata
`

// writeSigningKey makes the key that signs every service account token. It
// must outlive versions: a new key ends all tokens at once.
func writeSigningKey(path string, ecdsaKey bool) error {
	newKey := rsaKey
	if ecdsaKey {
		newKey = p256Key
	}
	block, err := newKey()
	if err != nil {
		return fmt.Errorf("make the service account key: %w", err)
	}
	return os.WriteFile(path, pem.EncodeToMemory(block), 0o600)
}

func rsaKey() (*pem.Block, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	return &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}, nil
}

func p256Key() (*pem.Block, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	text, err := x509.MarshalECPrivateKey(key)
	return &pem.Block{Type: "EC PRIVATE KEY", Bytes: text}, err
}
