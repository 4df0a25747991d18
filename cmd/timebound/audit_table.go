package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// tableCallers is how many callers of a token the table shows; wide shows all.
const tableCallers = 5

var callerTitles = []string{"REQUESTS", "LAST (UTC)", "USED BY", "ADDRESS", "DOES"}

// auditPart is one of the tables that audit prints for people.
type auditPart struct {
	heading string
	titles  []string // before those of callers
	uses    []auditUse
	cells   func(auditUse) []string
}

// writeAuditTable writes one line per caller, most callers of each token at most
// (0: all), so that every line can be found by itself.
func writeAuditTable(w io.Writer, d auditDocument, most int, noHeaders bool) error {
	named := func(u auditUse) []string { return []string{u.Namespace, u.Name, u.Origin} }
	account := func(u auditUse) []string { return []string{u.Namespace, u.Account} }
	parts := []auditPart{
		{"LONG-LIVED TOKENS", []string{"NAMESPACE", "TOKEN", "ORIGIN"}, d.Tokens, named},
		{"ONE OF AN ACCOUNT'S LONG-LIVED TOKENS (API servers before 1.29 do not say which)", []string{"NAMESPACE", "ACCOUNT"}, d.Accounts, account},
		{"STALE BOUND TOKENS (their holders do not read the token file again)", []string{"NAMESPACE", "ACCOUNT"}, d.Stale, account},
		{"REFUSED (401; the log does not say whose token it was)", nil, d.Refused, func(auditUse) []string { return nil }},
	}
	first := true
	begin := func(heading string) {
		if noHeaders {
			return
		}
		if !first {
			fmt.Fprintln(w)
		}
		first = false
		fmt.Fprintln(w, heading)
	}
	for _, p := range parts {
		if len(p.uses) == 0 {
			continue
		}
		begin(p.heading)
		if err := p.write(w, most, noHeaders); err != nil {
			return err
		}
	}
	if len(d.Credentials) > 0 {
		begin("BOUND TOKENS THAT WERE ASKED FOR, BY THEIR ID")
		if err := writeCredentials(w, d.Credentials, noHeaders); err != nil {
			return err
		}
	}
	if len(d.Reviewers) > 0 {
		begin("WHO HAS TOKENS CHECKED BY TOKENREVIEW (uses that no log attributes)")
		return writeReviewers(w, d.Reviewers, noHeaders)
	}
	return nil
}

func (p *auditPart) write(w io.Writer, most int, noHeaders bool) error {
	titles := append(append([]string{}, p.titles...), callerTitles...)
	requests := len(p.titles)
	var rows [][]string
	for _, u := range p.uses {
		for i, c := range u.Callers {
			if most > 0 && i == most && len(u.Callers) > most {
				rest := uint64(0)
				for _, c := range u.Callers[i:] {
					rest += c.Requests
				}
				rows = append(rows, append(p.cells(u), number(rest), "", fmt.Sprintf("%d more callers (-o wide)", len(u.Callers)-most), "", ""))
				break
			}
			rows = append(rows, append(p.cells(u), number(c.Requests), minute(c.Last), callerText(c), placeText(c), doesText(c)))
		}
	}
	return writeTitled(w, titles, map[int]bool{requests: true}, rows, noHeaders)
}

func writeTitled(w io.Writer, titles []string, right map[int]bool, rows [][]string, noHeaders bool) error {
	if noHeaders {
		titles = make([]string, len(titles))
	}
	return writeColumns(w, titles, right, rows)
}

func writeCredentials(w io.Writer, list []auditCredential, noHeaders bool) error {
	var rows [][]string
	for _, c := range list {
		who, requests := "nobody presented it in these logs", none
		switch {
		case c.Requests == nil:
			who = "not counted: --credential " + c.ID
		case *c.Requests == 0:
			requests = number(0)
		default:
			requests = number(*c.Requests)
			who = callerText(c.Callers[0]) + " at " + placeText(c.Callers[0])
			if more := len(c.Callers) - 1; more > 0 {
				who += fmt.Sprintf(" and %d more", more)
			}
		}
		rows = append(rows, []string{orNone(c.Namespace), orNone(c.Account), c.ID, orNone(minute(c.Issued)), orNone(c.IssuedBy), requests, who})
	}
	return writeTitled(w, []string{"NAMESPACE", "ACCOUNT", "ID", "ISSUED (UTC)", "TO", "REQUESTS", "PRESENTED BY"}, map[int]bool{5: true}, rows, noHeaders)
}

func writeReviewers(w io.Writer, list []auditReviewer, noHeaders bool) error {
	var rows [][]string
	for _, r := range list {
		rows = append(rows, []string{r.User, r.Agent, number(r.Requests), minute(r.Last)})
	}
	return writeTitled(w, []string{"USER", "AGENT", "REQUESTS", "LAST (UTC)"}, map[int]bool{2: true}, rows, noHeaders)
}

func callerText(c auditCaller) string { return c.Title }

// placeText says where a caller is: its pod, if the token tells, and its address.
func placeText(c auditCaller) string {
	if c.Pod != "" {
		return "pod " + c.Pod + " (" + c.Address + ")"
	}
	return orNone(c.Address)
}

// doesText says what a caller does, in few words: "get, list pods, secrets in
// payments".
func doesText(c auditCaller) string {
	text := few(c.Verbs, 3) + " " + few(c.Resources, 3)
	switch {
	case len(c.Namespaces) == 1 && c.Namespaces[0] == "":
	case len(c.Namespaces) == 1:
		text += " in " + c.Namespaces[0]
	case len(c.Namespaces) > 1:
		text += fmt.Sprintf(" in %d namespaces", len(c.Namespaces))
	}
	return strings.TrimSpace(text)
}

func few(list []string, most int) string {
	if more := len(list) - most; more > 0 {
		return strings.Join(list[:most], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(list, ", ")
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

// minute cuts a time of RFC 3339 to what a table shows.
func minute(stamp string) string {
	if len(stamp) < len("2006-01-02T15:04") {
		return stamp
	}
	return strings.Replace(stamp[:len("2006-01-02T15:04")], "T", " ", 1)
}
