package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/knowledge"
)

const soakLong = `Show the tokens that are switched off by label: since when, whether somebody
tried one since, and from when on deleting it is offered.

A refused use moves the token's last-used label, once a day at most. So a knock on
the day of switching off itself cannot be told from a use before it. The API server's
own counter of refused uses, where /metrics may be read, tells that there was one, and
not of which token.`

const soakExample = `  # All that are switched off
  %[1]s soak

  # Fail in a pipeline if somebody knocked
  %[1]s soak --fail-on-knock`

// soakLine is a token that is switched off.
type soakLine struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Account   string `json:"account"`
	Since     string `json:"since"`
	Until     string `json:"until"`
	DaysLeft  int    `json:"daysLeft"`
	LastUsed  string `json:"lastUsed,omitempty"`
	Knocked   bool   `json:"knocked"`
	// Ready says that nobody knocked for all of the soak, and nothing names it.
	Ready bool   `json:"ready"`
	Why   string `json:"why,omitempty"`
}

func newSoak(set *settings, std streams, name string) *cobra.Command {
	output, days, failing := "text", change.DefaultSoakDays, false
	cmd := &cobra.Command{
		Use:     "soak",
		Short:   "Show the tokens that are switched off, and who knocked",
		Long:    soakLong,
		Example: examples(soakExample, name),
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if output != "text" && output != "json" {
				return usagef("--output %q: %s", output, meant(output, []string{"json", "text"}))
			}
			if days < 0 {
				return usagef("--soak-days %d: wants 0 or more", days)
			}
			if err := set.prepare(cmd); err != nil {
				return err
			}
			lines, refused, problems, err := readSoak(cmd, set, std, days)
			if err != nil {
				return err
			}
			writeProblems(std.err, problems)
			if err := writeSoak(std, lines, refused, output); err != nil {
				return err
			}
			for _, l := range lines {
				if l.Knocked && failing {
					return &outcome{code: exitFindings}
				}
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&output, "output", "o", output, "Format: text or json")
	flags.IntVar(&days, "soak-days", days, "Days that a token has to be switched off, without a knock, before deleting it is offered")
	flags.BoolVar(&failing, "fail-on-knock", false, "Exit with 3 if somebody tried a token that is switched off")
	return cmd
}

func readSoak(cmd *cobra.Command, set *settings, std streams, days int) (lines []soakLine, refused model.Counter, problems []model.Problem, err error) {
	know, err := knowledge.Load()
	if err != nil {
		return nil, refused, nil, err
	}
	src, err := openSource(set, know, pluginsMayAsk)
	if err != nil {
		return nil, refused, nil, err
	}
	defer src.close()
	if err := joinAudit(cmd.Context(), set, src, std); err != nil {
		return nil, refused, nil, err
	}
	meter := newMeter(std.err)
	inv, problems, err := src.session.Load(cmd.Context(), meter.show)
	meter.clear()
	if err != nil {
		return nil, refused, nil, err
	}
	a := model.Assess(inv, know, set.policy(src.now()))
	lines = []soakLine{}
	for _, f := range a.Findings {
		if f.Token.InvalidSince.Raw != "" {
			lines = append(lines, soakOf(f, a, days))
		}
	}
	return lines, inv.Cluster.Refused, problems, nil
}

func soakOf(f *model.Finding, a *model.Assessment, days int) soakLine {
	since := f.Token.InvalidSince
	l := soakLine{
		Namespace: f.Token.Namespace, Name: f.Token.Name, Account: f.Token.Account, Since: since.Raw,
		LastUsed: f.Token.LastUsed.Raw,
	}
	// A use on the day of switching off itself may have come before.
	used := f.Token.LastUsed
	l.Knocked = f.Verdict == model.VerdictKnocked && !(used.Valid && since.Valid && used.Day == since.Day)
	if since.Valid {
		until := since.Day + model.Day(days)
		l.Until, l.DaysLeft = until.String(), max(0, int(until-a.Policy.Today))
	}
	_, refusal := change.StageToken(plan.Delete, f, a, change.Policy{SoakDays: days}, "")
	if f.Verdict == model.VerdictDead {
		l.Why = "it cannot authenticate any more, switched off or not"
		return l
	}
	if l.Ready = refusal == nil; !l.Ready {
		l.Why = refusal.Why
	}
	return l
}

func writeSoak(std streams, lines []soakLine, refused model.Counter, output string) error {
	if output == "json" {
		doc := map[string]any{"apiVersion": plan.APIVersion, "kind": "Soak", "tokens": lines}
		if refused.Known {
			doc["refusedUses"] = refused.Value
		}
		return writeJSON(std.out, doc)
	}
	if refused.Known {
		defer fmt.Fprintf(std.err, "the API server that answered has refused %d uses of switched-off tokens since it started; of which, it does not say\n", refused.Value)
	}
	if len(lines) == 0 {
		fmt.Fprintln(std.out, "no token is switched off")
		return nil
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "NAMESPACE\tTOKEN\tSINCE\tLAST USED\tSTATE")
	for _, l := range lines {
		state := l.Why
		if l.Ready {
			state = "may be deleted: nobody tried it since"
		}
		used := l.LastUsed
		if used == "" {
			used = "never"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", model.Printable(l.Namespace), model.Printable(l.Name), model.Printable(l.Since), model.Printable(used), model.Printable(state))
	}
	return table.Flush()
}
