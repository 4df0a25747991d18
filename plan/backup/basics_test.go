package backup

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"golang.org/x/crypto/ssh"

	"timebound/model/wire"
)

// canary is in every token of these tests, and must be in no file in the open.
const canary = "eyJhbGciOiJSUzI1NiIsImtpZCI6IkNBTkFSWSJ9.c2VjcmV0LXBheWxvYWQ.c2lnbmF0dXJl"

func secretData() map[string][]byte {
	return map[string][]byte{
		"token":     []byte(canary),
		"ca.crt":    []byte("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
		"namespace": []byte("payments"),
		"extra":     {0, 1, 2, 0xff},
		"empty":     {},
	}
}

func secretCopy() Copy {
	return Copy{
		Cluster: "c-1", Run: "20261124-181500-x7f3", Item: "i-7", Made: time.Date(2026, 11, 24, 18, 15, 0, 7, time.Local),
		Namespace: "payments", Name: "builder-token-x7f3q", UID: "u-1", ResourceVersion: "42",
		Type: "kubernetes.io/service-account-token", Immutable: true,
		Created:     time.Date(2021, 3, 4, 5, 6, 7, 0, time.FixedZone("", 7200)),
		Labels:      map[string]string{"kubernetes.io/legacy-token-last-used": "2026-01-02", "odd": "\x1b[31m<&>\u202e\""},
		Annotations: map[string]string{"kubernetes.io/service-account.name": "builder", "kubernetes.io/service-account.uid": "u-2"},
		Finalizers:  []string{"example.com/keep"},
		Owners:      []wire.Owner{{APIVersion: "v1", Kind: "ConfigMap", Name: "x", UID: "u-3", Controller: true}},
		Account:     "builder", AccountUID: "u-2", Listed: true, Alg: "RS256", KeyID: "CANARY", UndoClass: "B",
	}
}

const name = "payments/builder-token-x7f3q"

func folder(tb testing.TB) string {
	tb.Helper()
	return filepath.Join(tb.TempDir(), "backup")
}

func sealTo(tb testing.TB, keys []string, open Identities) Sealing {
	tb.Helper()
	to, err := ParseRecipients(keys, nil)
	if err != nil {
		tb.Fatal(err)
	}
	how, err := SealTo(to, open)
	if err != nil {
		tb.Fatal(err)
	}
	return how
}

func newKey(tb testing.TB) *age.X25519Identity {
	tb.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

func write1(tb testing.TB, dir string, how Sealing) Receipt {
	tb.Helper()
	receipt, err := Write(dir, name, secretCopy(), secretData(), how)
	if err != nil {
		tb.Fatal(err)
	}
	return receipt
}

func sameData(tb testing.TB, got map[string][]byte) {
	tb.Helper()
	want := secretData()
	if len(got) != len(want) {
		tb.Fatalf("%d keys, want %d", len(got), len(want))
	}
	for key := range want {
		if !bytes.Equal(got[key], want[key]) {
			tb.Errorf("key %q: %q", key, got[key])
		}
	}
}

func TestMetadataOnly(t *testing.T) {
	dir := folder(t)
	r := write1(t, dir, Sealing{})
	if r.Form != MetadataOnly || r.Opened || r.Path != filepath.Join(dir, "payments_builder-token-x7f3q.json") {
		t.Errorf("%+v", r)
	}
	noCanary(t, dir)
	c, err := Read(r.Path)
	if err != nil {
		t.Fatal(err)
	}
	want := secretCopy()
	want.APIVersion, want.Kind, want.Hash, want.Form, want.Keys, want.DigestKey = c.APIVersion, c.Kind, c.Hash, c.Form, c.Keys, c.DigestKey
	want.Made, want.Created = plainTime(want.Made), plainTime(want.Created)
	if !reflect.DeepEqual(c, want) {
		t.Errorf("\n%+v\n%+v", c, want)
	}
	if !c.Same([]byte(canary)) || c.Same([]byte(canary+"x")) || c.Same(nil) {
		t.Error("recognises tokens wrongly")
	}
	for _, k := range c.Keys {
		if (k.Digest != "") != (k.Name == "token" || k.Name == "ca.crt" || k.Name == "namespace") || k.Size != len(secretData()[k.Name]) {
			t.Errorf("key %+v", k)
		}
	}
	if _, err := Open(r.Path, nil); !errors.Is(err, ErrNoBytes) {
		t.Error(err)
	}
	if rep, err := Verify(r.Path, nil); err != nil || rep.Form != MetadataOnly || rep.Opened || len(rep.Keys) != 5 {
		t.Errorf("%+v %v", rep, err)
	}
	// Digests of two copies do not tell that the token is the same.
	again, err := Read(write1(t, dir, Sealing{}).Path)
	if err != nil || again.Keys[0].Name != c.Keys[0].Name || again.Keys[0].Digest == c.Keys[0].Digest {
		t.Error("the same digests", err)
	}
	// A copy can be made without the bytes; then no token is recognised.
	r, err = Write(dir, "no/bytes", secretCopy(), nil, Sealing{})
	if err != nil {
		t.Fatal(err)
	}
	if c, err = Read(r.Path); err != nil || c.Keys != nil || c.Same([]byte(canary)) || c.Same(nil) {
		t.Errorf("%+v %v", c, err)
	}
}

func TestPlain(t *testing.T) {
	r := write1(t, folder(t), Plain())
	if r.Form != InPlain || !r.Opened {
		t.Errorf("%+v", r)
	}
	data, err := Open(r.Path, nil)
	if err != nil {
		t.Fatal(err)
	}
	sameData(t, data)
	if rep, err := Verify(r.Path, nil); err != nil || !rep.Opened {
		t.Errorf("%+v %v", rep, err)
	}
}

// newRSA makes one key for all tests: it takes long.
var newRSA = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// keyPair is a public key and a file with the secret one.
type keyPair struct{ public, file string }

func keyPairs(t *testing.T) map[string]keyPair {
	t.Helper()
	dir := t.TempDir()
	pairs := map[string]keyPair{}
	put := func(kind, public string, secret []byte) {
		file := filepath.Join(dir, kind)
		if err := os.WriteFile(file, secret, 0o600); err != nil {
			t.Fatal(err)
		}
		pairs[kind] = keyPair{public, file}
	}
	x := newKey(t)
	put("age", x.Recipient().String(), []byte("# created today\n\n"+x.String()+"\n"))
	pq, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	put("age-pq", pq.Recipient().String(), []byte(pq.String()+"\n"))
	edPublic, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sshPublic := func(key any) string {
		p, err := ssh.NewPublicKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(p))) + " me@host"
	}
	block, err := ssh.MarshalPrivateKey(ed, "me@host")
	if err != nil {
		t.Fatal(err)
	}
	put("ssh-ed25519", sshPublic(edPublic), pem.EncodeToMemory(block))
	block, err = ssh.MarshalPrivateKeyWithPassphrase(ed, "me@host", []byte("open sesame"))
	if err != nil {
		t.Fatal(err)
	}
	put("ssh-ed25519-locked", sshPublic(edPublic), pem.EncodeToMemory(block))
	rsaKey, err := newRSA()
	if err != nil {
		t.Fatal(err)
	}
	put("ssh-rsa", sshPublic(rsaKey.Public()), pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey)}))
	return pairs
}

