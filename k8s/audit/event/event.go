package event

import (
	"fmt"
	"strconv"
	"strings"

	"timebound/model"
	"timebound/model/usage"
)

var stages = map[string]usage.Stage{
	"RequestReceived":  usage.StageReceived,
	"ResponseStarted":  usage.StageStarted,
	"ResponseComplete": usage.StageComplete,
	"Panic":            usage.StagePanic,
}

const apiGroup = "audit.k8s.io/"

// event understands what was read.
func (f *fields) event(e *usage.Event) error {
	*e = usage.Event{}
	if (f.kind != "" && f.kind != "Event") || (f.apiVersion != "" && !strings.HasPrefix(f.apiVersion, apiGroup)) || f.auditID == "" {
		return ErrForeign
	}
	if err := f.fill(e); err != nil {
		*e = usage.Event{}
		return err
	}
	return nil
}

func (f *fields) fill(e *usage.Event) (err error) {
	if f.received == "" {
		f.received = f.timestamp
	}
	if e.Received, err = instant(f.received); err != nil {
		return err
	}
	if e.Staged, err = instant(f.staged); err != nil {
		return err
	}
	e.ID, e.Stage, e.Verb, e.Agent, e.User, e.Code = f.auditID, stages[f.stage], f.verb, f.agent, f.username, int(f.code)
	if e.Peer = f.lastIP; f.sourceIPs > 1 {
		e.Forwarded = f.firstIP
	}
	e.Group, e.Resource, e.Subresource, e.Namespace = f.group, f.resource, f.subresource, f.namespace
	if group, _, ok := strings.Cut(f.objectVersion, "/"); ok && e.Group == "" {
		e.Group = group
	}
	if e.Resource == "" && strings.HasPrefix(f.path, "/") {
		e.Path = f.path
	}
	e.Credential = strings.TrimPrefix(f.credential, "JTI=")
	e.Node = f.nodeName
	if account, ok := accountOf(f.username); ok && f.podName != "" {
		e.Pod = model.Key{Namespace: account.Namespace, Name: f.podName}
	}
	return f.tells(e)
}

// tells works out what the event tells of tokens.
func (f *fields) tells(e *usage.Event) error {
	if e.Code == 401 && e.User == "" && (refusal(f.message) || refusal(f.reason)) {
		e.Tells |= usage.Refused
		// A server without a token cache names the invalidated secret, unlike the
		// rest "secret/namespace".
		if secret, namespace, ok := strings.Cut(f.annotated.invalidated, "/"); ok {
			e.Secret, e.Account.Namespace = secret, namespace
		}
	} else if err := f.legacy(e); err != nil {
		return err
	}
	if err := f.stale(e); err != nil {
		return err
	}
	if f.annotated.issued != "" && e.Resource == "serviceaccounts" && e.Subresource == "token" {
		e.Tells |= usage.Issued
		e.IssuedID = strings.TrimPrefix(f.annotated.issued, "JTI=")
		e.IssuedFor = model.Key{Namespace: f.namespace, Name: f.name}
	}
	if e.Verb == "create" && e.Resource == "tokenreviews" && e.Group == "authentication.k8s.io" {
		e.Tells |= usage.Reviewed
	}
	return nil
}

// refusal says whether a status is that of a refused request: "Unauthorized" since
// the response writer fills it in (seen on 1.28, 1.30 and 1.37), "Authentication
// failed, attempted: bearer" where k8s.io/apiserver pkg/endpoints/filters
// authn_audit.go had the last word. A search for either finds every such event.
func refusal(s string) bool {
	return strings.Contains(s, "nauthorized") || strings.Contains(s, "tion failed")
}

// legacy reads the annotations of an accepted secret-based token.
func (f *fields) legacy(e *usage.Event) error {
	a := &f.annotated
	if a.legacy == "" && a.auto == "" && a.manual == "" {
		return nil
	}
	subject := a.legacy
	if subject == "" {
		subject = f.username
	}
	account, ok := accountOf(subject)
	if !ok {
		return fmt.Errorf("%w: annotation %s names no service account: %.100q", ErrMalformed, keyLegacy, subject)
	}
	if a.auto != "" && a.manual != "" {
		return fmt.Errorf("%w: it has both %s and %s", ErrMalformed, keyAuto, keyManual)
	}
	e.Tells |= usage.Legacy
	e.Account = account
	switch {
	case a.auto != "":
		e.Secret, e.Origin = a.auto, model.OriginAuto
	case a.manual != "":
		e.Secret, e.Origin = a.manual, model.OriginManual
	}
	return nil
}

// stale reads "subject: system:serviceaccount:ns:name, seconds after warning
// threshold: 7" (k8s.io/kubernetes pkg/serviceaccount/claims.go).
func (f *fields) stale(e *usage.Event) error {
	s := f.annotated.stale
	if s == "" {
		return nil
	}
	subject, seconds, ok := strings.Cut(strings.TrimPrefix(s, "subject: "), ", seconds after warning threshold: ")
	account, isAccount := accountOf(subject)
	n, err := strconv.ParseInt(seconds, 10, 64)
	if !ok || !isAccount || err != nil {
		return fmt.Errorf("%w: annotation %s is not understood: %.200q", ErrMalformed, keyStale, s)
	}
	if e.Tells&usage.Legacy != 0 && account != e.Account {
		return fmt.Errorf("%w: annotations name the tokens of two accounts", ErrMalformed)
	}
	e.Tells |= usage.Stale
	e.Account, e.PastWarning = account, n
	return nil
}

// accountOf reads the user name of a service account.
func accountOf(user string) (model.Key, bool) {
	rest, ok := strings.CutPrefix(user, "system:serviceaccount:")
	if !ok {
		return model.Key{}, false
	}
	namespace, name, ok := strings.Cut(rest, ":")
	if !ok || namespace == "" || name == "" || strings.Contains(name, ":") {
		return model.Key{}, false
	}
	return model.Key{Namespace: namespace, Name: name}, true
}
