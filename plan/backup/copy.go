package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"timebound/model/wire"
)

// The type of the file that a copy is written to.
const (
	APIVersion = "timebound/v1"
	Kind       = "SecretBackup"
)

// Copy is what is kept of a secret in the open. Where it says nothing else,
// values are those of the secret when it was read.
type Copy struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Hash is the SHA-256 of the file with an empty hash, in hex.
	Hash string `json:"hash"`

	Cluster string    `json:"cluster"`       // UID of its kube-system namespace
	Run     string    `json:"run,omitempty"` // that made the copy
	Item    string    `json:"item,omitempty"`
	Made    time.Time `json:"made"` // in UTC

	Namespace       string            `json:"namespace"`
	Name            string            `json:"name"`
	UID             string            `json:"uid"`
	ResourceVersion string            `json:"resourceVersion,omitempty"`
	Type            string            `json:"type"`
	Immutable       bool              `json:"immutable,omitempty"`
	Created         time.Time         `json:"created,omitzero"`
	Labels          map[string]string `json:"labels,omitempty"` // last-used and invalid-since among them
	Annotations     map[string]string `json:"annotations,omitempty"`
	Finalizers      []string          `json:"finalizers,omitempty"`
	Owners          []wire.Owner      `json:"owners,omitempty"`

	Account    string `json:"account,omitempty"`
	AccountUID string `json:"accountUID,omitempty"`
	Listed     bool   `json:"listed,omitempty"` // its name stood in the account's .secrets
	Alg        string `json:"alg,omitempty"`    // of the token's header
	KeyID      string `json:"keyID,omitempty"`  // of the token's header
	UndoClass  string `json:"undoClass,omitempty"`

	Form Form `json:"form"`
	// Sealed says that the bytes are kept: sealed, or in plain where Form says so.
	Sealed bool `json:"sealed,omitempty"`
	// Keys are the keys of the secret's data, in order; none if its bytes were not
	// at hand.
	Keys []Key `json:"keys,omitempty"`
	// DigestKey is random and made for this copy: digests of two copies do not
	// tell whether they are of the same token.
	DigestKey []byte   `json:"digestKey,omitempty"`
	Payload   *Payload `json:"payload,omitempty"` // of form sealed
	// Data are the bytes, of form plain only.
	Data map[string][]byte `json:"data,omitempty"`
}

// Form says what becomes of the bytes of a secret.
type Form string

// The forms.
const (
	MetadataOnly Form = "metadata" // they are not kept
	SealedBeside Form = "sealed"   // in a file beside the copy, for those who have a key
	InPlain      Form = "plain"    // in the copy, for whoever can read the file
)

// Payload is the sealed file beside a copy.
type Payload struct {
	File     string   `json:"file"`     // its name, in the same folder
	Size     int64    `json:"size"`     // in bytes
	SHA256   string   `json:"sha256"`   // in hex
	SealedTo []string `json:"sealedTo"` // public keys, long ones shortened
}

// largestCopy and largestPayload bound what is read, in bytes. A secret has up to
// 1 MiB of data (k8s.io/api core/v1, MaxSecretSize), which grows by a third, and
// 256 KiB of annotations (k8s.io/apimachinery api/validation).
const (
	largestCopy    = 4 << 20
	largestPayload = 4 << 20
)

// encode writes the file of a copy, and sets its hash.
func (c *Copy) encode() ([]byte, error) {
	c.Hash = ""
	text, err := c.text()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	c.Hash = hex.EncodeToString(sum[:])
	return c.text()
}

func (c *Copy) text() ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(c); err != nil {
		return nil, err
	}
	if out.Len() > largestCopy {
		return nil, fmt.Errorf("it would be larger than %d bytes", largestCopy)
	}
	return out.Bytes(), nil
}

// decode reads the file of a copy and takes nothing that encode did not write:
// an unknown field, another order, a changed letter.
func decode(text []byte) (Copy, error) {
	var c Copy
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(&c); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return Copy{}, errors.New("it ends too early: it was cut, or never written to its end")
	} else if err != nil {
		return Copy{}, fmt.Errorf("it is no backup of a secret, or of another version of this program: %w", unquoted(err))
	}
	if c.APIVersion != APIVersion || c.Kind != Kind {
		return Copy{}, fmt.Errorf("it is no %s %s", APIVersion, Kind)
	}
	hash := c.Hash
	again, err := c.encode()
	if err != nil || c.Hash != hash || !bytes.Equal(again, text) {
		return Copy{}, errors.New("it was changed after it was written: its hash is another")
	}
	return c, c.check()
}

// check says what of a copy contradicts itself.
func (c *Copy) check() error {
	switch {
	case c.Form != MetadataOnly && c.Form != SealedBeside && c.Form != InPlain:
		return fmt.Errorf("its form %q is unknown", c.Form)
	case c.Sealed != (c.Form != MetadataOnly) || (c.Payload != nil) != (c.Form == SealedBeside) || (c.Data != nil) != (c.Form == InPlain):
		return fmt.Errorf("what it holds does not fit its form, %s", c.Form)
	case len(c.Keys) > 0 && len(c.DigestKey) != digestKeyLen:
		return errors.New("its digests have no key")
	case c.Namespace == "" || c.Name == "" || c.UID == "":
		return errors.New("it does not tell of which secret it is")
	}
	if p := c.Payload; p != nil && (p.File != filepath.Base(p.File) || !strings.HasSuffix(p.File, sealedSuffix) || strings.HasPrefix(p.File, ".")) {
		return errors.New("its sealed file has no proper name")
	}
	return nil
}

// unquoted takes the position out of a JSON error, and leaves the text behind:
// that may be anything.
func unquoted(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("JSON breaks off at byte %d", syntax.Offset)
	}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return fmt.Errorf("a value of another kind at byte %d", wrong.Offset)
	}
	return errors.New("a field that nobody knows, or a value that does not fit")
}
