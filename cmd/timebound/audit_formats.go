package main

import (
	"encoding/csv"
	"io"
	"strings"

	"timebound/model/document"
)

func writeAuditJSON(w io.Writer, d auditDocument, _ *auditOptions) error {
	return encodeDocument(document.NewJSON(w), d)
}

func writeAuditYAML(w io.Writer, d auditDocument, _ *auditOptions) error {
	return encodeDocument(document.NewYAML(w), d)
}

func encodeDocument(d document.Writer, v any) error {
	document.Encode(d, v)
	return d.Close()
}

var auditCSVTitles = []string{
	"class", "namespace", "token", "account", "origin", "agent", "title", "address", "pod", "node", "requests", "refused",
	"first", "last", "verbs", "resources", "namespaces", "reload", "staleSince",
}

// writeAuditCSV writes one line per caller; lists are separated by spaces.
func writeAuditCSV(w io.Writer, d auditDocument, o *auditOptions) error {
	out := csv.NewWriter(w)
	put := func(cells ...string) {
		for i := range cells {
			cells[i] = spreadsheetCell(cells[i])
		}
		_ = out.Write(cells) // Error tells
	}
	if !o.noHeaders {
		put(append([]string{}, auditCSVTitles...)...)
	}
	for _, part := range []struct {
		class string
		uses  []auditUse
	}{{"legacy", d.Tokens}, {"legacy", d.Accounts}, {"stale", d.Stale}, {"refused", d.Refused}} {
		for _, u := range part.uses {
			for _, c := range u.Callers {
				put(part.class, u.Namespace, u.Name, u.Account, u.Origin, c.Agent, c.Title, c.Address, c.Pod, c.Node, number(c.Requests), number(c.Refused),
					c.First, c.Last, strings.Join(c.Verbs, " "), strings.Join(c.Resources, " "), strings.Join(c.Namespaces, " "), c.Reload, c.StaleSince)
			}
		}
	}
	out.Flush()
	return out.Error()
}
