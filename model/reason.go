package model

import "strings"

// Reason is one coded statement about a token or a cluster. The text is made
// when somebody reads it, so that a hundred thousand findings stay cheap.
type Reason struct {
	Code Code
	Args []string // fill the %s of the code's text, in order
}

// Code is a stable identifier, "TB-130", that scripts and documents may rely on.
type Code string

// Severity says how much a statement weighs.
type Severity uint8

// The severities.
const (
	SeverityInfo  Severity = iota // a plain fact
	SeverityDoubt                 // something was not seen
	SeverityWarn                  // needs a look before anything is done
	SeverityStop                  // do not touch
)

// String gives the word people read.
func (s Severity) String() string {
	return [...]string{"info", "doubt", "warning", "stop"}[s]
}

// CodeInfo is what a code means.
type CodeInfo struct {
	Code     Code
	Severity Severity
	Text     string // with one %s per argument
	Remedy   string // what to do; "" if there is nothing to do
}

// Text gives the statement in words.
func (r Reason) Text() string {
	return Fill(r.Code.Info().Text, r.Args...)
}

// Fill puts arguments into the %s of a text, in order. Too few leave the rest
// of the text out.
func Fill(text string, args ...string) string {
	if len(args) == 0 {
		return text
	}
	var b strings.Builder
	for {
		head, tail, found := strings.Cut(text, "%s")
		b.WriteString(head)
		if !found || len(args) == 0 {
			return b.String()
		}
		b.WriteString(args[0])
		args, text = args[1:], tail
	}
}

// Severity gives the weight of the statement.
func (r Reason) Severity() Severity { return r.Code.Info().Severity }

// Remedy gives what to do about it; "" if there is nothing to do.
func (r Reason) Remedy() string { return r.Code.Info().Remedy }

// Info looks the code up. A code that is not in the table gives an entry that
// says so, which a test forbids.
func (c Code) Info() CodeInfo {
	if i, ok := codeIndex[c]; ok {
		return codes[i]
	}
	return CodeInfo{Code: c, Text: "unknown code " + string(c)}
}

// Codes lists every code, in order.
func Codes() []CodeInfo { return codes }

var codeIndex = func() map[Code]int {
	index := make(map[Code]int, len(codes))
	for i, c := range codes {
		index[c.Code] = i
	}
	return index
}()
