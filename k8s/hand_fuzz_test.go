package k8s

import (
	"errors"
	"net/http"
	"testing"

	"timebound/k8s/redact"
	"timebound/k8s/stream"
	"timebound/model/wire"
)

// Whatever a server answers is read without a panic, and no error repeats it.
func FuzzHandAnswers(f *testing.F) {
	for _, seed := range []string{
		metadataOf("a"), wholeSecret, `{"kind":"Status","code":409,"details":{"retryAfterSeconds":-1}}`, `{"metadata":{"annotations":{"a":null}}}`,
		`{"kind":"TokenRequest","status":{"token":"` + sampleJWT + `","expirationTimestamp":"` + sampleJWT + `"}}`,
		`{"kind":"PartialObjectMetadata","metadata":{"name":"a","namespace":"shop","uid":"1","deletionTimestamp":"2026-01-02T03:04:05Z","managedFields":[{"time":"x"}]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		on := secretAt("a")
		_, metadata := readMetadata(body, on)
		_, whole := readWhole(body, on)
		_, deleted := readDeleted(body, on)
		var secret wire.Secret
		var issued wire.Issued
		for _, err := range []error{metadata, whole, deleted, readSecret(body, on, &secret), readIssued(body, &issued)} {
			var fault *stream.Error
			if err != nil && (!errors.As(err, &fault) || redact.HoldsToken(err.Error())) {
				t.Errorf("%q: %v", body, err)
			}
		}
		if d := retryAfter(&http.Response{Header: http.Header{"Retry-After": {string(body)}}}, readStatus(body)); d < 0 {
			t.Errorf("wait for %s", d)
		}
		ofAccount(body, "uid")
	})
}