func TestSealedToEveryKindOfKey(t *testing.T) {
	pairs := keyPairs(t)
	other := Identities{newKey(t)}
	asked := 0
	ask := func(text string) (string, error) {
		asked++
		if !strings.Contains(text, "ssh-ed25519-locked") {
			t.Errorf("asks %q", text)
		}
		return "open sesame", nil
	}
	for kind, pair := range pairs {
		t.Run(kind, func(t *testing.T) {
			ids, err := ReadIdentities(pair.file, ask)
			if err != nil {
				t.Fatal(err)
			}
			dir := folder(t)
			blind := write1(t, dir, sealTo(t, []string{pair.public}, nil))
			if blind.Form != SealedBeside || blind.Opened {
				t.Errorf("without the key: %+v", blind)
			}
			r := write1(t, dir, sealTo(t, []string{pair.public}, ids))
			if !r.Opened || !strings.HasSuffix(r.Path, "x7f3q-2.json") {
				t.Errorf("with the key: %+v", r)
			}
			noCanary(t, dir)
			for _, path := range []string{blind.Path, r.Path} {
				data, err := Open(path, ids)
				if err != nil {
					t.Fatal(err)
				}
				sameData(t, data)
				if rep, err := Verify(path, ids); err != nil || !rep.Opened {
					t.Errorf("verify: %+v %v", rep, err)
				}
				if rep, err := Verify(path, nil); err != nil || rep.Opened {
					t.Errorf("verify without a key: %+v %v", rep, err)
				}
				for what, wrong := range map[string]Identities{"no key": nil, "another key": other} {
					if _, err := Open(path, wrong); err == nil || !strings.Contains(err.Error(), pair.public[:12]) {
						t.Errorf("%s: %v", what, err)
					}
				}
				if _, err := Verify(path, other); err == nil {
					t.Error("verified with another key")
				}
			}
			c, err := Read(r.Path)
			if err != nil || !c.Sealed || strings.Contains(strings.Join(c.Payload.SealedTo, ""), "me@host") {
				t.Errorf("%+v %v", c.Payload, err)
			}
			// A key at hand that does not open it: nobody would notice later.
			_, err = Write(dir, "x/y", secretCopy(), secretData(), sealTo(t, []string{pair.public}, other))
			if err == nil {
				t.Error("written, though the key at hand does not open it")
			}
			if _, err := os.Stat(filepath.Join(dir, "x_y.age")); !errors.Is(err, fs.ErrNotExist) {
				t.Error("left over", err)
			}
		})
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

func TestTheStockFormat(t *testing.T) {
	a, b := newKey(t), newKey(t)
	r := write1(t, folder(t), sealTo(t, []string{a.Recipient().String(), b.Recipient().String()}, nil))
	for _, key := range []*age.X25519Identity{a, b} {
		file, err := os.Open(strings.TrimSuffix(r.Path, ".json") + ".age")
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		opened, err := age.Decrypt(file, key)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(opened)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`"kind": "Secret"`, `"apiVersion": "v1"`, `"name": "builder-token-x7f3q"`, `"kubernetes.io/service-account.name": "builder"`, `"namespace": "cGF5bWVudHM="`} {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s is missing in %s", want, text)
			}
		}
	}
}

