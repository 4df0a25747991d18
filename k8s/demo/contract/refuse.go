package contract

import (
	"net/http"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// refusals are compared word by word: the product's messages quote them.
func (s *server) refusals(t *testing.T) {
	s.createAccount(t, s.namespace, "robot")
	s.create(t, s.namespace, token("kept", "robot"))
	ns := s.namespace
	path := "/api/v1/namespaces/" + ns + "/secrets"
	const asJSON = "Content-Type: application/json"
	for name, c := range map[string]struct {
		method, path, body, header string
		code                       int32
		reason                     metav1.StatusReason
		message                    string // a trailing … matches any ending
	}{
		"no such secret":    {http.MethodGet, path + "/gone", "", "", 404, metav1.StatusReasonNotFound, `secrets "gone" not found`},
		"no such path":      {http.MethodGet, "/api/v1/riddles", "", "", 404, metav1.StatusReasonNotFound, "the server could not find the requested resource"},
		"no such group":     {http.MethodGet, "/apis/riddle.example.com/v1/riddles", "", "", 404, metav1.StatusReasonNotFound, "the server could not find the requested resource"},
		"delete what is no": {http.MethodDelete, path + "/gone", "", "", 404, metav1.StatusReasonNotFound, `secrets "gone" not found`},
		"patch what is no": {http.MethodPatch, path + "/gone", "{}", "Content-Type: application/merge-patch+json", 404,
			metav1.StatusReasonNotFound, `secrets "gone" not found`},
		"field that cannot be selected": {http.MethodGet, path + "?fieldSelector=data=x", "", "", 400, metav1.StatusReasonBadRequest,
			"field label not supported: data"},
		"selector that is none": {http.MethodGet, path + "?labelSelector=,,", "", "", 400, metav1.StatusReasonBadRequest, "…"},
		"limit that is none":    {http.MethodGet, path + "?limit=many", "", "", 400, metav1.StatusReasonBadRequest, "…"},
		"match without version": {http.MethodGet, path + "?resourceVersionMatch=Exact", "", "", 422, metav1.StatusReasonInvalid, "…"},
		"twice": {http.MethodPost, path, `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"kept"}}`, asJSON, 409,
			metav1.StatusReasonAlreadyExists, `secrets "kept" already exists`},
		"no such namespace": {http.MethodPost, "/api/v1/namespaces/timebound-nowhere/secrets", `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"}}`, asJSON, 404,
			metav1.StatusReasonNotFound, `namespaces "timebound-nowhere" not found`},
		"another namespace": {http.MethodPost, path, `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x","namespace":"default"}}`, asJSON, 400,
			metav1.StatusReasonBadRequest, "the namespace of the provided object does not match the namespace sent on the request"},
		"token without account": {http.MethodPost, path, `{"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/service-account-token","metadata":{"name":"x"}}`, asJSON, 422,
			metav1.StatusReasonInvalid, `Secret "x" is invalid: metadata.annotations[kubernetes.io/service-account.name]: Required value`},
		"label value that is none": {http.MethodPatch, path + "/kept", `{"metadata":{"labels":{"a":"x y"}}}`, "Content-Type: application/merge-patch+json", 422,
			metav1.StatusReasonInvalid, `Secret "kept" is invalid: metadata.labels: Invalid value: "x y": …`},
		"another type": {http.MethodPatch, path + "/kept", `{"type":"Opaque"}`, "Content-Type: application/merge-patch+json", 422,
			metav1.StatusReasonInvalid, `Secret "kept" is invalid: type: Invalid value: "Opaque": field is immutable`},
		"body in no known form": {http.MethodPost, path, "name,kind", "Content-Type: text/csv", 415, metav1.StatusReasonUnsupportedMediaType,
			"the body of the request was in an unknown format - accepted media types include: …"},
		"patch in no known form": {http.MethodPatch, path + "/kept", "{}", asJSON, 415, metav1.StatusReasonUnsupportedMediaType, "…"},
		"version from the future": {http.MethodGet, path + "?resourceVersion=9000000000000000000", "", "", 504, metav1.StatusReasonTimeout,
			"Timeout: Too large resource version: 9000000000000000000, current: …"},
		"broken JSON": {http.MethodPost, path, `{"apiVersion":"v1","kind":"Secret",`, asJSON, 400, metav1.StatusReasonBadRequest, "…"},
		"another kind": {http.MethodPost, path, `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"}}`, asJSON, 400,
			metav1.StatusReasonBadRequest, "…"},
		"dry run that is none": {http.MethodPost, path + "?dryRun=Some", `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"}}`, asJSON, 422,
			metav1.StatusReasonInvalid, "…"},
		"create at a name": {http.MethodPost, path + "/kept", `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"kept"}}`, asJSON, 405,
			metav1.StatusReasonMethodNotAllowed, "…"},
	} {
		t.Run(name, func(t *testing.T) {
			var headers []string
			if c.header != "" {
				headers = []string{c.header}
			}
			got := s.raw(t, c.method, c.path, c.body, headers...)
			if int32(got.code) != c.code {
				t.Fatalf("want %d, got %d: %s", c.code, got.code, got.body)
			}
			if c.reason == metav1.StatusReasonMethodNotAllowed || strings.Contains(c.path, "riddle") && !strings.HasPrefix(string(got.body), "{") {
				return // some servers answer these in plain text
			}
			status := got.status(t)
			if status.Status != metav1.StatusFailure || status.Code != c.code || status.Reason != c.reason {
				t.Errorf("status = %+v", status)
			}
			if begin, open := strings.CutSuffix(c.message, "…"); status.Message != c.message && !(open && strings.HasPrefix(status.Message, begin)) {
				t.Errorf("message\nwant %s\ngot  %s", c.message, status.Message)
			}
		})
	}
	if _, err := s.protobuf.CoreV1().Secrets(ns).Create(t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "kept"}}, metav1.CreateOptions{}); err == nil ||
		err.Error() != `secrets "kept" already exists` {
		t.Errorf("refusal as protobuf: %v", err)
	}
}
