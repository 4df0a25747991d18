package change

import (
	"context"

	"timebound/model/wire"
)

// remove drafts the deletion of a token secret. Its backup is made, and proven,
// when it is due: see package run.
func remove(ctx context.Context, c Cluster, i *Item) (*Draft, error) {
	o, err := read(ctx, c.Metadata, i.Target(), i.On)
	if err != nil {
		return nil, err
	}
	return &Draft{Request: Removal(i, o), Preview: []string{"- secret " + o.Namespace + "/" + o.Name}}, nil
}

// Removal is the deletion of exactly the object that was read.
func Removal(i *Item, o *wire.Object) wire.Request {
	return wire.Request{Verb: wire.Delete, On: i.Target(), UID: o.UID, ResourceVersion: o.ResourceVersion}
}

// Held says why a secret that was read is not the staged one any more; nil if
// it is.
func Held(i *Item, o *wire.Object) *Skip {
	if !o.Deleting.IsZero() {
		return skipf(SkipGone, "it is being deleted already%s", By(o))
	}
	s := pinned(i.On, o.UID, o.ResourceVersion, 0)
	if s != nil && s.Code == SkipChanged {
		s.Why += By(o)
	}
	return s
}

// LiveAccount gives the UID of a token's account; "" if there is none, or one
// with another UID than the token carries.
func LiveAccount(ctx context.Context, c Cluster, i *Item) (string, error) {
	if i.Account == "" {
		return "", nil
	}
	o, err := c.Metadata(ctx, i.AccountTarget())
	switch {
	case wire.CodeOf(err) == 404:
		return "", nil
	case err != nil:
		return "", err
	case !o.Deleting.IsZero() || i.AccountUID != "" && i.AccountUID != o.UID:
		return "", nil
	}
	return o.UID, nil
}