func TestPassphrase(t *testing.T) {
	dir := folder(t)
	say := func(passphrase string) Ask { return func(string) (string, error) { return passphrase, nil } }
	how, err := sealByPassphrase(dir, say("open sesame"), 8)
	if err != nil {
		t.Fatal(err)
	}
	r := write1(t, dir, how)
	if !r.Opened {
		t.Errorf("%+v", r)
	}
	if _, err := sealByPassphrase(dir, say("another"), 8); err == nil || !strings.Contains(err.Error(), "passphrase is another") {
		t.Error(err)
	}
	again, err := SealByPassphrase(dir, say("open sesame"))
	if err != nil {
		t.Fatal(err)
	}
	second := write1(t, dir, again)
	noCanary(t, dir)
	for _, from := range []func() (Identities, error){
		func() (Identities, error) { return FolderKey(dir, say("open sesame")) },
		func() (Identities, error) {
			return ReadIdentities(filepath.Join(dir, KeyFile), say("open sesame"))
		},
	} {
		ids, err := from()
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{r.Path, second.Path} {
			data, err := Open(path, ids)
			if err != nil {
				t.Fatal(err)
			}
			sameData(t, data)
		}
	}
	for what, ask := range map[string]Ask{
		"another": say("another"), "empty": say(""), "nobody": nil,
		"refused": func(string) (string, error) { return "", io.EOF },
	} {
		if _, err := FolderKey(dir, ask); err == nil || strings.Contains(err.Error(), "sesame") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := FolderKey(filepath.Dir(r.Path)+"x", say("x")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestAPassphraseThatTakesTooLongIsRefused(t *testing.T) {
	// The work factor is in the open, so a file can claim any.
	file := filepath.Join(t.TempDir(), "key")
	text := "age-encryption.org/v1\n-> scrypt bBjlhJVYZeE4aqUdmtRHfw 23\nZV/AhotwSGqaPCU43cepl4WYUouAa17a3xpu4G2yi5k\n--- fgMiVLJHMlg9fW7CVG/hPS5EAU4Zeg19LyCP7SoH5nA\n" + strings.Repeat("x", 50)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	_, err := ReadIdentities(file, func(string) (string, error) { return "x", nil })
	if err == nil || !strings.Contains(err.Error(), "work factor") || time.Since(begun) > 2*time.Second {
		t.Error(time.Since(begun), err)
	}
}

// noCanary makes sure that no token stands in the folder, in any coding.
func noCanary(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{canary, canary[10:30], "c2VjcmV0", "ZXlKaGJHY2lPaUpTVXpJMU5pSXNJ", "6579" + "4a68"} {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s holds %q", e.Name(), secret)
			}
		}
	}
}
