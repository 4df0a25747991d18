package plan

import (
	"fmt"
	"slices"
	"strings"

	"timebound/model"
)

// Judged is a token with its verdict. It is written as one line of text:
// "payments/ledger-token-7bbc idle".
type Judged struct {
	model.Key
	Verdict model.Verdict
}

// MarshalText gives the line.
func (j Judged) MarshalText() ([]byte, error) {
	return []byte(j.Key.String() + " " + j.Verdict.Slug()), nil
}

// UnmarshalText reads the line.
func (j *Judged) UnmarshalText(text []byte) error {
	s := string(text)
	space := strings.LastIndexByte(s, ' ')
	slash := strings.IndexByte(s, '/')
	if space < 0 || slash < 0 || slash > space {
		return fmt.Errorf("%q is no token with a verdict, such as payments/ledger-token idle", s)
	}
	verdict, known := model.ParseVerdict(s[space+1:])
	if !known {
		return fmt.Errorf("%q is no verdict", s[space+1:])
	}
	*j = Judged{model.Key{Namespace: s[:slash], Name: s[slash+1 : space]}, verdict}
	return nil
}

func judged(a *model.Assessment) []Judged {
	out := make([]Judged, len(a.Findings))
	for i, f := range a.Findings {
		out[i] = Judged{f.Token.Key, f.Verdict}
	}
	slices.SortFunc(out, func(x, y Judged) int { return x.Compare(y.Key) })
	return out
}
