package k8s

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"timebound/model/wire"
)

func decodeStrictly(body []byte, into any) error {
	if !json.Valid(body) {
		return errors.New("no JSON")
	}
	return json.Unmarshal(body, into)
}

const wholeSecret = `{"kind":"Secret","apiVersion":"v1","type":"kubernetes.io/service-account-token","immutable":true,
	"metadata":{"name":"a","namespace":"shop","uid":"1","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"` + sampleJWT + `"}},
	"data":{"token":"c29tZS1ieXRlcw=="}}`

// The bytes of a secret are there for its user, and gone afterwards, however
// that ends.
func TestBytesAreWiped(t *testing.T) {
	h, _ := handOn(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept") != "application/json" || r.Header.Get("Accept-Encoding") != "identity" {
			t.Errorf("headers: %v", r.Header)
		}
		says(http.StatusOK, wholeSecret)(w, r)
	})
	failed := errors.New("failed")
	for _, end := range []error{nil, failed} {
		var kept []byte
		err := h.Token(t.Context(), secretAt("a"), func(s wire.Secret) error {
			kept = s.Data["token"]
			if string(kept) != "some-bytes" || !s.Immutable || s.Type != "kubernetes.io/service-account-token" || s.Object.Body != nil ||
				s.Object.Annotations["kubectl.kubernetes.io/last-applied-configuration"] != wire.Withheld {
				t.Errorf("read: %+v", s)
			}
			return end
		})
		if !errors.Is(err, end) || wire.FailureOf(err) != nil || !bytes.Equal(kept, make([]byte, 10)) {
			t.Errorf("%v, and the bytes are %q", err, kept)
		}
	}
	var kept []byte
	func() {
		defer func() { _ = recover() }()
		_ = h.Token(t.Context(), secretAt("a"), func(s wire.Secret) error {
			kept = s.Data["token"]
			panic("in the middle")
		})
	}()
	if len(kept) != 10 || !bytes.Equal(kept, make([]byte, 10)) {
		t.Errorf("after a panic the bytes are %q", kept)
	}
}

// A secret that is not the one asked for is wiped before anybody sees it.
func TestBytesOfAnotherSecretAreWiped(t *testing.T) {
	var s wire.Secret
	if err := readSecret([]byte(wholeSecret), secretAt("b"), &s); err == nil || s.Data == nil {
		t.Fatalf("%v: the bytes must be known to be wiped", err)
	}
	h, _ := handOn(t, says(http.StatusOK, wholeSecret))
	err := h.Token(t.Context(), secretAt("b"), func(wire.Secret) error {
		t.Error("used")
		return nil
	})
	if wire.FailureOf(err) == nil {
		t.Error(err)
	}
}

// The answer's own buffer is overwritten too, also the one it outgrew.
func TestAnswersAreWiped(t *testing.T) {
	b := &buffer{bytes: make([]byte, 0, 4)}
	small := b.bytes[:4]
	resp := &http.Response{Body: io.NopCloser(strings.NewReader("some bytes of a secret")), ContentLength: -1}
	if err := b.fill(resp, maxAnswer); err != nil || string(b.bytes) != "some bytes of a secret" {
		t.Fatalf("%q, %v", b.bytes, err)
	}
	large := b.bytes
	b.release()
	if !bytes.Equal(small, make([]byte, 4)) || !bytes.Equal(large, make([]byte, len(large))) {
		t.Errorf("left: %q, %q", small, large)
	}
}

