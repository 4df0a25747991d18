package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"timebound/model"
	"timebound/model/document"
	"timebound/plan"
	"timebound/plan/planfile"
)

const planDiffLong = `Tell what appeared, vanished or changed between two plans, or between a plan and
the cluster as it is now. The second one is a file, or live (the default).

Exits with 5 if there is a difference.`

const planDiffExample = `  # Since the plan was written
  %[1]s plan diff plan.yaml

  # Two files
  %[1]s plan diff monday.yaml friday.yaml -o json`

func newPlanDiff(set *settings, std streams, name string) *cobra.Command {
	o := &planOptions{}
	cmd := &cobra.Command{
		Use:     "diff OLD [NEW|live]",
		Short:   "Tell what changed between two plans, or since a plan was written",
		Long:    planDiffLong,
		Example: examples(planDiffExample, name),
		Args:    planFiles("diff", 1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.output != "text" && o.output != "json" && o.output != "yaml" {
				return usagef("--output %q: %s", o.output, meant(o.output, []string{"json", "text", "yaml"}))
			}
			if err := o.parseTarget(); err != nil {
				return usage(err)
			}
			if err := set.prepare(cmd); err != nil {
				return err
			}
			before, err := planfile.ReadFile(args[0], std.in)
			if err != nil {
				return err
			}
			after, err := o.other(cmd, set, std, args, before)
			if err != nil {
				return err
			}
			return showDiff(std.out, o.output, planfile.Diff(before, after))
		},
	}
	cmd.Flags().StringVarP(&o.output, "output", "o", "text", "Format: text, json or yaml")
	o.addTargetFlags(cmd)
	return cmd
}

// other gives the plan to compare with: a file, or one made now, for the same
// target and with the same policy unless flags say otherwise.
func (o *planOptions) other(cmd *cobra.Command, set *settings, std streams, args []string, before *plan.Plan) (*plan.Plan, error) {
	if len(args) == 2 && args[1] != "live" {
		return planfile.ReadFile(args[1], std.in)
	}
	if o.target == 0 {
		o.target = before.Target
	}
	r, err := o.buildAs(cmd, set, std, before)
	if err != nil {
		return nil, err
	}
	writeProblems(std.err, r.problems)
	return r.plan, nil
}

// planFiles checks the number of files after a command.
func planFiles(name string, least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return usagef("plan %s needs a plan file; see %s --help", name, cmd.CommandPath())
		case len(args) > most:
			return usagef("plan %s takes %d at most, %q is one more; see %s --help", name, most, args[most], cmd.CommandPath())
		}
		return nil
	}
}

func showDiff(w io.Writer, format string, all []planfile.Difference) error {
	if format != "text" {
		if err := writeList(w, format, "Diff", "differences", all); err != nil {
			return err
		}
	} else if len(all) == 0 {
		fmt.Fprintln(w, "no difference")
	} else {
		for _, d := range all {
			fmt.Fprintln(w, diffLine(d))
		}
	}
	if len(all) > 0 {
		return &outcome{exitDrift, errors.New(differencesText(len(all)))}
	}
	return nil
}

func differencesText(n int) string {
	if n == 1 {
		return "1 difference"
	}
	return fmt.Sprintf("%d differences", n)
}

// diffLine tells a difference in one line, as diff would.
func diffLine(d planfile.Difference) string {
	sign, state := "~", d.From+" -> "+d.To
	switch d.Kind {
	case planfile.Appeared:
		sign, state = "+", d.To
	case planfile.Vanished:
		sign, state = "-", d.From
	}
	return strings.TrimRight(fmt.Sprintf("%s %-8s %s  %s", sign, d.What, model.Printable(d.Name), model.Printable(state)), " ")
}

// writeList writes a list of things as a document of its own kind.
func writeList[T any](w io.Writer, format, kind, name string, items []T) error {
	d := document.NewYAML(w)
	if format == "json" {
		d = document.NewJSON(w)
	}
	d.BeginObject()
	document.Field(d, "apiVersion", plan.APIVersion)
	document.Field(d, "kind", kind)
	d.Key(name)
	document.Encode(d, items)
	d.EndObject()
	return d.Close()
}
