package main

import (
	"context"
	"fmt"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/journal"
	"timebound/plan/knowledge"
	"timebound/plan/run"
)

// issuedTokens are the bound tokens that were issued from here on the cluster that
// the flags name: their ids, with the account of each. The journals of the runs say
// so.
func issuedTokens(ctx context.Context, set *settings) (map[string]model.Key, error) {
	know, err := knowledge.Load()
	if err != nil {
		return nil, err
	}
	src, err := openSource(set, know, pluginsMayAsk)
	if err != nil {
		return nil, err
	}
	defer src.close()
	identity, err := src.session.Hand().Identity(ctx)
	if err != nil {
		return nil, err
	}
	store, err := openJournal(set, identity)
	if err != nil {
		return nil, err
	}
	return issuedIn(store)
}

func issuedIn(store *journal.Store) (map[string]model.Key, error) {
	summaries, err := store.Runs()
	if err != nil {
		return nil, err
	}
	issued := map[string]model.Key{}
	for _, s := range summaries {
		h, err := run.Read(store, s.ID)
		if err != nil {
			return nil, fmt.Errorf("read which tokens were issued: %w; timebound runs show %s tells more", err, s.ID)
		}
		for _, r := range h.Results {
			if r.Item.Kind == plan.Issue && r.Outcome.Credential != "" {
				for _, id := range trimCredentials([]string{r.Outcome.Credential}) {
					issued[id] = model.Key{Namespace: r.Item.On.Namespace, Name: r.Item.Account}
				}
			}
		}
	}
	return issued, nil
}
