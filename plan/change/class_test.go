package change

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"

	"timebound/model/wire"
	"timebound/plan"
)

// signer makes tokens, and the key that they are checked with.
func signer(t *testing.T) (key wire.Key, sign func(header, claims string) []byte) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	key = wire.Key{ID: "k1", Alg: "RS256", N: encode(private.N.Bytes()), E: encode(big.NewInt(int64(private.E)).Bytes())}
	return key, func(header, claims string) []byte {
		text := encode([]byte(header)) + "." + encode([]byte(claims))
		sum := sha256.Sum256([]byte(text))
		signature, err := rsa.SignPKCS1v15(nil, private, crypto.SHA256, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return []byte(text + "." + encode(signature))
	}
}

func TestUndoClass(t *testing.T) {
	const header = `{"alg":"RS256","kid":"k1"}`
	const claims = `{"iss":"kubernetes/serviceaccount","kubernetes.io/serviceaccount/namespace":"ns",` +
		`"kubernetes.io/serviceaccount/secret.name":"tok","kubernetes.io/serviceaccount/service-account.name":"robot",` +
		`"kubernetes.io/serviceaccount/service-account.uid":"u1","sub":"system:serviceaccount:ns:robot"}`
	item := &Item{Action: plan.Action{Kind: plan.Delete, On: plan.Pin{Kind: "Secret", Namespace: "ns", Name: "tok"}}, Account: "robot", AccountUID: "u1"}
	key, sign := signer(t)
	other, signOther := signer(t)
	good := sign(header, claims)
	damaged := append([]byte(nil), good...)
	damaged[len(damaged)-20] ^= 1
	one := []wire.Key{key}
	live := ClassFacts{AccountThere: true, AccountUID: "u1", Keys: one, KeysKnown: true}
	with := func(change func(*ClassFacts)) ClassFacts {
		f := live
		change(&f)
		return f
	}
	data := func(token []byte) map[string][]byte {
		return map[string][]byte{"token": token, "ca.crt": nil, "namespace": nil}
	}
	for _, c := range []struct {
		name string
		f    ClassFacts
		data map[string][]byte
		want Class
		why  string
	}{
		{"the same account, one RSA key", live, data(good), ClassA, "RS256"},
		{"made before keys were named", live, data(sign(`{"alg":"RS256","kid":""}`, claims)), ClassC, "made by an older version"},
		{"and without a place for it", live, data(sign(`{"alg":"RS256","typ":"JWT"}`, claims)), ClassC, "made by an older version"},
		{"of another key", live, data(sign(`{"alg":"RS256","kid":"k0"}`, claims)), ClassC, "with another key"},
		{"signed with another key", live, data(signOther(header, claims)), ClassC, "not signed with the key"},
		{"damaged", live, data(damaged), ClassC, "not signed with the key"},
		{"a copy from another secret", live, data(sign(header, strings.Replace(claims, `"tok"`, `"other"`, 1))), ClassC, "other things than the controller would write"},
		{"of an account of another UID", live, data(sign(header, strings.Replace(claims, `"u1"`, `"u0"`, 1))), ClassC, "other things"},
		{"with an end", live, data(sign(header, strings.Replace(claims, `{`, `{"exp":1,`, 1))), ClassC, "other things"},
		{"in another order", live, data(sign(header, `{"sub":"system:serviceaccount:ns:robot"}`)), ClassC, "other things"},
		{"not even a token", live, data([]byte("x")), ClassC, "is no token"},
		{"none", live, map[string][]byte{}, ClassC, "is no token"},
		{"other data beside it", live, map[string][]byte{"token": good, "kubeconfig": nil}, ClassC, "it holds more than a token, and that would be lost: kubeconfig"},
		{"two keys", with(func(f *ClassFacts) { f.Keys = []wire.Key{key, other} }), data(good), ClassC, "more than one signing key"},
		{"ECDSA", with(func(f *ClassFacts) { f.Keys = []wire.Key{{ID: "k1", Alg: "ES256"}} }), data(good), ClassC, "signs otherwise each time"},
		{"no keys to be seen", with(func(f *ClassFacts) { f.KeysKnown = false }), data(good), ClassC, "could not be read"},
		{"a key without a name", with(func(f *ClassFacts) { f.Keys = []wire.Key{{Alg: "RS256", N: key.N, E: key.E}} }), data(sign(`{"alg":"RS256","kid":""}`, claims)), ClassC, "made by an older version"},
		{"sealed bytes", with(func(f *ClassFacts) { f.Sealed = true }), map[string][]byte{"kubeconfig": nil}, ClassB, "kept with the backup"},
		{"the account is gone", with(func(f *ClassFacts) { f.AccountThere, f.Sealed = false, true }), data(good), ClassD, "account is gone"},
		{"a dockercfg pair", with(func(f *ClassFacts) { f.Pair, f.Sealed = "robot-dockercfg", true }), data(good), ClassD, "robot-dockercfg"},
		{"pairs that nobody could look for", with(func(f *ClassFacts) { f.PairUnread = true }), data(good), ClassD, "could not be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, why := ClassOf(c.f, item, c.data)
			if got != c.want || !strings.Contains(why, c.why) {
				t.Errorf("class %s, %s; want %s, %s", got, why, c.want, c.why)
			}
		})
	}
	if !ClassA.Allowed("AB") || ClassC.Allowed("AB") || ClassD.Allowed("") {
		t.Error("what is allowed is not what was asked for")
	}
}
