package k8s

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"timebound/k8s/stream"
	"timebound/model/wire"
)

// Token reads one secret with its bytes. They live until use returns and are
// overwritten then, in the answer too; what net/http and TLS hold of them in
// buffers of their own is not in our reach. An error of use comes back as it is.
func (h *Hand) Token(ctx context.Context, t wire.Target, use func(wire.Secret) error) error {
	c, err := getCall(t, acceptJSON)
	if err != nil {
		return err
	}
	if !holdsBytes(t) {
		return refuse(c.what, "it is no secret")
	}
	var s wire.Secret
	defer func() { wipe(s.Data) }()
	err = h.do(ctx, c, func(body []byte) error { return readSecret(body, t, &s) })
	if err != nil {
		return err
	}
	return use(s)
}

// readSecret reads a whole secret. What was read of the bytes is in the result
// even if it fails.
func readSecret(body []byte, t wire.Target, s *wire.Secret) error {
	var d struct {
		document
		Type      string            `json:"type"`
		Immutable bool              `json:"immutable"`
		Data      map[string][]byte `json:"data"`
	}
	err := stream.Decode(body, &d)
	s.Type, s.Immutable, s.Data = d.Type, d.Immutable, d.Data
	switch {
	case err != nil:
		return err
	case d.Kind != "Secret":
		return &stream.Error{Fault: stream.Unexpected, Detail: "another kind"}
	}
	s.Object, err = d.of(t)
	return err
}

func wipe(data map[string][]byte) {
	for _, value := range data {
		clear(value)
	}
}

// SendWith creates a secret with bytes that stand in no Request. They are put
// into the body at the last moment, and the body is overwritten afterwards;
// data itself stays the caller's.
func (h *Hand) SendWith(ctx context.Context, r wire.Request, data map[string][]byte) (*wire.Object, error) {
	c, err := sendCall(r)
	switch {
	case err != nil:
		return nil, err
	case r.Verb != wire.Create || !holdsBytes(r.On):
		return nil, refuse(c.what, "bytes go into new secrets only")
	}
	c.sealed = seal(r.Body, data)
	defer c.sealed.wipe()
	c.bytes = data
	return h.sendChange(ctx, r, c)
}

// seal puts data into the JSON of a secret. All memory is taken at once, so
// that no half-written copy stays behind.
func seal(body []byte, data map[string][]byte) *sealed {
	body = bytes.TrimRight(body, " \t\r\n")
	keys := slices.Sorted(maps.Keys(data))
	size := len(body) + len(`,"data":{}`)
	for _, key := range keys {
		size += 6*len(key) + len(`"":"",`) + base64.StdEncoding.EncodedLen(len(data[key]))
	}
	out := make([]byte, 0, size)
	out = append(out, body[:len(body)-1]...)
	if !bytes.Equal(bytes.Join(bytes.Fields(body), nil), []byte("{}")) {
		out = append(out, ',')
	}
	out = append(out, `"data":{`...)
	for i, key := range keys {
		if i > 0 {
			out = append(out, ',')
		}
		// A text without anything to escape but what JSON has to.
		name, _ := json.Marshal(key)
		out = append(append(out, name...), `:"`...)
		out = base64.StdEncoding.AppendEncode(out, data[key])
		out = append(out, '"')
	}
	return &sealed{bytes: append(out, "}}"...)}
}

// A message with as many bytes of a secret in a row as telling says is not
// repeated; a value shorter than common is in many words by chance.
const (
	telling = 12
	common  = 4
)

// hide gives a server's message, unless it repeats bytes that were sent.
func (c *call) hide(message string) string {
	for _, value := range c.bytes {
		for _, form := range []string{string(value), base64.StdEncoding.EncodeToString(value)} {
			length := min(telling, len(form))
			for at := 0; length >= common && at+length <= len(form); at++ {
				if strings.Contains(message, form[at:at+length]) {
					return "the server's words are left out: they repeat bytes of the secret"
				}
			}
		}
	}
	return message
}
