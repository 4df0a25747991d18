package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"timebound/k8s/audit/query"
	"timebound/model"
	sums "timebound/model/usage"
)

const auditQueryLong = `Print the query that finds in a log store what reading the log would tell: the store
scans, and only rows come back. timebound audit import adds them up.

With --ask coverage the query asks which time the log covers and what of it cannot be
used; without that, silence means little. Import both results together.

What an engine cannot give stands at the top of its query.`

const auditQueryExample = `  # EKS: in the console, or aws logs start-query --query-string
  %[1]s audit query --engine cloudwatch-insights --cluster prod

  # BigQuery, two months
  %[1]s audit query --engine bigquery --table logs.audit --since 2026-09-01 --until 2026-10-31`

func newAuditQuery(std streams, name string) *cobra.Command {
	var o query.Options
	engine, since, until, ask := "", "", "", query.Uses.String()
	cmd := &cobra.Command{
		Use:     "query --engine ENGINE",
		Short:   "Print the query for a log store",
		Long:    auditQueryLong + "\n\n" + engineHelp(),
		Example: examples(auditQueryExample, name),
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			if engine == "" {
				return usagef("--engine is missing; there are %s", strings.Join(engineNames(), ", "))
			}
			switch ask {
			case query.Uses.String():
			case query.Coverage.String():
				o.Ask = query.Coverage
			default:
				return usagef("--ask %q: %s", ask, meant(ask, []string{query.Uses.String(), query.Coverage.String()}))
			}
			now := time.Now()
			for _, bound := range []struct {
				flag, text string
				ends       bool
				at         *time.Time
			}{{"--since", since, false, &o.Since}, {"--until", until, true, &o.Until}} {
				at, err := parseInstant(bound.text, now, bound.ends)
				if err != nil {
					return usagef("%s %w", bound.flag, err)
				}
				*bound.at = at.Time()
			}
			text, err := query.Text(engine, o)
			if err != nil {
				return usage(err)
			}
			_, err = io.WriteString(std.out, text)
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&engine, "engine", "", "The log store: "+strings.Join(engineNames(), ", "))
	flags.StringVar(&ask, "ask", ask, "What to ask: uses, or coverage")
	flags.StringVar(&since, "since", "", "Requests from then on: a UTC day, an RFC 3339 time, or how long ago: 36h, 7d")
	flags.StringVar(&until, "until", "", "Requests up to then; a day counts whole")
	flags.StringVar(&o.Cluster, "cluster", "", "The name of the cluster, where one store holds the logs of several")
	flags.StringVar(&o.Table, "table", "", "Where the log lies, in the store's words")
	flags.StringSliceVar(&o.Credentials, "credential", nil, "Also ask who presented the bound token with this `id` (jti)")
	completeFlag(cmd, "engine", engineNames()...)
	completeFlag(cmd, "ask", query.Uses.String(), query.Coverage.String())
	return cmd
}

func engineNames() []string {
	var names []string
	for _, e := range query.Engines() {
		names = append(names, e.Name)
	}
	return names
}

// engineHelp tells of each engine what --table names.
func engineHelp() string {
	var b strings.Builder
	b.WriteString("Engines, and what --table names there:\n")
	for _, e := range query.Engines() {
		fmt.Fprintf(&b, "  %-20s %s\n%-22s %s\n", e.Name, e.Title, "", e.Table)
	}
	return strings.TrimRight(b.String(), "\n")
}

const auditImportLong = `Read what a log store gave for a query of timebound audit query, and tell the same as
reading the log would. CSV with a header, rows of JSON, and the answers of CloudWatch
Insights, Log Analytics, OpenSearch and Loki are recognised.

Give the results of both questions, uses and coverage, and of all pages.`

const auditImportExample = `  %[1]s audit import uses.csv coverage.csv --save cluster.json`

func newAuditImport(set *settings, std streams, name string) *cobra.Command {
	o := &auditOptions{}
	server := ""
	cmd := &cobra.Command{
		Use:     "import FILE…",
		Short:   "Read what a log store found",
		Long:    auditImportLong,
		Example: examples(auditImportExample, name),
		Args:    somePaths,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := o.parse(time.Now()); err != nil {
				return usage(err)
			}
			if err := set.prepare(cmd); err != nil {
				return err
			}
			got := &auditRead{sum: sums.New()}
			for _, path := range paths {
				sum, err := importRows(std, path, query.ImportOptions{Server: server, Credentials: o.credentials})
				if err != nil {
					return err
				}
				got.sum.Merge(sum)
				got.files++
			}
			return o.tell(std, got)
		},
	}
	o.addOutputFlags(cmd)
	cmd.Flags().StringVar(&server, "server", "", "Name the API servers whose log it was, where the rows do not: the cluster's `name`")
	cmd.Flags().StringSliceVar(&o.credentials, "credential", nil, "The `ids` of bound tokens that the query asked for")
	return cmd
}

func importRows(std streams, path string, o query.ImportOptions) (*sums.Summary, error) {
	in := std.in
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("import: %w", err)
		}
		defer func() { _ = f.Close() }() // it is only read
		in = f
	}
	sum, report, err := query.Import(in, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, text := range report.Warnings {
		fmt.Fprintf(std.err, "timebound: warning: %s: %s\n", path, model.Printable(text))
	}
	return sum, nil
}
