package main

import (
	"fmt"
	"path"
	"strings"

	"timebound/model"
)

// auditChoice says of which tokens and accounts audit tells; the zero value of
// all.
type auditChoice struct {
	tokens, accounts []model.Key // patterns
	// credentials are the ids of bound tokens that were asked about.
	credentials []string
	// issued gives the accounts of those that were issued from here.
	issued map[string]model.Key
}

func parseChoice(tokens, accounts []string) (auditChoice, error) {
	var c auditChoice
	for _, part := range []struct {
		flag  string
		words []string
		keys  *[]model.Key
	}{{"--token", tokens, &c.tokens}, {"--account", accounts, &c.accounts}} {
		for _, word := range part.words {
			namespace, name, whole := strings.Cut(strings.TrimSpace(word), "/")
			if !whole || namespace == "" || name == "" || strings.Contains(name, "/") {
				return c, fmt.Errorf("%s %q: wants namespace/name", part.flag, word)
			}
			for _, pattern := range []string{namespace, name} {
				if _, err := path.Match(pattern, ""); err != nil {
					return c, fmt.Errorf("%s %q: %w", part.flag, word, err)
				}
			}
			*part.keys = append(*part.keys, model.Key{Namespace: namespace, Name: name})
		}
	}
	return c, nil
}

// all says that nothing was left out.
func (c auditChoice) all() bool { return len(c.tokens)+len(c.accounts) == 0 }

// token says whether a token of an account was chosen.
func (c auditChoice) token(token, account model.Key) bool {
	return c.all() || anyKey(c.tokens, token) || anyKey(c.accounts, account)
}

// account says whether an account was chosen. Whoever asks for a token by name
// gets what is told of accounts only if it may be of that token, which the logs
// cannot say: it is left out, and a note tells so.
func (c auditChoice) account(account model.Key) bool {
	return c.all() || anyKey(c.accounts, account)
}

func anyKey(patterns []model.Key, k model.Key) bool {
	for _, p := range patterns {
		namespace, _ := path.Match(p.Namespace, k.Namespace)
		name, _ := path.Match(p.Name, k.Name)
		if namespace && name {
			return true
		}
	}
	return false
}
