package query

import (
	"strings"

	"timebound/model"
	"timebound/model/usage"
)

// tells works out what the row's events tell of tokens, by the rules of
// k8s/audit/event.
func (r *Row) tells(e *usage.Event, asked map[string]bool) error {
	if e.Code == 401 && e.User == "" {
		e.Tells |= usage.Refused
	} else if err := r.legacy(e); err != nil {
		return err
	}
	if r.StaleToken != "" {
		account, ok := accountOf(strings.TrimPrefix(r.StaleToken, "subject: "))
		if !ok {
			return fault("stale_token", r.StaleToken, `"subject: system:serviceaccount:NAMESPACE:NAME"`)
		}
		if e.Tells&usage.Legacy != 0 && account != e.Account {
			return fault("stale_token", r.StaleToken, "the account of legacy_token")
		}
		e.Tells |= usage.Stale
		e.Account, e.PastWarning = account, r.PastWarning
	}
	if r.Issued != "" && e.Resource == "serviceaccounts" && e.Subresource == "token" {
		if e.Namespace == "" || r.IssuedFor == "" {
			return fault("issued_for", r.IssuedFor, "the name of the account in the column namespace")
		}
		e.Tells |= usage.Issued
		e.IssuedID = credential(r.Issued)
		e.IssuedFor = model.Key{Namespace: e.Namespace, Name: r.IssuedFor}
	}
	if e.Verb == "create" && e.Resource == "tokenreviews" && e.Group == "authentication.k8s.io" {
		e.Tells |= usage.Reviewed
	}
	if e.Credential != "" && asked[e.Credential] {
		e.Tells |= usage.Presented
	}
	return nil
}

func (r *Row) legacy(e *usage.Event) error {
	if r.LegacyToken == "" && r.AutoSecret == "" && r.ManualSecret == "" {
		return nil
	}
	subject := r.LegacyToken
	if subject == "" {
		subject = r.Username
	}
	account, ok := accountOf(subject)
	if !ok {
		return fault("legacy_token", subject, "system:serviceaccount:NAMESPACE:NAME")
	}
	e.Tells |= usage.Legacy
	e.Account = account
	switch {
	case r.AutoSecret != "" && r.ManualSecret != "":
		return fault("manual_secret", r.ManualSecret, "nothing beside auto_secret")
	case r.AutoSecret != "":
		e.Secret, e.Origin = r.AutoSecret, model.OriginAuto
	case r.ManualSecret != "":
		e.Secret, e.Origin = r.ManualSecret, model.OriginManual
	}
	return nil
}

// credential gives a credential id without the prefix that annotations and
// user.extra put before it.
func credential(s string) string { return strings.TrimPrefix(s, "JTI=") }

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
