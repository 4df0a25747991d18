package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"timebound/k8s/audit"
	"timebound/model"
	sums "timebound/model/usage"
)

const auditLong = `Read audit logs and tell who presented which token: from where, with which client,
to do what, how often, and since when. Nothing is asked of a cluster.

A path is a file, a folder, a pattern, or - for stdin; gzip and zstd are unpacked. The
wrapping is recognised record by record: plain events, lists of events, OpenShift's
node prefix and must-gather trees, CloudWatch, Google Cloud, Azure. Saved summaries
are read as well.

The time covered, its gaps and the records that could not be used are named on stderr:
silence means nothing beyond them.`

const auditExample = `  # Who uses what, in all rotated logs of a node
  %[1]s audit /var/log/kubernetes/audit/

  # One token, as JSON
  %[1]s audit audit.log --token payments/ci-deployer-token -o json

  # Each node digests its own log; only summaries travel
  %[1]s audit /var/log/kube-apiserver/ --save cp-1.json
  %[1]s audit merge cp-1.json cp-2.json cp-3.json --save cluster.json`

// auditOptions are the flags of audit, as given and as understood.
type auditOptions struct {
	output      string
	since       string
	until       string
	tokens      []string
	accounts    []string
	credentials []string
	save        string
	issued      bool
	follow      bool
	noHeaders   bool
	strict      bool
	workers     int

	choice auditChoice
	read   audit.Options
}

// auditFormats are the output formats of audit.
var auditFormats = map[string]func(io.Writer, auditDocument, *auditOptions) error{
	"table": func(w io.Writer, d auditDocument, o *auditOptions) error {
		return writeAuditTable(w, d, tableCallers, o.noHeaders)
	},
	"wide": func(w io.Writer, d auditDocument, o *auditOptions) error {
		return writeAuditTable(w, d, 0, o.noHeaders)
	},
	"json": writeAuditJSON,
	"yaml": writeAuditYAML,
	"csv":  writeAuditCSV,
}

func newAudit(set *settings, std streams, name string) *cobra.Command {
	o := &auditOptions{}
	cmd := &cobra.Command{
		Use:     "audit PATH…",
		Short:   "Read audit logs, and tell who uses which token",
		Long:    auditLong,
		Example: examples(auditExample, name),
		Args:    somePaths,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := o.parse(time.Now()); err != nil {
				return usage(err)
			}
			if err := set.prepare(cmd); err != nil {
				return err
			}
			if o.issued {
				if err := o.askIssued(cmd.Context(), set, std); err != nil {
					return err
				}
			}
			if o.follow {
				return followAudit(cmd.Context(), std, o, paths)
			}
			return tellAudit(cmd.Context(), std, o, paths)
		},
	}
	flags := cmd.Flags()
	o.addOutputFlags(cmd)
	flags.StringVar(&o.since, "since", "", "Count requests from then on: a UTC day, an RFC 3339 time, or how long ago: 36h, 7d")
	flags.StringVar(&o.until, "until", "", "Count requests up to then; a day counts whole")
	flags.StringSliceVar(&o.credentials, "credential", nil, "Count who presents the bound token with this `id` (jti)")
	flags.BoolVar(&o.issued, "issued", false, "Count who presents the bound tokens that were issued from here: asks the cluster who it is, and reads the journals")
	flags.BoolVarP(&o.follow, "follow", "f", false, "Go on reading as the log grows, and tell what is new")
	flags.IntVar(&o.workers, "workers", 0, "Read this many parts at a time (default: one per processor)")
	cmd.AddCommand(newAuditMerge(set, std, name), newAuditQuery(std, name), newAuditImport(set, std, name))
	return cmd
}

// addOutputFlags adds what audit, audit merge and audit import have in common.
func (o *auditOptions) addOutputFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&o.output, "output", "o", "table", "Format: table, wide (all callers), json, yaml or csv")
	flags.StringSliceVar(&o.tokens, "token", nil, "Tell of this token only, `namespace/name`; * stands for any characters")
	flags.StringSliceVar(&o.accounts, "account", nil, "Tell of the tokens of this account only, `namespace/name`")
	flags.StringVar(&o.save, "save", "", "Write a summary to this `file`, to be merged or looked at later")
	flags.BoolVar(&o.strict, "strict", false, "Exit with 4 if something could not be read, or the time covered has gaps")
	flags.BoolVar(&o.noHeaders, "no-headers", false, "Leave the line with the column titles out (table, wide, csv)")
	completeFlag(cmd, "output", sortedKeys(auditFormats)...)
}

