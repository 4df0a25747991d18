package backup

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"

	"filippo.io/age"

	"timebound/plan/internal/safefile"
)

// ErrNoBytes is the error of a backup that keeps no bytes of the secret.
var ErrNoBytes = errors.New("the backup keeps no bytes of the secret")

// Report says what Verify found.
type Report struct {
	Form Form
	// Opened says that the bytes were there, could be opened, and were compared
	// with the copy. It is false where none are kept, and where no key was given.
	Opened bool
	Keys   []Key // of the secret's data
}

// Read reads a copy. It is refused if a letter of it was changed, and if others
// than its owner may read or write it, or its folder.
func Read(path string) (Copy, error) {
	folder, err := openFolder(path)
	if err != nil {
		return Copy{}, err
	}
	defer func() { _ = folder.Close() }() // it was only read
	c, _, err := readCopy(folder, filepath.Base(path))
	return c, err
}

// Open returns the bytes that a backup keeps, and makes sure that they are those
// of the copy. The error is ErrNoBytes if it keeps none. Overwrite them after use.
func Open(path string, identities Identities) (map[string][]byte, error) {
	folder, err := openFolder(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = folder.Close() }() // it was only read
	c, _, err := readCopy(folder, filepath.Base(path))
	if err != nil {
		return nil, err
	}
	data, err := c.bytes(folder, identities)
	if err != nil {
		return nil, fmt.Errorf("backup %s: %w", path, err)
	}
	return data, nil
}

// Verify proves that a backup can be read, that its sealed file is whole, and,
// with a key, that it opens and holds what the copy was made of.
func Verify(path string, identities Identities) (Report, error) {
	folder, err := openFolder(path)
	if err != nil {
		return Report{}, err
	}
	defer func() { _ = folder.Close() }() // it was only read
	c, _, err := readCopy(folder, filepath.Base(path))
	if err != nil {
		return Report{}, err
	}
	report := Report{Form: c.Form, Keys: c.Keys}
	switch {
	case c.Form == MetadataOnly:
	case c.Form == SealedBeside && len(identities) == 0:
		_, err = c.sealed(folder)
	default:
		var data map[string][]byte
		data, err = c.bytes(folder, identities)
		wipe(data)
		report.Opened = err == nil
	}
	if err != nil {
		return Report{}, fmt.Errorf("backup %s: %w", path, err)
	}
	return report, nil
}

// bytes returns what is kept of the secret, compared with the copy.
func (c *Copy) bytes(folder *safefile.Folder, identities Identities) (map[string][]byte, error) {
	var data map[string][]byte
	switch c.Form {
	case MetadataOnly:
		return nil, ErrNoBytes
	case InPlain:
		data = c.Data
	case SealedBeside:
		sealed, err := c.sealed(folder)
		if err != nil {
			return nil, err
		}
		if data, err = unseal(c, sealed, identities); err != nil {
			return nil, err
		}
	}
	if err := c.matches(data); err != nil {
		wipe(data)
		return nil, err
	}
	return data, nil
}

// sealed reads the sealed file, which must be the one that the copy tells of and
// begin as age files do.
func (c *Copy) sealed(folder *safefile.Folder) ([]byte, error) {
	sealed, err := folder.Read(c.Payload.File, largestPayload)
	if err != nil {
		return nil, err
	}
	if int64(len(sealed)) != c.Payload.Size || hashOf(sealed) != c.Payload.SHA256 {
		return nil, fmt.Errorf("its sealed file %s was cut or changed: its SHA-256 is another", c.Payload.File)
	}
	if _, err := age.ExtractHeader(bytes.NewReader(sealed)); err != nil {
		return nil, fmt.Errorf("its sealed file %s is no age file: %w", c.Payload.File, err)
	}
	return sealed, nil
}

// prove reads a backup that was just written, compares every field and, where a
// key is at hand, every byte.
func prove(folder *safefile.Folder, name string, c Copy, text []byte, data map[string][]byte, how Sealing) (opened bool, err error) {
	again, found, err := readCopy(folder, name)
	if err != nil {
		return false, err
	}
	if !bytes.Equal(found, text) || !reflect.DeepEqual(again, c) {
		return false, errors.New("a field is another")
	}
	switch {
	case c.Form == MetadataOnly:
		return false, nil
	case c.Form == SealedBeside && len(how.identities) == 0:
		_, err := again.sealed(folder)
		return false, err
	}
	back, err := again.bytes(folder, how.identities)
	if err != nil {
		return false, err
	}
	defer wipe(back)
	if len(back) != len(data) {
		return false, errors.New("its keys are others")
	}
	for key, value := range data {
		if got, there := back[key]; !there || !bytes.Equal(got, value) {
			return false, fmt.Errorf("the bytes of key %q are others", key)
		}
	}
	return true, nil
}

func openFolder(path string) (*safefile.Folder, error) {
	folder, err := safefile.Open(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	return folder, nil
}

func readCopy(folder *safefile.Folder, name string) (Copy, []byte, error) {
	text, err := folder.Read(name, largestCopy)
	if err != nil {
		return Copy{}, nil, fmt.Errorf("backup: %w", err)
	}
	c, err := decode(text)
	if err != nil {
		return Copy{}, nil, fmt.Errorf("backup %s: %w", folder.Join(name), err)
	}
	return c, text, nil
}

func wipe(data map[string][]byte) {
	for _, value := range data {
		clear(value)
	}
}
