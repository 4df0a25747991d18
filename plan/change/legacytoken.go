package change

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"math/big"

	"timebound/model/wire"
)

// madeAnew says why the controller would not make the very same token for a
// secret again; "" if it would. Everything that it signs is compared: who
// restores a secret with a token of other words gets another token.
func madeAnew(token []byte, key wire.Key, i *Item, accountUID string) string {
	parts := bytes.Split(token, []byte("."))
	if len(parts) != 3 {
		return "what it holds is no token"
	}
	head, errH := base64.RawURLEncoding.DecodeString(string(parts[0]))
	claims, errC := base64.RawURLEncoding.DecodeString(string(parts[1]))
	switch {
	case errH != nil || errC != nil:
		return "what it holds is no token"
	case key.ID == "" || !bytes.Equal(head, mustJSON(map[string]string{"alg": "RS256", "kid": key.ID})):
		return "it does not name the key that signs now: it was made by an older version, or with another key"
	case !bytes.Equal(claims, legacyClaims(i, accountUID)):
		return "it says other things than the controller would write for this secret"
	case !signedBy(parts, key):
		return "it was not signed with the key that signs now"
	}
	return ""
}

// legacyClaims is what the controller signs for a secret (k8s.io/kubernetes
// pkg/serviceaccount/legacy.go, LegacyClaims), as go-jose writes it: with sorted
// keys.
func legacyClaims(i *Item, accountUID string) []byte {
	const private = "kubernetes.io/serviceaccount/"
	return mustJSON(map[string]string{
		"iss":                            "kubernetes/serviceaccount",
		"sub":                            "system:serviceaccount:" + i.On.Namespace + ":" + i.Account,
		private + "namespace":            i.On.Namespace,
		private + "secret.name":          i.On.Name,
		private + "service-account.name": i.Account,
		private + "service-account.uid":  accountUID,
	})
}

// signedBy checks a token's signature with a public RSA key.
func signedBy(parts [][]byte, key wire.Key) bool {
	decode := base64.RawURLEncoding.DecodeString
	n, errN := decode(key.N)
	e, errE := decode(key.E)
	signature, errS := decode(string(parts[2]))
	if errN != nil || errE != nil || errS != nil || len(n) == 0 {
		return false
	}
	exponent := new(big.Int).SetBytes(e)
	if !exponent.IsInt64() {
		return false
	}
	sum := sha256.Sum256(bytes.Join(parts[:2], []byte(".")))
	public := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(exponent.Int64())}
	return rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], signature) == nil
}
