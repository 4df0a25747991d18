package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	loading "timebound/k8s/power"
	"timebound/model"
	"timebound/model/document"
	"timebound/model/power"
	"timebound/plan/knowledge"
)

const powerLong = `Read who may do what, and list the tokens in the order in which to look at them: first
idle ones of cluster-admins and used ones from outside of the cluster, then by points.

Points are a sort order and no measurement. Their parts are shown: what the account may
do, by which binding, and how the token lives. Where callers are is known from audit logs
(--audit). Reading roles takes rights of its own: timebound rbac --for power.`

const powerExample = `  # What to look at first
  %[1]s power | head

  # Idle tokens alone, with the bindings that give them their power
  %[1]s power verdict:idle -o wide

  # Where people sit: these addresses count as outside of the cluster
  %[1]s power --audit /var/log/kubernetes/audit/ --outside 10.20.0.0/16`

// powerOptions are the flags of power.
type powerOptions struct {
	output          string
	noHeaders       bool
	strict          bool
	inside, outside []string

	query    model.Query
	networks power.Networks
}

// powerRow is a token with what its account may do.
type powerRow struct {
	Namespace string      `json:"namespace"`
	Name      string      `json:"name"`
	Account   string      `json:"account"`
	Verdict   string      `json:"verdict"`
	From      string      `json:"from"`
	Score     int         `json:"score"`
	AtLeast   bool        `json:"atLeast"`
	First     string      `json:"first"`
	Parts     []powerPart `json:"parts"`
	May       []powerMay  `json:"may"`

	score power.Score
	key   model.Key
}

type powerPart struct {
	Title  string `json:"title"`
	Points int    `json:"points"`
	Why    string `json:"why"`
}

type powerMay struct {
	Ability string   `json:"ability"`
	Title   string   `json:"title"`
	Where   string   `json:"where"`
	By      []string `json:"by"`
}

func newPower(set *settings, std streams, name string) *cobra.Command {
	o := &powerOptions{}
	cmd := &cobra.Command{
		Use:     "power [query…]",
		Short:   "List tokens by what their accounts may do",
		Long:    powerLong,
		Example: examples(powerExample, name),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.parse(args); err != nil {
				return usage(err)
			}
			if err := set.prepare(cmd); err != nil {
				return err
			}
			return o.run(cmd.Context(), set, std)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&o.output, "output", "o", "table", "Format: table, wide, json or yaml")
	flags.BoolVar(&o.noHeaders, "no-headers", false, "Leave the line with the column titles out (table, wide)")
	flags.BoolVar(&o.strict, "strict", false, "Exit with 4 if roles or bindings could not be read")
	flags.StringSliceVar(&o.inside, "inside", nil, "Networks whose addresses count as inside of the cluster: 10.20.0.0/16")
	flags.StringSliceVar(&o.outside, "outside", nil, "Networks whose addresses count as outside; public addresses do anyway")
	completeFlag(cmd, "output", powerFormats...)
	return cmd
}

var powerFormats = []string{"table", "wide", "json", "yaml"}

func (o *powerOptions) parse(args []string) (err error) {
	if !slices.Contains(powerFormats, o.output) {
		return fmt.Errorf("--output %q: %s", o.output, meant(o.output, powerFormats))
	}
	if o.query, err = model.ParseQuery(strings.Join(args, " ")); err != nil {
		return fmt.Errorf("query: %w", err)
	}
	if o.networks.Inside, err = parseNetworks("--inside", o.inside); err != nil {
		return err
	}
	o.networks.Outside, err = parseNetworks("--outside", o.outside)
	return err
}

func parseNetworks(flag string, words []string) (list []netip.Prefix, err error) {
	for _, word := range words {
		n, err := netip.ParsePrefix(strings.TrimSpace(word))
		if err != nil {
			return nil, fmt.Errorf("%s %q: wants a network, as in 10.20.0.0/16", flag, word)
		}
		list = append(list, n.Masked())
	}
	return list, nil
}

func (o *powerOptions) run(ctx context.Context, set *settings, std streams) error {
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
	if err != nil {
		meter.clear()
		return err
	}
	oldest, _ := inv.Cluster.Oldest()
	rules, more, err := loading.Load(ctx, src.session, oldest, meter.show)
	meter.clear()
	if err != nil {
		return err
	}
	writeProblems(std.err, slices.Concat(problems, more))
	a := model.Assess(inv, know, set.policy(src.now()))
	rows := o.rows(a, rules)
	if err := o.write(std.out, rows); err != nil {
		return fmt.Errorf("write the result: %w; it is not complete", err)
	}
	if o.strict && len(more) > 0 {
		return &outcome{exitIncomplete, errors.New("not all roles and bindings could be read, and --strict does not accept that")}
	}
	return nil
}

