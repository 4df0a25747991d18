package backup

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"
)

func TestNamesOfFiles(t *testing.T) {
	long := strings.Repeat("n", 63) + "/" + strings.Repeat("s", 253)
	seen := map[string]string{}
	for _, name := range []string{"a/b", "a_b", "a", "a/b/c", "../../etc/passwd", "..", ".", "/etc/passwd", "-rf", "A", "a\x00b", "a\nb", "\x1b[31m", "\u202e", "ä",
		"con", "a=2Fb", "key", long, long + "x", strings.Repeat("/", 300), "a b", `a\b`, "a:b", "~", "*"} {
		file, err := fileName(name)
		if err != nil {
			t.Fatal(err)
		}
		if other, twice := seen[file]; twice {
			t.Errorf("%q and %q both become %q", name, other, file)
		}
		seen[file] = name
		if len(file) > 200 || strings.Trim(file, "abcdefghijklmnopqrstuvwxyz0123456789.-_=ABCDEF") != "" || strings.ContainsAny(file[:1], ".-_") {
			t.Errorf("%q becomes %q", name, file)
		}
		dir := folder(t)
		r, err := Write(dir, name, secretCopy(), secretData(), Sealing{})
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Dir(r.Path) != dir {
			t.Errorf("%q is written to %s", name, r.Path)
		}
	}
	if _, err := Write(folder(t), "", secretCopy(), nil, Sealing{}); err == nil {
		t.Error("no name")
	}
}

