package change

import (
	"slices"
	"strings"

	"timebound/model"
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
	// AccountThere says that the account exists with the UID that the token has;
	// AccountUID is that UID.
	AccountThere bool
	AccountUID   string
	// Keys are the keys that API servers check tokens with; KeysKnown says that
	// they could be read.
	Keys      []wire.Key
	KeysKnown bool
	// Sealed says that the bytes are kept, sealed or not.
	Sealed bool
	// Pair names a dockercfg secret that OpenShift deletes with it; "" if none.
	// PairUnread says that nobody could look for one.
	Pair       string
	PairUnread bool
}

// ClassOf gives the undo class of a secret that is at hand, and why.
//
// A legacy token has neither dates nor an id in it, and RS256 signs the same
// text the same way each time (k8s.io/kubernetes pkg/serviceaccount/legacy.go,
// go-jose): so the controller makes the very same token again, as long as it
// signs with the same key for an account of the same UID. ECDSA does not.
// OpenShift up to 4.15 takes the dockercfg secret along that it made from a token
// and makes another pair (openshift/openshift-controller-manager
// pkg/serviceaccounts/controllers/deleted_token_secrets.go).
func ClassOf(f ClassFacts, i *Item, data map[string][]byte) (Class, string) {
	switch {
	case !f.AccountThere:
		return ClassD, "its account is gone or was made anew: the controller deletes the secret as soon as it is created"
	case f.PairUnread:
		return ClassD, "whether OpenShift deletes a dockercfg secret with it could not be read"
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
	}
	if more := otherKeys(data); more != "" {
		return ClassC, "it holds more than a token, and that would be lost: " + more + "; keep its bytes with --backup-recipient"
	}
	if why := madeAnew(data["token"], f.Keys[0], i, f.AccountUID); why != "" {
		return ClassC, why
	}
	return ClassA, "RS256 signs the same text the same way, and account and key are the same"
}

// Allowed says whether a class is among those allowed, such as "AB".
func (c Class) Allowed(classes string) bool { return strings.Contains(classes, string(c)) }

// otherKeys names the keys of a secret that the controller does not fill in.
func otherKeys(data map[string][]byte) string {
	var more []string
	for key := range data {
		if key != "token" && key != "ca.crt" && key != "namespace" {
			more = append(more, model.Printable(key))
		}
	}
	slices.Sort(more)
	return strings.Join(more, ", ")
}
