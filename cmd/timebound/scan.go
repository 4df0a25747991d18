package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"timebound/model"
	"timebound/model/document"
	"timebound/plan/knowledge"
)

const scanLong = `Read every long-lived service account token once, judge it, and print the result.

The query narrows what is shown. Words match namespace, name and account;
key:value terms match a field: ` + "`verdict:idle ns:team-* idle:>90d !origin:manual`" + `.
A term that is to be turned round takes ! in front.

The result goes to stdout, notes and progress go to stderr.`

const scanExample = `  # All tokens
  %[1]s scan

  # Idle tokens of the payment teams, least recently used first
  %[1]s scan verdict:idle 'ns:pay*' --sort used

  # What will be idle by the first of May?
  %[1]s scan --as-of 2027-05-01 --verdict idle

  # Fail a pipeline while there are tokens to clean up
  %[1]s scan --fail-on idle,dead --strict -o name`

// scanOptions are the flags of scan, as given and as understood.
type scanOptions struct {
	output    string
	verdicts  []string
	origins   []string
	sort      string
	failOn    []string
	strict    bool
	noHeaders bool

	query     model.Query
	order     []model.SortKey
	verdict   map[model.Verdict]bool
	origin    map[model.Origin]bool
	failing   map[model.Verdict]bool
	formatter formatter
}

// formatter writes a report in one format.
type formatter func(w io.Writer, r report, o *scanOptions, colour bool) error

// formats are the output formats of scan.
var formats = map[string]formatter{
	"table": func(w io.Writer, r report, o *scanOptions, colour bool) error {
		return writeTable(w, r, tableColumns, o.noHeaders, colour)
	},
	"wide": func(w io.Writer, r report, o *scanOptions, colour bool) error {
		return writeTable(w, r, wideColumns, o.noHeaders, colour)
	},
	"json": func(w io.Writer, r report, _ *scanOptions, _ bool) error { return writeScan(document.NewJSON(w), r) },
	"yaml": func(w io.Writer, r report, _ *scanOptions, _ bool) error { return writeScan(document.NewYAML(w), r) },
	"csv":  func(w io.Writer, r report, o *scanOptions, _ bool) error { return writeCSV(w, r, o.noHeaders) },
	"name": func(w io.Writer, r report, _ *scanOptions, _ bool) error { return writeNames(w, r) },
}