func TestWhatIsThereIsLeftAlone(t *testing.T) {
	key := newKey(t)
	dir := folder(t)
	how := sealTo(t, []string{key.Recipient().String()}, Identities{key})
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	// What a crash left: a sealed file without its copy, and half a copy.
	left := map[string]string{"payments_builder-token-x7f3q.age": "half", "payments_builder-token-x7f3q-2.json": "{"}
	for name, text := range left {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for n := 3; n < 6; n++ {
		r := write1(t, dir, how)
		if r.Path != filepath.Join(dir, fmt.Sprintf("payments_builder-token-x7f3q-%d.json", n)) {
			t.Errorf("%d: %s", n, r.Path)
		}
		if _, err := Verify(r.Path, Identities{key}); err != nil {
			t.Error(err)
		}
	}
	for name, text := range left {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != text {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}

func TestManyGoroutinesWrite(t *testing.T) {
	key := newKey(t)
	dir := folder(t)
	how := sealTo(t, []string{key.Recipient().String()}, Identities{key})
	var wg sync.WaitGroup
	var mu sync.Mutex
	paths := map[string]bool{}
	for range 4 {
		wg.Go(func() {
			for range 5 {
				r, err := Write(dir, name, secretCopy(), secretData(), how)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				paths[r.Path] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(paths) != 20 {
		t.Errorf("%d backups of 20", len(paths))
	}
	for path := range paths {
		if _, err := Verify(path, Identities{key}); err != nil {
			t.Error(err)
		}
	}
}

func TestSecretBytesInTheOpenAreRefused(t *testing.T) {
	sealed := sealTo(t, []string{newKey(t).Recipient().String()}, nil)
	for what, text := range map[string]string{
		"token":  "xx" + canary + "yy",
		"base64": `{"data":{"token":"` + base64.StdEncoding.EncodeToString([]byte(canary)) + `"}}`,
	} {
		for _, how := range []Sealing{{}, sealed} {
			c := secretCopy()
			c.Annotations["kubectl.kubernetes.io/last-applied-configuration"] = text
			dir := folder(t)
			_, err := Write(dir, name, c, secretData(), how)
			if err == nil || !strings.Contains(err.Error(), "last-applied") || strings.Contains(err.Error(), canary[:20]) {
				t.Errorf("%s: %v", what, err)
			}
			if _, err := os.Stat(dir); err == nil {
				noCanary(t, dir)
			}
		}
	}
}

func TestWishesThatMakeNoSense(t *testing.T) {
	if _, err := SealTo(Recipients{}, nil); err == nil {
		t.Error("sealed to nobody")
	}
	if _, err := Write(folder(t), name, secretCopy(), nil, Plain()); err == nil {
		t.Error("nothing kept in plain")
	}
	c := secretCopy()
	c.Labels["bad"] = "\xff\xfe"
	dir := folder(t)
	if _, err := Write(dir, name, c, secretData(), Sealing{}); err == nil {
		t.Error("a label that JSON cannot hold")
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Error("left over", entries)
	}
	big := map[string][]byte{"token": bytes.Repeat([]byte("x"), largestCopy*4/5)}
	for _, how := range []Sealing{Plain(), sealTo(t, []string{newKey(t).Recipient().String()}, nil)} {
		if _, err := Write(dir, name, secretCopy(), big, how); err == nil || len(err.Error()) > 500 {
			t.Error("too large:", err)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Error("left over", entries)
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	pairs := keyPairs(t)
	secret := newKey(t).String()
	pq, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ key, says string }{
		{secret, "secret key"},
		{strings.ToLower(secret), "secret key"},
		{pq.String(), "secret key"},
		{"-----BEGIN OPENSSH PRIVATE KEY-----", "secret key"},
		{pairs["age"].public[:30], "damaged"},
		{pairs["age"].public + "q", "damaged"},
		{"age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", "plugin"},
		{"ssh-dss AAAA", "damaged"},
		{"ssh-ed25519 AAAA", "damaged"},
		{"ecdsa-sha2-nistp256 AAAA", "no public key"},
		{"", "no public key"},
		{"github:somebody", "no public key"},
	} {
		_, err := ParseRecipients([]string{c.key}, nil)
		if err == nil || !strings.Contains(err.Error(), c.says) || len(c.key) > 12 && strings.Contains(err.Error(), c.key) {
			t.Errorf("%.30q: %v", c.key, err)
		}
	}
	if _, err := ParseRecipients([]string{pairs["age"].public, pairs["age-pq"].public}, nil); err == nil || !strings.Contains(err.Error(), "go together") {
		t.Error("post-quantum beside others:", err)
	}
	if _, err := ParseRecipients(nil, nil); err == nil {
		t.Error("none")
	}
	dir := t.TempDir()
	file := func(text string) string {
		f, err := os.CreateTemp(dir, "keys")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		f.WriteString(text)
		return f.Name()
	}
	good, err := ParseRecipients([]string{pairs["age"].public}, []string{file("# team\n\n" + pairs["ssh-rsa"].public + "\r\n  " + pairs["ssh-ed25519"].public + "\n")})
	if err != nil || len(good.Names()) != 3 || len(good.Names()[1]) > 130 {
		t.Errorf("%q %v", good.Names(), err)
	}
	for text, says := range map[string]string{
		"":                                    "no public key",
		"# only words\n":                      "no public key",
		pairs["age"].public + "\nnonsense":    "line 2",
		"\n" + secret:                         "line 2",
		strings.Repeat("#", largestKeyFile):   "no public key",
		strings.Repeat("#", largestKeyFile+1): "larger",
	} {
		if _, err := ParseRecipients(nil, []string{file(text)}); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), secret[:20]) {
			t.Errorf("%.30q: %v", text, err)
		}
	}
	if _, err := ParseRecipients(nil, []string{dir + "/none"}); err == nil {
		t.Error("no file")
	}
	for _, text := range []string{"", "nonsense", pairs["age"].public, secret[:40], "-----BEGIN NOTHING-----\n-----END NOTHING-----\n", "-----BEGIN AGE ENCRYPTED FILE-----\nx", "age-encryption.org/v1\n"} {
		path := file(text)
		if _, err := ReadIdentities(path, func(string) (string, error) { return "x", nil }); err == nil || !strings.Contains(err.Error(), path) || len(text) > 50 && strings.Contains(err.Error(), text[:30]) {
			t.Errorf("%.30q: %v", text, err)
		}
	}
	if _, err := ReadIdentities(dir+"/none", nil); err == nil {
		t.Error("no file")
	}
}

// A backup of each form, as it is made before a deletion.
func BenchmarkWrite(b *testing.B) {
	key := newKey(b)
	to := []string{key.Recipient().String()}
	for form, how := range map[string]Sealing{"metadata": {}, "plain": Plain(), "sealed": sealTo(b, to, nil), "sealed-opened": sealTo(b, to, Identities{key})} {
		b.Run(form, func(b *testing.B) {
			dir := folder(b)
			for i := 0; b.Loop(); i++ {
				if _, err := Write(dir, fmt.Sprint("ns/", i), secretCopy(), secretData(), how); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
