package main

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"timebound/model"
)

var csvTitles = []string{
	"namespace", "name", "uid", "account", "accountUID", "origin", "created", "lastUsed", "invalidSince",
	"references", "verdict", "codes", "reason", "blindSpots", "from", "requests", "usedBy",
}

// writeCSV writes one line per token, for spreadsheets. References is their
// number, codes and blindSpots are codes separated by spaces, reason is the
// text of the first code.
func writeCSV(w io.Writer, r report, noHeaders bool) error {
	out := csv.NewWriter(w)
	if !noHeaders {
		if err := out.Write(csvTitles); err != nil {
			return err
		}
	}
	record := make([]string, 0, len(csvTitles))
	for _, f := range r.findings {
		t := f.Token
		reason := ""
		if len(f.Reasons) > 0 {
			reason = f.Reasons[0].Text()
		}
		record = append(record[:0],
			t.Namespace, t.Name, t.UID, t.Account, t.AccountUID, f.Origin.String(), timeText(t.Created),
			t.LastUsed.Raw, t.InvalidSince.Raw, strconv.Itoa(f.Referrers), f.Verdict.Slug(),
			codeList(f.Reasons), reason, codeList(f.BlindSpots), f.From.String(), requestsText(f), usedByText(f))
		for i, cell := range record {
			record[i] = spreadsheetCell(cell)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// requestsText counts the requests that audit logs show; "" if they show none.
func requestsText(f *model.Finding) string {
	if f.Use == nil {
		return ""
	}
	return strconv.FormatUint(f.Use.Requests, 10)
}

// usedByText names the busiest caller and counts the others; "" if none is known.
func usedByText(f *model.Finding) string {
	if f.Use == nil {
		return ""
	}
	return f.Use.Who()
}

func codeList(reasons []model.Reason) string {
	codes := make([]string, len(reasons))
	for i, r := range reasons {
		codes[i] = string(r.Code)
	}
	return strings.Join(codes, " ")
}

// spreadsheetCell makes a cell safe to open: what does not show is escaped,
// and text that a spreadsheet would run as a formula gets an apostrophe in
// front. Kubernetes' own names never begin like one; annotations, which
// anybody may write, can.
func spreadsheetCell(s string) string {
	s = model.Printable(s)
	if s != "" && strings.ContainsRune("=+-@|", rune(s[0])) {
		return "'" + s
	}
	return s
}
