package main

import (
	"encoding/json"
	"fmt"
	"time"

	"timebound/k8s/audit/auditlog"
	"timebound/model"
	"timebound/model/usage"
)

// document is as much of "timebound audit -o json" as is checked.
type document struct {
	Tokens, Accounts, Stale, Refused []reported
}

type reported struct {
	Namespace, Name, Account string
	First, Last              time.Time
	Requests                 uint64
}

// check holds what the product says against what is in the log, token by token,
// and gives the number of requests with legacy or stale tokens.
func check(out []byte, truth auditlog.Truth) (int64, error) {
	var d document
	if err := json.Unmarshal(out, &d); err != nil {
		return 0, fmt.Errorf("read the result of timebound audit: %w", err)
	}
	var found int64
	if len(d.Tokens) != len(truth.Legacy) || len(d.Stale) != len(truth.Stale) || len(d.Accounts) > 0 {
		return 0, fmt.Errorf("timebound found %d tokens, %d stale accounts and %d uses without a token; there are %d, %d and 0",
			len(d.Tokens), len(d.Stale), len(d.Accounts), len(truth.Legacy), len(truth.Stale))
	}
	for _, r := range d.Tokens {
		name := auditlog.Token{Account: model.Key{Namespace: r.Namespace, Name: r.Account}, Secret: r.Name}
		if err := same(r, truth.Legacy[name]); err != nil {
			return 0, err
		}
		found += int64(r.Requests)
	}
	for _, r := range d.Stale {
		if err := same(r, truth.Stale[model.Key{Namespace: r.Namespace, Name: r.Account}]); err != nil {
			return 0, err
		}
		found += int64(r.Requests)
	}
	var refused uint64
	for _, r := range d.Refused {
		refused += r.Requests
	}
	if refused != truth.Refused.Requests {
		return 0, fmt.Errorf("timebound found %d refused requests, there are %d", refused, truth.Refused.Requests)
	}
	return found, nil
}

// same compares to the second, which is what is printed.
func same(r reported, use *auditlog.Use) error {
	if use == nil {
		return fmt.Errorf("timebound invented %+v", r)
	}
	second := func(at usage.Micros) time.Time { return time.UnixMicro(int64(at)).UTC().Truncate(time.Second) }
	if r.Requests != use.Requests || !r.First.Truncate(time.Second).Equal(second(use.First)) || !r.Last.Truncate(time.Second).Equal(second(use.Last)) {
		return fmt.Errorf("timebound found %+v; there are %d requests from %s to %s", r, use.Requests, second(use.First), second(use.Last))
	}
	return nil
}
