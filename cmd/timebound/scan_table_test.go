package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"timebound/model"
	"timebound/model/document"
	"timebound/ui/theme"
)

// reportOf judges tokens that nothing in the cluster points at.
func reportOf(tokens ...*model.Token) report {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	whole := model.KindCoverage{State: model.CoverageComplete, Started: now}
	kinds := map[model.ObjectKind]model.KindCoverage{}
	for _, kind := range append(model.TemplateKinds(), model.KindTokens, model.KindAccounts, model.KindPods) {
		kinds[kind] = whole
	}
	inv := &model.Inventory{Tokens: tokens, Coverage: model.Coverage{Kinds: kinds}, Taken: now}
	inv.Cluster.Servers = []model.ServerVersion{{Version: model.Version{Minor: 30, Git: "v1.30.0"}, Answers: 1}}
	inv.Cluster.Tracking = model.Tracking{State: model.TrackingPresent, Since: model.NewDayLabel("2024-01-01")}
	a := model.Assess(inv, model.Knowledge{}, model.DefaultPolicy(now))
	return report{assessment: a, findings: a.Findings}
}

func token(name, account, used string) *model.Token {
	return &model.Token{
		Key: model.Key{Namespace: "ns", Name: name}, Account: account, LastUsed: model.NewDayLabel(used),
		Created: time.Date(2024, 2, 3, 0, 0, 0, 0, time.UTC),
	}
}

// Names are checked by the API server; annotations and labels of a dump or an
// odd server are not.
var hostile = []*model.Token{
	token("plain", "app", "2026-11-01"),
	token("escape", "\x1b[2Jgone\x1b]0;title\x07", "\x1b[31m"),
	token("bidi", "\u202eevil\u2066", ""),
	token("wide", "日本語アカウント", "2026-01-01"),
	token("combining", "e\u0301e\u0301", "not-a-day"),
	token("broken", "\xff\xfe", ""),
	token("lines", "a\nb\tc\rd", ""),
	token("formula", "=cmd|' /C calc'!A0", ""),
	token("c1", "\u009b31mred", ""),
}

func TestTableIsAlignedAndSafe(t *testing.T) {
	for _, columns := range [][]tableColumn{tableColumns, wideColumns} {
		for _, colour := range []bool{false, true} {
			var out bytes.Buffer
			if err := writeTable(&out, reportOf(hostile...), columns, false, colour); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			if len(lines) != len(hostile)+1 {
				t.Fatalf("%d lines for %d tokens:\n%s", len(lines), len(hostile), out.String())
			}
			plain := theme.Plain(lines[0])
			at := theme.Width(plain[:strings.Index(plain, "VERDICT")])
			for _, line := range lines[1:] {
				text := theme.Plain(line)
				if !colour && text != line {
					t.Errorf("escapes without colour: %q", line)
				}
				if model.Printable(text) != text {
					t.Errorf("reaches the terminal raw: %q", line)
				}
				if i := strings.LastIndex(text, "dead"); columns[len(columns)-1].title == "VERDICT" && theme.Width(text[:i]) != at {
					t.Errorf("VERDICT is at cell %d, its title at %d: %q", theme.Width(text[:i]), at, text)
				}
			}
		}
	}
}

func TestLastUsedSaysNeverOnlyWhereUsesAreRecorded(t *testing.T) {
	watched := reportOf(token("a", "app", ""))
	if got := lastUsedCell(watched.findings[0], 0); got != "never" {
		t.Errorf("recorded: %q", got)
	}
	inv := *watched.assessment.Inventory
	inv.Cluster.Tracking = model.Tracking{State: model.TrackingUnreadable}
	a := model.Assess(&inv, model.Knowledge{}, watched.assessment.Policy)
	if got := lastUsedCell(a.Findings[0], 0); got != "unknown" {
		t.Errorf("not known whether recorded: %q", got)
	}
}

func TestEveryFormatIsSafeFromHostileStrings(t *testing.T) {
	for name, format := range formats {
		var out bytes.Buffer
		if err := format(&out, reportOf(hostile...), &scanOptions{}, false); err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(out.String(), "\n") {
			if model.Printable(line) != line {
				t.Errorf("%s reaches the terminal raw: %q", name, line)
			}
		}
	}
}

func manyTokens() report {
	tokens := make([]*model.Token, 20_000)
	for i := range tokens {
		tokens[i] = token(fmt.Sprintf("app-%05d-token-x7k2p", i), fmt.Sprintf("app-%05d", i), "2026-03-01")
	}
	return reportOf(tokens...)
}

func BenchmarkFormats(b *testing.B) {
	r := manyTokens()
	for _, name := range formatNames() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var size countingWriter
				if err := formats[name](&size, r, &scanOptions{}, false); err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(size))
			}
		})
	}
}

type countingWriter int

func (w *countingWriter) Write(p []byte) (int, error) {
	*w += countingWriter(len(p))
	return len(p), nil
}

// The document must not be built in memory: what is written arrives piece by
// piece, and the biggest piece is one buffer.
func TestJSONIsStreamed(t *testing.T) {
	largest := 0
	writes := writerFunc(func(p []byte) (int, error) {
		largest = max(largest, len(p))
		return len(p), nil
	})
	if err := writeScan(document.NewJSON(writes), manyTokens()); err != nil {
		t.Fatal(err)
	}
	if largest > 2*document.BufferSize {
		t.Errorf("one write of %d bytes", largest)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

var _ io.Writer = writerFunc(nil)
