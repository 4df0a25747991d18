package change

import (
	"context"
	"fmt"

	"timebound/model/wire"
	"timebound/plan"
)

// defaultIssueSeconds is a day: long enough for somebody to carry it over,
// short enough not to be the next long-lived one.
const defaultIssueSeconds = 24 * 3600

// issue drafts a bound token of the account for a user outside. It changes no
// object; the old token stays as it is. The server cannot try it out: it issues
// a token even as a dry run (k8s.io/kubernetes
// pkg/registry/core/serviceaccount/storage/token.go).
func issue(ctx context.Context, c Cluster, i *Item) (*Draft, error) {
	o, err := c.Metadata(ctx, i.AccountTarget())
	switch {
	case wire.CodeOf(err) == 404:
		return nil, skipf(SkipGone, "account %s is gone", i.Account)
	case err != nil:
		return nil, err
	case i.AccountUID != "" && o.UID != i.AccountUID:
		return nil, skipf(SkipAnew, "account %s was made anew: the old token is of another one", i.Account)
	}
	t := i.AccountTarget()
	t.Subresource = "token"
	wish := Wish(i, o.UID)
	return &Draft{
		Request: wire.Request{Verb: wire.Create, On: t},
		Preview: []string{fmt.Sprintf("+ a token of account %s for %d s, in a kubeconfig that only you can read", i.Account, wish.Seconds)},
	}, nil
}

// Wish says what the token of an issue item should be like.
func Wish(i *Item, accountUID string) wire.TokenWish {
	w := wire.TokenWish{Seconds: i.Seconds, AccountUID: accountUID}
	if w.Seconds == 0 {
		w.Seconds = defaultIssueSeconds
	}
	if i.Audience != "" {
		w.Audiences = []string{i.Audience}
	}
	return w
}

// Issues says whether an item issues a token, which no request can say.
func (i *Item) Issues() bool { return i.Kind == plan.Issue }