// somePaths wants at least one argument.
func somePaths(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usagef("%s wants a file, a folder, or - for stdin; see %s --help", cmd.CommandPath(), cmd.CommandPath())
	}
	return nil
}

// parse understands the flags before anything is read.
func (o *auditOptions) parse(now time.Time) error {
	if auditFormats[o.output] == nil {
		return fmt.Errorf("--output %q: %s", o.output, meant(o.output, sortedKeys(auditFormats)))
	}
	from, err := parseInstant(o.since, now, false)
	if err != nil {
		return fmt.Errorf("--since %w", err)
	}
	until, err := parseInstant(o.until, now, true)
	if err != nil {
		return fmt.Errorf("--until %w", err)
	}
	if from != 0 && until != 0 && until < from {
		return fmt.Errorf("--until %s comes before --since %s", o.until, o.since)
	}
	if o.workers < 0 {
		return fmt.Errorf("--workers %d: wants 0 or more", o.workers)
	}
	for _, id := range o.credentials {
		if strings.TrimSpace(id) == "" {
			return fmt.Errorf("--credential: wants the id of a bound token, its claim jti")
		}
	}
	if o.choice, err = parseChoice(o.tokens, o.accounts); err != nil {
		return err
	}
	o.choice.credentials = trimCredentials(o.credentials)
	o.read = audit.Options{Since: from, Until: until, Workers: o.workers, Credentials: o.choice.credentials}
	return nil
}

// askIssued asks about the bound tokens that were issued from here, too.
func (o *auditOptions) askIssued(ctx context.Context, set *settings, std streams) error {
	issued, err := issuedTokens(ctx, set)
	if err != nil {
		return err
	}
	if len(issued) == 0 {
		fmt.Fprintln(std.err, "timebound: note: no token was issued from here on this cluster")
	}
	o.choice.issued = issued
	o.choice.credentials = append(o.choice.credentials, sortedKeys(issued)...)
	o.read.Credentials = o.choice.credentials
	return nil
}

func trimCredentials(ids []string) []string {
	var plain []string
	for _, id := range ids {
		plain = append(plain, strings.TrimPrefix(strings.TrimSpace(id), "JTI="))
	}
	return plain
}

// parseInstant reads a day, a time or a span before now; "" gives 0. A day that
// ends something counts whole.
func parseInstant(text string, now time.Time, ends bool) (sums.Micros, error) {
	if text == "" {
		return 0, nil
	}
	if day, err := model.ParseDay(text); err == nil {
		if ends {
			return sums.Micros(day.Time().Add(24*time.Hour).UnixMicro() - 1), nil
		}
		return sums.Micros(day.Time().UnixMicro()), nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return sums.Micros(at.UnixMicro()), nil
	}
	if span, err := time.ParseDuration(text); err == nil && span > 0 {
		return sums.Micros(now.Add(-span).UnixMicro()), nil
	}
	if days, err := model.ParseDays(text); err == nil && days > 0 && strings.Trim(text, "0123456789") != "" {
		return sums.Micros(now.AddDate(0, 0, -days).UnixMicro()), nil
	}
	return 0, fmt.Errorf("%q: wants a UTC day (2026-11-01), a time (2026-11-01T13:00:00Z), or how long ago (36h, 7d)", text)
}

// tellAudit reads, saves if asked to, and prints.
func tellAudit(ctx context.Context, std streams, o *auditOptions, paths []string) error {
	defer spareMemory()()
	meter := newAuditMeter(std.err)
	o.read.Progress = meter.show
	got, err := readAudit(ctx, paths, std.in, o.read)
	meter.clear()
	if err != nil {
		return err
	}
	return o.tell(std, got)
}

// tell saves and prints what was read, and turns what is missing into an exit code.
func (o *auditOptions) tell(std streams, got *auditRead) error {
	if o.save != "" {
		if err := saveSummary(o.save, got.sum); err != nil {
			return err
		}
	}
	d := documentOf(got.sum, o.choice)
	if err := auditFormats[o.output](std.out, d, o); err != nil {
		return fmt.Errorf("write the result: %w; it is not complete", err)
	}
	missing := writeAuditNotes(std.err, got, d, o)
	if o.strict && missing {
		return &outcome{exitIncomplete, fmt.Errorf("something of the logs is missing, and --strict does not accept that")}
	}
	return nil
}
