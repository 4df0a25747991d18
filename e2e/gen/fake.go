package gen

import (
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
)

// fakeToken has the parts of a legacy token and the claims that it would have,
// under a signature of random bytes. The key id says what it is.
func fakeToken(r *rand.Rand, namespace, account, secret, uid string) []byte {
	claims := map[string]string{
		"iss":                                    "kubernetes/serviceaccount",
		"kubernetes.io/serviceaccount/namespace": namespace,
		"kubernetes.io/serviceaccount/secret.name":          secret,
		"kubernetes.io/serviceaccount/service-account.name": account,
		"kubernetes.io/serviceaccount/service-account.uid":  uid,
		"sub": "system:serviceaccount:" + namespace + ":" + account,
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err) // a map of strings always has a JSON form
	}
	signature := make([]byte, 256) // of an RSA key of 2048 bits
	fill(r, signature)
	text := segment([]byte(`{"alg":"RS256","kid":"fake"}`)) + "." + segment(payload) + "." + segment(signature)
	return []byte(text)
}

func segment(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// fill sets b to bytes that do not compress, as keys and certificates do not.
func fill(r *rand.Rand, b []byte) {
	for i := range b {
		b[i] = byte(r.Uint32())
	}
}