// What is sent is overwritten, and a transport that comes late sends nothing.
func TestSentBytesAreWiped(t *testing.T) {
	s := seal([]byte(`{"kind":"Secret"}`), map[string][]byte{"token": []byte("some-bytes")})
	early, late := s.open(), s.open()
	text, err := io.ReadAll(early)
	if err != nil || !bytes.Contains(text, []byte(base64.StdEncoding.EncodeToString([]byte("some-bytes")))) {
		t.Fatalf("%q, %v", text, err)
	}
	if _, err := io.ReadFull(late, make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	s.wipe()
	if rest, err := io.ReadAll(late); len(rest) != 0 || !errors.Is(err, errWiped) || !bytes.Equal(s.bytes, make([]byte, len(s.bytes))) {
		t.Errorf("left: %q, %v", rest, err)
	}
}

// A create with bytes leaves the caller's own alone: he may have to try again.
func TestSendWith(t *testing.T) {
	var sent map[string]any
	h, seen := handOn(t, func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewDecoder(r.Body).Decode(&sent)
		says(http.StatusCreated, metadataOf("a"))(w, r)
	})
	data := map[string][]byte{"token": []byte(sampleJWT)}
	for range 2 {
		o, err := h.SendWith(t.Context(), createOf("a"), data)
		if err != nil || o.Body != nil || string(data["token"]) != sampleJWT {
			t.Fatalf("%+v, %v", o, err)
		}
		if got := sent["data"].(map[string]any)["token"]; got != base64.StdEncoding.EncodeToString([]byte(sampleJWT)) || sent["kind"] != "Secret" {
			t.Errorf("sent: %v", sent)
		}
	}
	if _, err := h.SendWith(t.Context(), createOf("a").Dry(), data); err != nil || seen.Load() != 3 {
		t.Error(err)
	}
	h.Lock()
	if _, err := h.SendWith(t.Context(), createOf("a"), data); wire.FailureOf(err) == nil || seen.Load() != 3 {
		t.Errorf("locked: %v", err)
	}
}

// No message repeats bytes that were sent, whole, in part or encoded.
func TestMessagesRepeatNoBytes(t *testing.T) {
	value := "a-password-of-sorts"
	encoded := base64.StdEncoding.EncodeToString([]byte(value))
	for _, echo := range []string{value, value[3:16], encoded, encoded[5:], "the token " + sampleJWT, "hunter2"} {
		message, _ := json.Marshal("denied: " + echo)
		h, _ := handOn(t, says(http.StatusUnprocessableEntity, `{"kind":"Status","code":422,"reason":"Invalid","message":`+string(message)+`}`))
		_, err := h.SendWith(t.Context(), createOf("a"), map[string][]byte{"x": []byte(value), "y": []byte("hunter2"), "z": []byte("d"), "empty": nil})
		if err == nil || strings.Contains(err.Error(), echo) || strings.Contains(err.Error(), "eyJ") {
			t.Errorf("%v", err)
		}
	}
}

// A token that is not of the account that was meant is thrown away.
func TestIssue(t *testing.T) {
	claims := base64.RawURLEncoding.EncodeToString([]byte(`{"kubernetes.io":{"serviceaccount":{"uid":"of-the-account"}}}`))
	token := "eyJhbGciOiJSUzI1NiJ9." + claims + ".c2ln"
	account, _ := wire.TargetOf("ServiceAccount", "shop", "robot")
	var asked map[string]any
	h, seen := handOn(t, func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewDecoder(r.Body).Decode(&asked)
		if r.URL.Path != "/api/v1/namespaces/shop/serviceaccounts/robot/token" || r.URL.RawQuery != "" {
			t.Errorf("asked at %s", r.URL)
		}
		says(http.StatusCreated, `{"kind":"TokenRequest","status":{"token":"`+token+`","expirationTimestamp":"2026-01-02T03:04:05Z"}}`)(w, r)
	})
	var kept []byte
	use := func(i wire.Issued) error {
		if kept = i.Token; string(kept) != token || i.Expires.Year() != 2026 {
			t.Errorf("issued %d bytes until %s", len(kept), i.Expires)
		}
		return nil
	}
	wish := wire.TokenWish{Audiences: []string{"vault"}, Seconds: 600, AccountUID: "of-the-account"}
	if err := h.Issue(t.Context(), account, wish, use); err != nil || !bytes.Equal(kept, make([]byte, len(token))) {
		t.Errorf("%v, and the token is %q", err, kept)
	}
	if text, _ := json.Marshal(asked); string(text) != `{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","metadata":{"uid":"of-the-account"},"spec":{"audiences":["vault"],"expirationSeconds":600}}` {
		t.Errorf("asked: %s", text)
	}
	wish.AccountUID = "of-another"
	err := h.Issue(t.Context(), account, wish, func(wire.Issued) error {
		t.Error("used")
		return nil
	})
	if wire.CodeOf(err) != http.StatusConflict || strings.Contains(err.Error(), "eyJ") {
		t.Error(err)
	}
	h.Lock()
	if err := h.Issue(t.Context(), account, wire.TokenWish{}, use); wire.FailureOf(err) == nil || seen.Load() != 2 {
		t.Errorf("locked: %v", err)
	}
}