func newScan(set *settings, std streams, name string) *cobra.Command {
	o := &scanOptions{}
	cmd := &cobra.Command{
		Use:     "scan [query…]",
		Short:   "Read and judge every token once, and print the result",
		Long:    scanLong,
		Example: examples(scanExample, name),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.parse(args); err != nil {
				return usage(err)
			}
			if err := set.prepare(cmd); err != nil {
				return err
			}
			return scan(cmd.Context(), set, std, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&o.output, "output", "o", "table", "Format: table, wide, json, yaml, csv or name")
	flags.StringSliceVar(&o.verdicts, "verdict", nil, "Show tokens with one of these verdicts only")
	flags.StringSliceVar(&o.origins, "origin", nil, "Show tokens of one of these origins only: auto, manual, unknown")
	flags.StringVar(&o.sort, "sort", "", "Columns to sort by, - in front for descending: -used,namespace")
	flags.StringSliceVar(&o.failOn, "fail-on", nil, "Exit with 3 if a shown token has one of these verdicts, or any")
	flags.BoolVar(&o.strict, "strict", false, "Exit with 4 if something could not be read")
	flags.BoolVar(&o.noHeaders, "no-headers", false, "Leave the line with the column titles out (table, wide, csv)")
	completeScan(cmd)
	return cmd
}

// parse understands the flags before anything is asked of a cluster.
func (o *scanOptions) parse(args []string) error {
	var err error
	if o.formatter = formats[o.output]; o.formatter == nil {
		return fmt.Errorf("--output %q: %s", o.output, meant(o.output, formatNames()))
	}
	if o.query, err = model.ParseQuery(strings.Join(args, " ")); err != nil {
		return fmt.Errorf("query: %w", err)
	}
	if o.order, err = model.ParseSort(o.sort); err != nil {
		return fmt.Errorf("--sort: %w", err)
	}
	if o.verdict, err = verdictSet("--verdict", o.verdicts, false); err != nil {
		return err
	}
	if o.failing, err = verdictSet("--fail-on", o.failOn, true); err != nil {
		return err
	}
	for _, word := range o.origins {
		origin, ok := model.ParseOrigin(strings.TrimSpace(word))
		if !ok {
			return fmt.Errorf("--origin: no origin %q; %s", word, meant(word, originNames()))
		}
		if o.origin == nil {
			o.origin = map[model.Origin]bool{}
		}
		o.origin[origin] = true
	}
	return nil
}

// verdictSet reads verdict words; nil if there are none.
func verdictSet(flag string, words []string, anyToo bool) (map[model.Verdict]bool, error) {
	var set map[model.Verdict]bool
	add := func(v model.Verdict) {
		if set == nil {
			set = map[model.Verdict]bool{}
		}
		set[v] = true
	}
	for _, word := range words {
		word = strings.TrimSpace(word)
		if word == "any" && anyToo {
			for v := range model.VerdictCount {
				add(model.Verdict(v))
			}
			continue
		}
		v, ok := model.ParseVerdict(word)
		if !ok {
			return nil, fmt.Errorf("%s: no verdict %q; %s", flag, word, meant(word, verdictNames()))
		}
		add(v)
	}
	return set, nil
}

// scanGCPercent trades a little time for memory: a scan allocates what it
// keeps and little else, so the default of 100 would double its peak.
const scanGCPercent = 75

func scan(ctx context.Context, set *settings, std streams, o *scanOptions) error {
	defer debug.SetGCPercent(debug.SetGCPercent(scanGCPercent))
	know, err := knowledge.Load()
	if err != nil {
		return err
	}
	src, err := openSource(set, know, pluginsMayAsk)
	if err != nil {
		return err
	}
	defer src.close()
	if err := joinAudit(ctx, set, src, std); err != nil {
		return err
	}
	meter := newMeter(std.err)
	inv, problems, err := src.session.Load(ctx, meter.show)
	meter.clear()
	if err != nil {
		return err
	}
	a := model.Assess(inv, know, set.policy(src.now()))
	r := report{assessment: a, findings: o.choose(a), problems: problems, incomplete: shortfallsOf(inv, problems)}
	if err := o.formatter(std.out, r, o, colourful(std.out, set.noColor)); err != nil {
		return fmt.Errorf("write the result: %w; it is not complete", err)
	}
	set.log.Info("scan", "cluster", clusterName(inv.Cluster), "tokens", len(inv.Tokens), "shown", len(r.findings), "incomplete", len(r.incomplete))
	writeNotes(std.err, r, o)
	return o.judge(r)
}

// choose filters and sorts.
func (o *scanOptions) choose(a *model.Assessment) []*model.Finding {
	var chosen []*model.Finding
	for _, f := range a.Findings {
		if o.verdict != nil && !o.verdict[f.Verdict] || o.origin != nil && !o.origin[f.Origin] {
			continue
		}
		if !o.query.Empty() && (!o.query.MatchToken(f, a.Policy.AsOf) || !o.query.MatchWords(model.TokenText(f))) {
			continue
		}
		chosen = append(chosen, f)
	}
	model.SortTokens(chosen, o.order)
	return chosen
}

// judge turns what was found into an exit code.
func (o *scanOptions) judge(r report) error {
	if o.strict && len(r.incomplete) > 0 {
		return &outcome{exitIncomplete, errors.New("the data is incomplete, and --strict does not accept that")}
	}
	var found []string
	for v, n := range countVerdicts(r.findings) {
		if n > 0 && o.failing[model.Verdict(v)] {
			found = append(found, fmt.Sprintf("%d %s", n, model.Verdict(v)))
		}
	}
	if len(found) > 0 {
		return &outcome{exitFindings, errors.New("findings: " + strings.Join(found, ", ") + " (--fail-on)")}
	}
	return nil
}

func formatNames() []string { return sortedKeys(formats) }

func verdictNames() []string {
	names := make([]string, model.VerdictCount)
	for v := range names {
		names[v] = model.Verdict(v).Slug()
	}
	return names
}

func originNames() []string {
	names := make([]string, model.OriginCount)
	for i := range names {
		names[i] = model.Origin(i).Short()
	}
	slices.Sort(names)
	return names
}