// rows scores the tokens that match, the first to look at first.
func (o *powerOptions) rows(a *model.Assessment, rules *power.Rules) []powerRow {
	known := map[model.Key]power.Power{}
	rows := []powerRow{}
	for _, f := range a.Findings {
		if !o.query.Empty() && (!o.query.MatchToken(f, a.Policy.AsOf) || !o.query.MatchWords(model.TokenText(f))) {
			continue
		}
		account := model.Key{Namespace: f.Token.Namespace, Name: f.Token.Account}
		p, met := known[account]
		if !met {
			p = rules.Of(account)
			known[account] = p
		}
		rows = append(rows, powerRowOf(f, &p, power.Rate(&p, f, o.networks)))
	}
	slices.SortStableFunc(rows, func(a, b powerRow) int {
		if c := a.score.Compare(b.score); c != 0 {
			return c
		}
		return a.key.Compare(b.key)
	})
	return rows
}

func powerRowOf(f *model.Finding, p *power.Power, s power.Score) powerRow {
	r := powerRow{
		Namespace: f.Token.Namespace, Name: f.Token.Name, Account: f.Token.Account, Verdict: f.Verdict.Slug(), From: f.From.String(),
		Score: s.Total, AtLeast: s.AtLeast, First: s.First, score: s, key: f.Token.Key,
	}
	for _, part := range s.Parts {
		r.Parts = append(r.Parts, powerPart{part.Title, part.Points, part.Why})
	}
	for _, g := range p.Grants {
		may := powerMay{Ability: g.Ability.Info().ID, Title: g.Ability.String(), Where: g.Where()}
		for _, e := range g.By {
			may.By = append(may.By, e.String())
		}
		r.May = append(r.May, may)
	}
	return r
}

func (o *powerOptions) write(w io.Writer, rows []powerRow) error {
	switch o.output {
	case "json":
		return encodeDocument(document.NewJSON(w), powerDocument{"timebound/v1", "Power", rows})
	case "yaml":
		return encodeDocument(document.NewYAML(w), powerDocument{"timebound/v1", "Power", rows})
	}
	titles := []string{"POINTS", "NAMESPACE", "TOKEN", "VERDICT", "FIRST BECAUSE"}
	if o.output == "table" {
		titles = append(titles, "PARTS")
	}
	var lines [][]string
	for _, r := range rows {
		points := fmt.Sprint(r.Score)
		if r.AtLeast {
			points = ">=" + points
		}
		line := []string{points, r.Namespace, r.Name, r.Verdict, orNone(r.First)}
		if o.output == "table" {
			line = append(line, partsText(r.Parts))
		}
		lines = append(lines, line)
	}
	if o.output == "table" {
		return writeTitled(w, titles, map[int]bool{0: true}, lines, o.noHeaders)
	}
	var columns strings.Builder
	if err := writeTitled(&columns, titles, map[int]bool{0: true}, lines, o.noHeaders); err != nil {
		return err
	}
	return withParts(w, columns.String(), rows, o.noHeaders)
}

// withParts puts under each token's line what its points are made of.
func withParts(w io.Writer, columns string, rows []powerRow, noHeaders bool) error {
	out := bufio.NewWriter(w)
	next := 0
	for line := range strings.Lines(columns) {
		_, _ = out.WriteString(line) // Flush tells
		if !noHeaders {
			noHeaders = true
			continue
		}
		for _, part := range rows[next].Parts {
			fmt.Fprintf(out, "  %+4d  %s: %s\n", part.Points, model.Printable(part.Title), model.Printable(part.Why))
		}
		next++
	}
	return out.Flush()
}

// powerDocument is what power prints as JSON and YAML.
type powerDocument struct {
	APIVersion string     `json:"apiVersion"`
	Kind       string     `json:"kind"`
	Tokens     []powerRow `json:"tokens"`
}

func partsText(parts []powerPart) string {
	if len(parts) == 0 {
		return none
	}
	var words []string
	for _, p := range parts {
		if p.Points != 0 {
			words = append(words, fmt.Sprintf("%s %+d", p.Title, p.Points))
		}
	}
	return strings.Join(words, ", ")
}
