package backup

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// Sealing says what becomes of the bytes of secrets. The zero value keeps none.
type Sealing struct {
	form       Form
	recipients Recipients
	identities Identities
}

// SealTo keeps bytes so that only the holders of these keys can read them. With
// identities every backup is opened and compared right after it was written.
func SealTo(to Recipients, open Identities) (Sealing, error) {
	if len(to.list) == 0 {
		return Sealing{}, errors.New("sealing needs the public key of somebody who may open it")
	}
	return Sealing{form: SealedBeside, recipients: to, identities: open}, nil
}

// Plain keeps bytes for whoever can read the file. Ask before, and have the
// answer typed.
func Plain() Sealing { return Sealing{form: InPlain} }

// Form is what becomes of the bytes.
func (s Sealing) Form() Form {
	if s.form == "" {
		return MetadataOnly
	}
	return s.form
}

// Keeps says whether bytes are kept, sealed or in plain.
func (s Sealing) Keeps() bool { return s.Form() != MetadataOnly }

// manifest is what is sealed: the secret as kubectl would create it.
type manifest struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Metadata   manifestMetadata  `json:"metadata"`
	Type       string            `json:"type"`
	Immutable  bool              `json:"immutable,omitempty"`
	Data       map[string][]byte `json:"data"`
}

type manifestMetadata struct {
	Namespace   string            `json:"namespace"`
	Name        string            `json:"name"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// seal makes the sealed file of a secret.
func (s Sealing) seal(c *Copy, data map[string][]byte) ([]byte, error) {
	text, err := json.MarshalIndent(manifest{
		APIVersion: "v1", Kind: "Secret", Type: c.Type, Immutable: c.Immutable, Data: data,
		Metadata: manifestMetadata{Namespace: c.Namespace, Name: c.Name, Labels: c.Labels, Annotations: c.Annotations},
	}, "", "  ")
	if err != nil {
		return nil, errors.New("the secret cannot be written as JSON") // not the error: it may quote
	}
	defer clear(text)
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, s.recipients.list...)
	if err == nil {
		_, err = w.Write(append(text, '\n'))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	if sealed.Len() > largestPayload {
		return nil, fmt.Errorf("sealed, it would be larger than %d bytes", largestPayload)
	}
	return sealed.Bytes(), nil
}

// unseal opens a sealed file and returns the secret's bytes.
func unseal(c *Copy, sealed []byte, identities Identities) (map[string][]byte, error) {
	if len(identities) == 0 {
		return nil, fmt.Errorf("it is sealed to %s: name a file with one of their secret keys", who(c.Payload.SealedTo))
	}
	opened, err := age.Decrypt(bytes.NewReader(sealed), identities...)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		return nil, fmt.Errorf("none of the keys given opens it, it is sealed to %s: name a file with one of their secret keys", who(c.Payload.SealedTo))
	}
	if err != nil {
		return nil, fmt.Errorf("open the seal: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(opened, largestPayload))
	defer clear(text)
	if err != nil {
		return nil, fmt.Errorf("open the seal: %w", err)
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil || m.Kind != "Secret" {
		return nil, errors.New("what is sealed is no secret") // not the error: it may quote
	}
	if m.Metadata.Namespace != c.Namespace || m.Metadata.Name != c.Name || m.Type != c.Type {
		return nil, errors.New("what is sealed is another secret than the copy tells of")
	}
	return m.Data, nil
}
