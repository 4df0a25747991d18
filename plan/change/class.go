package change

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"

	"timebound/model/wire"
)

// Class says what comes back when a deleted token secret is created again.
type Class string

// The undo classes.
const (
	ClassA Class = "A" // the same token, byte for byte, though none of its bytes are kept
	ClassB Class = "B" // the same token, from sealed bytes
	ClassC Class = "C" // another token
	ClassD Class = "D" // nothing: the account is gone, or something else goes with the secret
)

// Words say what a class means.
func (c Class) Words() string {
	switch c {
	case ClassA:
		return "comes back byte for byte, though no token bytes are kept"
	case ClassB:
		return "comes back from sealed bytes"
	case ClassC:
		return "another token would come: whoever holds the old one stays locked out"
	}
	return "never comes back"
}

// ClassFacts are what an undo class follows from.
type ClassFacts struct {
	// AccountThere says that the account exists with the UID that the token has.
	AccountThere bool
	// Keys are the keys that API servers check tokens with; KeysKnown says that
	// they could be read.
	Keys      []wire.Key
	KeysKnown bool
	// Sealed says that the bytes are kept, sealed or not.
	Sealed bool
	// Pair names a dockercfg secret that OpenShift deletes with it; "" if none.
	Pair string
	// Token is the token, if it was read; nil if it was not.
	Token []byte
}

// ClassOf gives the undo class, and why. Without the token at hand it is what
// will be proven when the backup is made.
//
// A legacy token has neither dates nor an id in it, and RS256 signs the same
// text the same way each time (k8s.io/kubernetes pkg/serviceaccount/legacy.go,
// go-jose): so the controller makes the very same token again, as long as it
// signs with the same key for an account of the same UID. ECDSA does not.
func ClassOf(f ClassFacts) (Class, string) {
	switch {
	case !f.AccountThere:
		return ClassD, "its account is gone or was made anew: the controller deletes the secret as soon as it is created"
	case f.Pair != "":
		return ClassD, "OpenShift deletes the dockercfg secret " + f.Pair + " with it and makes others"
	case f.Sealed:
		return ClassB, "its bytes are kept with the backup"
	case !f.KeysKnown:
		return ClassC, "the signing keys could not be read (/openid/v1/jwks), so nobody knows whether the same token would come"
	case len(f.Keys) != 1:
		return ClassC, "API servers accept more than one signing key, and which of them signs now cannot be seen"
	case f.Keys[0].Alg != "RS256":
		return ClassC, f.Keys[0].Alg + " signs otherwise each time"
	case f.Token != nil && !signedBy(f.Token, f.Keys[0]):
		return ClassC, "it was not signed with the key that is in use now"
	}
	return ClassA, "RS256 signs the same text the same way, and the account is the same"
}

// Allowed says whether a class is among those allowed, such as "AB".
func (c Class) Allowed(classes string) bool { return strings.Contains(classes, string(c)) }

// signedBy checks a token's signature with a public RSA key.
func signedBy(token []byte, key wire.Key) bool {
	parts := strings.Split(string(token), ".")
	if len(parts) != 3 {
		return false
	}
	var header struct {
		Alg string `json:"alg"`
		Kid string `json:"kid"`
	}
	decode := base64.RawURLEncoding.DecodeString
	head, err := decode(parts[0])
	if err != nil || json.Unmarshal(head, &header) != nil || header.Alg != "RS256" || header.Kid != "" && key.ID != "" && header.Kid != key.ID {
		return false
	}
	n, errN := decode(key.N)
	e, errE := decode(key.E)
	signature, errS := decode(parts[2])
	if errN != nil || errE != nil || errS != nil {
		return false
	}
	exponent := new(big.Int).SetBytes(e)
	if !exponent.IsInt64() {
		return false
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	public := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(exponent.Int64())}
	return rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], signature) == nil
}
