package backup

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
)

// Key is one key of a secret's data.
type Key struct {
	Name string `json:"name"`
	Size int    `json:"size"` // bytes of the value
	// Digest is the HMAC-SHA256 of the value with the copy's DigestKey, in hex. Only
	// the keys that the controller writes have one: what people put beside them may
	// be short enough to be guessed by trying.
	Digest string `json:"digest,omitempty"`
}

const digestKeyLen = 32

// digested are the keys of which a digest gives nothing away: a token is too long
// to guess, the others are public.
var digested = map[string]bool{"token": true, "ca.crt": true, "namespace": true, "service-ca.crt": true}

// setKeys notes what data the secret had.
func (c *Copy) setKeys(data map[string][]byte) {
	c.Keys, c.DigestKey = nil, nil
	if len(data) == 0 {
		return
	}
	c.DigestKey = make([]byte, digestKeyLen)
	_, _ = rand.Read(c.DigestKey) // it never fails
	for _, name := range slices.Sorted(maps.Keys(data)) {
		k := Key{Name: name, Size: len(data[name])}
		if digested[name] {
			k.Digest = c.digest(name, data[name])
		}
		c.Keys = append(c.Keys, k)
	}
}

func (c *Copy) digest(name string, value []byte) string {
	mac := hmac.New(sha256.New, c.DigestKey)
	mac.Write([]byte(name + "\x00"))
	mac.Write(value)
	return hex.EncodeToString(mac.Sum(nil))
}

// Same says whether this is the token that the copy was made of. It is false,
// too, if the copy was made without the token at hand.
func (c *Copy) Same(token []byte) bool {
	i := slices.IndexFunc(c.Keys, func(k Key) bool { return k.Name == "token" })
	return i >= 0 && hmac.Equal([]byte(c.digest("token", token)), []byte(c.Keys[i].Digest))
}

// matches says which key of the data is not as it was.
func (c *Copy) matches(data map[string][]byte) error {
	if len(data) != len(c.Keys) {
		return fmt.Errorf("the bytes have %d keys, the copy has %d", len(data), len(c.Keys))
	}
	for _, k := range c.Keys {
		value, there := data[k.Name]
		if !there || len(value) != k.Size || digested[k.Name] && c.digest(k.Name, value) != k.Digest {
			return fmt.Errorf("the bytes of key %q are not those that the copy was made of", k.Name)
		}
	}
	return nil
}
