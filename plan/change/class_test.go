package change

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"timebound/model/wire"
)

// signer makes tokens, and the key that they are checked with.
func signer(t *testing.T) (key wire.Key, sign func(header map[string]string) []byte) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	key = wire.Key{ID: "k1", Alg: "RS256", N: encode(private.N.Bytes()), E: encode(big.NewInt(int64(private.E)).Bytes())}
	return key, func(header map[string]string) []byte {
		head, _ := json.Marshal(header)
		text := encode(head) + "." + encode([]byte(`{"sub":"system:serviceaccount:ns:robot"}`))
		sum := sha256.Sum256([]byte(text))
		signature, err := rsa.SignPKCS1v15(nil, private, crypto.SHA256, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return []byte(text + "." + encode(signature))
	}
}

func TestUndoClass(t *testing.T) {
	key, sign := signer(t)
	other, signOther := signer(t)
	good := sign(map[string]string{"alg": "RS256", "kid": "k1"})
	damaged := append([]byte(nil), good...)
	damaged[len(damaged)/2] ^= 1
	one := []wire.Key{key}
	for _, c := range []struct {
		name string
		f    ClassFacts
		want Class
		why  string
	}{
		{"the same account, one RSA key", ClassFacts{AccountThere: true, Keys: one, KeysKnown: true}, ClassA, "RS256"},
		{"proven by the signature", ClassFacts{AccountThere: true, Keys: one, KeysKnown: true, Token: good}, ClassA, "RS256"},
		{"a token without key id", ClassFacts{AccountThere: true, Keys: one, KeysKnown: true, Token: sign(map[string]string{"alg": "RS256"})}, ClassA, "RS256"},
		{"of a key that signs no more", ClassFacts{AccountThere: true, Keys: one, KeysKnown: true, Token: signOther(map[string]string{"alg": "RS256", "kid": "k1"})}, ClassC, "not signed with the key"},
		{"of another key id", ClassFacts{AccountThere: true, Keys: one, KeysKnown: true, Token: sign(map[string]string{"alg": "RS256", "kid": "k0"})}, ClassC, "not signed with the key"},
		{"damaged", ClassFacts{AccountThere: true, Keys: one, KeysKnown: true, Token: damaged}, ClassC, "not signed with the key"},
		{"not even a token", ClassFacts{AccountThere: true, Keys: one, KeysKnown: true, Token: []byte("x")}, ClassC, "not signed with the key"},
		{"two keys", ClassFacts{AccountThere: true, Keys: []wire.Key{key, other}, KeysKnown: true, Token: good}, ClassC, "more than one signing key"},
		{"ECDSA", ClassFacts{AccountThere: true, Keys: []wire.Key{{ID: "k1", Alg: "ES256"}}, KeysKnown: true}, ClassC, "signs otherwise each time"},
		{"no keys to be seen", ClassFacts{AccountThere: true}, ClassC, "could not be read"},
		{"sealed bytes", ClassFacts{AccountThere: true, Sealed: true}, ClassB, "kept with the backup"},
		{"the account is gone", ClassFacts{Keys: one, KeysKnown: true, Sealed: true, Token: good}, ClassD, "account is gone"},
		{"a dockercfg pair", ClassFacts{AccountThere: true, Keys: one, KeysKnown: true, Sealed: true, Pair: "robot-dockercfg"}, ClassD, "robot-dockercfg"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, why := ClassOf(c.f)
			if got != c.want || !strings.Contains(why, c.why) {
				t.Errorf("class %s, %s; want %s, %s", got, why, c.want, c.why)
			}
		})
	}
	if !ClassA.Allowed("AB") || ClassC.Allowed("AB") || ClassD.Allowed("") {
		t.Error("what is allowed is not what was asked for")
	}
}
