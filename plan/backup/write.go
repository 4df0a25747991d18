package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"

	"timebound/plan/internal/safefile"
)

// Receipt tells what was written. It names the copy; the copy names the rest.
type Receipt struct {
	Path   string `json:"path"`   // of the copy
	SHA256 string `json:"sha256"` // of the copy's file, in hex
	Size   int64  `json:"size"`   // bytes of all files
	Form   Form   `json:"form"`
	Opened bool   `json:"opened,omitempty"` // the bytes were read back, opened and compared
}

// Typical is how many bytes of a disk one backup takes as a rule, in files of
// whole blocks.
const Typical = 16 << 10

// Write keeps a copy of a secret. Fields of the copy that follow from the data and
// the sealing are set here. name tells the secret to people, as namespace/name;
// files that are there already are left alone and the next are name-2, name-3, ….
// When it returns, the files are on the disk, were read again, and hold what was
// given; with a key at hand what is sealed was opened, too. Otherwise there is an
// error, and no file. The data is only read, and in no error.
func Write(dir, name string, c Copy, data map[string][]byte, how Sealing) (Receipt, error) {
	fail := func(err error) (Receipt, error) {
		return Receipt{}, fmt.Errorf("backup of secret %s/%s: %w", c.Namespace, c.Name, err)
	}
	base, err := fileName(name)
	if err != nil {
		return fail(err)
	}
	if how.Keeps() && len(data) == 0 {
		return fail(errors.New("its bytes should be kept, and it has none"))
	}
	c.prepare(data, how)
	if err := c.leaks(data); err != nil {
		return fail(err)
	}
	var sealed []byte
	if how.Form() == SealedBeside {
		if sealed, err = how.seal(&c, data); err != nil {
			return fail(err)
		}
	}
	folder, err := safefile.Make(dir)
	if err != nil {
		return fail(err)
	}
	defer func() { _ = folder.Close() }() // its files are closed
	for n := 1; ; n++ {
		next := base
		if n > 1 {
			next = fmt.Sprintf("%s-%d", base, n)
		}
		receipt, err := write(folder, next, c, sealed, data, how)
		if errors.Is(err, fs.ErrExist) && n < 100 {
			continue
		}
		if err != nil {
			return fail(err)
		}
		return receipt, nil
	}
}

// prepare sets what follows from the data and the sealing, and makes the copy
// such as it will be read.
func (c *Copy) prepare(data map[string][]byte, how Sealing) {
	c.APIVersion, c.Kind = APIVersion, Kind
	c.Made, c.Created = plainTime(c.Made), plainTime(c.Created)
	c.Form, c.Sealed, c.Data, c.Payload = how.Form(), how.Keeps(), nil, nil
	if how.Form() == InPlain {
		c.Data = data
	}
	if len(c.Labels) == 0 {
		c.Labels = nil
	}
	if len(c.Annotations) == 0 {
		c.Annotations = nil
	}
	if len(c.Finalizers) == 0 {
		c.Finalizers = nil
	}
	if len(c.Owners) == 0 {
		c.Owners = nil
	}
	c.setKeys(data)
}

// plainTime is the time in UTC, without the reading of this machine's own clock.
func plainTime(t time.Time) time.Time { return t.UTC().Round(0) }

// leaks finds secret bytes in what is kept in the open: kubectl apply, for one,
// puts a whole secret into an annotation.
func (c *Copy) leaks(data map[string][]byte) error {
	if c.Form == InPlain {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(data)) {
		value := data[key]
		if key != "token" && digested[key] || len(value) < 16 {
			continue // public, or too short to tell
		}
		coded := []byte(base64.StdEncoding.EncodeToString(value))
		for _, m := range []map[string]string{c.Labels, c.Annotations} {
			for name, text := range m {
				if bytes.Contains([]byte(text), value) || bytes.Contains([]byte(text), coded) {
					return fmt.Errorf("its label or annotation %q holds the bytes of key %q, and would be kept in the open: remove it from the secret first", name, key)
				}
			}
		}
	}
	return nil
}

// write makes the files of one name, and removes them if anything is wrong. The
// error is fs.ErrExist if one of them is there.
func write(folder *safefile.Folder, base string, c Copy, sealed []byte, data map[string][]byte, how Sealing) (receipt Receipt, err error) {
	copied, err1 := folder.Has(base + copySuffix)
	sealedToo, err2 := folder.Has(base + sealedSuffix)
	if err := errors.Join(err1, err2); err != nil {
		return Receipt{}, err
	}
	if copied || sealedToo {
		return Receipt{}, fs.ErrExist
	}
	var made []string
	defer func() {
		if err != nil {
			for _, name := range made {
				_ = folder.Remove(name) // the first error tells more
			}
		}
	}()
	if sealed != nil {
		c.Payload = &Payload{File: base + sealedSuffix, Size: int64(len(sealed)), SHA256: hashOf(sealed), SealedTo: how.recipients.Names()}
		if err := folder.Write(base+sealedSuffix, sealed); err != nil {
			return Receipt{}, err
		}
		made = append(made, base+sealedSuffix)
	}
	text, err := c.encode()
	if err != nil {
		return Receipt{}, err
	}
	if err := folder.Write(base+copySuffix, text); err != nil {
		return Receipt{}, err
	}
	made = append(made, base+copySuffix)
	opened, err := prove(folder, base+copySuffix, c, text, data, how)
	if err != nil {
		return Receipt{}, fmt.Errorf("read again, %s is not what was written: %w", folder.Join(base+copySuffix), err)
	}
	return Receipt{Path: folder.Join(base + copySuffix), SHA256: hashOf(text), Size: int64(len(text) + len(sealed)), Form: c.Form, Opened: opened}, nil
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
