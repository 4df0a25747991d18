package run

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"timebound/model/wire"
	"timebound/plan/change"
)

// transmit sends a change that an intent is written for.
func (r *Run) transmit(ctx context.Context, t *tracked, d *draft) (Outcome, error) {
	c := r.engine.Cluster
	switch {
	case t.item.Issues():
		return r.issue(ctx, t)
	case d.sealed:
		data, err := r.unseal(t.item)
		if err != nil {
			return Outcome{}, err
		}
		defer wipe(data)
		o, err := c.SendWith(ctx, d.Request, data)
		if err != nil {
			return Outcome{}, err
		}
		return r.left(t, o, false), nil
	}
	o, err := c.Send(ctx, d.Request)
	if err != nil {
		return Outcome{}, err
	}
	return r.left(t, o, false), nil
}

// wipe overwrites bytes that are not needed any more.
func wipe(data map[string][]byte) {
	for _, value := range data {
		clear(value)
	}
}

// issue asks for a bound token and hands it over. It is in no record: only the
// file's name, the end and the token's id are.
func (r *Run) issue(ctx context.Context, t *tracked) (Outcome, error) {
	if r.options.HandOver == nil {
		return Outcome{State: Skipped, Code: string(change.SkipRefused), Why: "nobody said where to keep the token"}, nil
	}
	o := Outcome{State: Done}
	err := r.engine.Cluster.Issue(ctx, t.item.AccountTarget(), change.Wish(t.item, t.item.AccountUID), func(issued wire.Issued) error {
		file, err := r.options.HandOver(t.item, issued)
		if err != nil {
			return fmt.Errorf("keep the token: %w; it ends by itself at %s", err, issued.Expires.UTC().Format("2006-01-02 15:04 UTC"))
		}
		o.File, o.Expires, o.Credential = file, issued.Expires, credentialOf(issued.Token)
		return nil
	})
	return o, err
}

// credentialOf gives the id of a bound token, its claim jti: audit logs name the
// token by it from 1.30 on. "" if it has none.
func credentialOf(token []byte) string {
	parts := strings.Split(string(token), ".")
	if len(parts) != 3 {
		return ""
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return ""
	}
	var claims struct {
		ID string `json:"jti"`
	}
	if json.Unmarshal(text, &claims) != nil || claims.ID == "" {
		return ""
	}
	return "JTI=" + claims.ID
}
