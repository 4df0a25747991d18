package k8s

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"timebound/k8s/stream"
	"timebound/model/wire"
)

// tokenRequest is a TokenRequest of authentication.k8s.io/v1.
type tokenRequest struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Metadata carries the account's UID, which servers hold against the
	// account from 1.34 on (k8s.io/kubernetes
	// pkg/registry/core/serviceaccount/storage/token.go).
	Metadata struct {
		UID string `json:"uid,omitempty"`
	} `json:"metadata"`
	Spec struct {
		Audiences         []string `json:"audiences"`
		ExpirationSeconds *int64   `json:"expirationSeconds,omitempty"`
	} `json:"spec"`
}

// Issue asks for a bound token of an account. The token lives until use
// returns and is overwritten then. There is no dry run: the server would issue
// a token all the same. An error of use comes back as it is.
func (h *Hand) Issue(ctx context.Context, account wire.Target, wish wire.TokenWish, use func(wire.Issued) error) error {
	account.Subresource = "token"
	c := call{
		what:   "issue a token of " + account.Namespace + "/" + account.Name,
		needs:  wire.Request{Verb: wire.Create, On: account}.Right(),
		method: http.MethodPost, path: account.Path(), accept: acceptJSON, contentType: acceptJSON,
	}
	q := tokenRequest{APIVersion: "authentication.k8s.io/v1", Kind: "TokenRequest"}
	q.Metadata.UID, q.Spec.Audiences = wish.AccountUID, wish.Audiences
	if wish.Seconds != 0 {
		q.Spec.ExpirationSeconds = &wish.Seconds
	}
	var err error
	if c.body, err = json.Marshal(q); err != nil {
		return refuse(c.what, "it cannot be put into words for the server")
	}
	if c.permit = permitFor(wire.Create, account, &c); c.permit == nil {
		return refuse(c.what, "this is no account")
	}
	var issued wire.Issued
	defer func() { clear(issued.Token) }()
	err = h.do(ctx, c, func(body []byte) error { return readIssued(body, &issued) })
	if err != nil {
		return err
	}
	if uid := wish.AccountUID; uid != "" && !ofAccount(issued.Token, uid) {
		return &handError{what: c.what, failure: &wire.Failure{
			Code: http.StatusConflict, Reason: "Conflict", Message: "the account was made anew: its UID is not " + uid + " any more; the token was thrown away",
		}}
	}
	return use(issued)
}

// readIssued takes the token out of an answer without making a text of it.
func readIssued(body []byte, into *wire.Issued) error {
	var answer struct {
		Kind   string `json:"kind"`
		Status struct {
			Token   borrowed  `json:"token"`
			Expires time.Time `json:"expirationTimestamp"`
		} `json:"status"`
	}
	if err := stream.Decode(body, &answer); err != nil {
		return err
	}
	token := bytes.Trim(answer.Status.Token, `"`)
	if answer.Kind != "TokenRequest" || len(token) == 0 || bytes.ContainsAny(token, `\"`) {
		return &stream.Error{Fault: stream.Unexpected, Detail: "no token"}
	}
	*into = wire.Issued{Token: bytes.Clone(token), Expires: answer.Status.Expires.UTC()}
	return nil
}

// ofAccount says whether a token names the account of a UID (claim
// kubernetes.io/serviceaccount/uid: k8s.io/kubernetes
// pkg/serviceaccount/claims.go).
func ofAccount(token []byte, uid string) bool {
	parts := bytes.Split(token, []byte("."))
	if len(parts) != 3 {
		return false
	}
	claims := make([]byte, base64.RawURLEncoding.DecodedLen(len(parts[1])))
	defer clear(claims)
	if _, err := base64.RawURLEncoding.Decode(claims, parts[1]); err != nil {
		return false
	}
	var c struct {
		Kubernetes struct {
			Account struct {
				UID string `json:"uid"`
			} `json:"serviceaccount"`
		} `json:"kubernetes.io"`
	}
	return json.Unmarshal(claims, &c) == nil && c.Kubernetes.Account.UID == uid
}
