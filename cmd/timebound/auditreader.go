package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"timebound/k8s"
	"timebound/k8s/audit"
	"timebound/model"
	sums "timebound/model/usage"
	"timebound/ui"
)

// auditReader reads audit logs for the dashboard and makes what they tell a part of
// what is known of the cluster.
type auditReader struct {
	session *k8s.Session

	mu  sync.Mutex
	sum *sums.Summary // of all that was read so far
}

// Read reads what paths name. A further reading adds to the ones before it; one that
// holds a log that was read before takes their place.
func (r *auditReader) Read(ctx context.Context, paths string, progress func(ui.AuditProgress)) (ui.AuditSummary, error) {
	words, err := splitPaths(paths)
	if err != nil {
		return ui.AuditSummary{}, err
	}
	for _, word := range words {
		if word == "-" {
			return ui.AuditSummary{}, fmt.Errorf("the dashboard reads keys from stdin; give a file, or timebound audit - --save FILE and then that FILE")
		}
	}
	bytes := int64(0)
	got, err := readAudit(ctx, words, strings.NewReader(""), audit.Options{Progress: func(read, total int64) {
		bytes = read
		progress(ui.AuditProgress{Bytes: read, Size: total})
	}})
	if err != nil {
		return ui.AuditSummary{}, err
	}
	out := summaryFor(got, bytes)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sum != nil {
		if twice := sums.Overlap(r.sum, got.sum); len(twice) == 0 {
			got.sum.Merge(r.sum)
		} else {
			out.Problems = append(out.Problems, model.Problem{
				What: "what was read before is dropped", Why: "it holds the log " + twice[0] + " as well, which would count twice", Remedy: "name all logs at once to have them together",
			})
		}
	}
	r.sum = got.sum
	r.session.SetUsage(r.sum.Usage())
	return out, nil
}

func summaryFor(got *auditRead, bytes int64) ui.AuditSummary {
	u := got.sum.Usage()
	out := ui.AuditSummary{Files: got.files, Bytes: bytes, Tokens: len(u.Tokens) + len(u.Accounts)}
	for _, uses := range []map[model.Key]*model.TokenUse{u.Tokens, u.Accounts} {
		for _, use := range uses {
			out.Uses += use.Requests
			out.Callers += len(use.Callers)
		}
	}
	out.From, out.Until, _ = u.Span()
	for _, server := range u.Covered {
		out.Gaps += max(0, len(server.Spans)-1)
	}
	for _, t := range got.troubles {
		if t.Hides() {
			out.Problems = append(out.Problems, model.Problem{What: "an audit log was not read", Why: t.Error()})
		}
	}
	for _, t := range got.report.Troubles {
		out.Problems = append(out.Problems, model.Problem{What: "an audit log was not read to its end", Why: t.Source + ": " + t.Err.Error()})
	}
	return out
}

// splitPaths cuts what was typed into paths at spaces, as a shell does: quotes and
// backslashes keep them, ~ is the home folder. Patterns are left for the reader.
func splitPaths(typed string) ([]string, error) {
	var words []string
	var word strings.Builder
	within, quote, escaped := false, rune(0), false
	end := func() {
		if within {
			words = append(words, atHome(word.String()))
		}
		word.Reset()
		within = false
	}
	for _, c := range typed {
		switch {
		case escaped:
			word.WriteRune(c)
			escaped = false
		case c == '\\' && quote != '\'' && filepath.Separator == '/':
			escaped, within = true, true
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, within = c, true
		case quote == 0 && (c == ' ' || c == '\t'):
			end()
		default:
			word.WriteRune(c)
			within = true
		}
	}
	if quote != 0 || escaped {
		return nil, fmt.Errorf("a quote is not closed; type it again")
	}
	end()
	if len(words) == 0 {
		return nil, fmt.Errorf("no path was given; name a file or a folder with audit logs")
	}
	return words, nil
}

func atHome(path string) string {
	rest, home := strings.CutPrefix(path, "~")
	if !home || rest != "" && rest[0] != '/' && rest[0] != filepath.Separator {
		return path
	}
	folder, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return folder + rest
}

// quotedPaths writes paths so that splitPaths gives them back.
func quotedPaths(paths []string) string {
	quoted := make([]string, len(paths))
	for i, p := range paths {
		quoted[i] = "'" + strings.ReplaceAll(p, "'", `'"'"'`) + "'"
	}
	return strings.Join(quoted, " ")
}
