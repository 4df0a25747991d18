package backup

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDamageIsNoticed(t *testing.T) {
	key := newKey(t)
	ids := Identities{key}
	for form, how := range map[Form]Sealing{MetadataOnly: {}, InPlain: Plain(), SealedBeside: sealTo(t, []string{key.Recipient().String()}, ids)} {
		r := write1(t, folder(t), how)
		files := []string{r.Path}
		if form == SealedBeside {
			files = append(files, strings.TrimSuffix(r.Path, ".json")+".age")
		}
		for _, path := range files {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			try := func(what string, at int, bad []byte) {
				t.Helper()
				if err := os.WriteFile(path, bad, 0o600); err != nil {
					t.Fatal(err)
				}
				if _, err := Verify(r.Path, ids); err == nil {
					t.Fatalf("%s, %s at %d: verified", filepath.Base(path), what, at)
				} else if strings.Contains(err.Error(), canary[:20]) {
					t.Fatalf("%s, %s at %d: bytes in the error: %v", filepath.Base(path), what, at, err)
				}
				// Without a key, what is sealed is still known by its hash.
				if _, err := Verify(r.Path, nil); err == nil {
					t.Fatalf("%s, %s at %d: verified without a key", filepath.Base(path), what, at)
				}
				if _, err := Open(r.Path, ids); err == nil {
					t.Fatalf("%s, %s at %d: opened", filepath.Base(path), what, at)
				}
				if _, err := Read(r.Path); err == nil && path == r.Path {
					t.Fatalf("%s, %s at %d: read", filepath.Base(path), what, at)
				}
			}
			for at := 0; at < len(text); at += 29 {
				bad := bytes.Clone(text)
				bad[at] ^= 1 << (at % 8)
				try("flipped", at, bad)
			}
			for at := 0; at < len(text); at += 127 {
				try("cut", at, text[:at])
			}
			try("more", len(text), append(bytes.Clone(text), ' '))
			if form == SealedBeside && path != r.Path {
				os.Remove(path)
				if _, err := Verify(r.Path, ids); err == nil {
					t.Error("verified without its sealed file")
				}
			}
		}
	}
}

func TestSealedFilesCannotBeExchanged(t *testing.T) {
	key := newKey(t)
	ids := Identities{key}
	how := sealTo(t, []string{key.Recipient().String()}, ids)
	dir := folder(t)
	a := write1(t, dir, how)
	other, data := secretCopy(), secretData()
	other.Name = "other"
	data["token"] = []byte("another token altogether")
	b, err := Write(dir, "payments/other", other, data, how)
	if err != nil {
		t.Fatal(err)
	}
	read := func(path string) []byte {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	sealed := strings.TrimSuffix(a.Path, ".json") + ".age"
	if err := os.WriteFile(sealed, read(strings.TrimSuffix(b.Path, ".json")+".age"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(a.Path, ids); err == nil {
		t.Error("the bytes of another secret were opened")
	}
	// Also with a copy that was made to fit: the name and the digests do not.
	forged, err := Read(a.Path)
	if err != nil {
		t.Fatal(err)
	}
	forged.Payload = &Payload{File: filepath.Base(sealed), Size: int64(len(read(sealed))), SHA256: hashOf(read(sealed))}
	for _, name := range []string{forged.Name, "other"} {
		forged.Name = name
		text, err := forged.encode()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(a.Path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(a.Path); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(a.Path, ids); err == nil {
			t.Error("opened as", name)
		}
		if _, err := Verify(a.Path, ids); err == nil {
			t.Error("verified as", name)
		}
	}
}

func TestCopiesThatContradictThemselvesAreRefused(t *testing.T) {
	dir := folder(t)
	r := write1(t, dir, Sealing{})
	good, err := Read(r.Path)
	if err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(c *Copy){
		"kind":             func(c *Copy) { c.Kind = "Plan" },
		"form":             func(c *Copy) { c.Form = "other" },
		"sealed without":   func(c *Copy) { c.Sealed = true },
		"form without":     func(c *Copy) { c.Form, c.Sealed = SealedBeside, true },
		"no digest key":    func(c *Copy) { c.DigestKey = nil },
		"no name":          func(c *Copy) { c.Name = "" },
		"path in the name": func(c *Copy) { c.Form, c.Sealed, c.Payload = SealedBeside, true, &Payload{File: "../x.age"} },
		"other file":       func(c *Copy) { c.Form, c.Sealed, c.Payload = SealedBeside, true, &Payload{File: "x.json"} },
	} {
		c := good
		change(&c)
		text, err := c.encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decode(text); err == nil {
			t.Errorf("%s: accepted", what)
		}
	}
}

// FuzzRead reads bytes that nobody wrote: no panic, and what is accepted is what
// would be written.
func FuzzRead(f *testing.F) {
	for _, how := range []Sealing{{}, Plain(), sealTo(f, []string{newKey(f).Recipient().String()}, nil)} {
		text, err := os.ReadFile(write1(f, folder(f), how).Path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"apiVersion":"timebound/v1","kind":"SecretBackup"}`))
	f.Add([]byte(strings.Repeat("[", 10_000)))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := decode(text)
		if err != nil {
			return
		}
		again, err := c.encode()
		if err != nil || !bytes.Equal(again, text) {
			t.Fatalf("%v: %q", err, again)
		}
		c.Same([]byte("x"))
		_ = c.matches(c.Data)
	})
}
