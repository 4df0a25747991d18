package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/knowledge"
	"timebound/plan/planfile"
)

const planVerifyLong = `Check a plan file: that it is one, that nobody changed it after it was written,
that it belongs to this cluster, and which of its actions do not stand as they were
planned any more.

Exits with 5 if something drifted or the hash does not fit, with 7 if the plan
belongs to another cluster.`

const planVerifyExample = `  # Before a change window
  %[1]s plan verify plan.yaml

  # The file alone, without a cluster
  %[1]s plan verify --offline plan.yaml`

func newPlanVerify(set *settings, std streams, name string) *cobra.Command {
	o := &planOptions{}
	offline := false
	cmd := &cobra.Command{
		Use:     "verify FILE",
		Short:   "Check a plan file, and what drifted since it was written",
		Long:    planVerifyLong,
		Example: examples(planVerifyExample, name),
		Args:    planFiles("verify", 1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.output != "text" && o.output != "json" && o.output != "yaml" {
				return usagef("--output %q: %s", o.output, meant(o.output, []string{"json", "text", "yaml"}))
			}
			if err := set.prepare(cmd); err != nil {
				return err
			}
			p, err := planfile.ReadFile(args[0], std.in)
			if err != nil {
				return err
			}
			if err := planfile.CheckHash(p); err != nil {
				return &outcome{exitDrift, fmt.Errorf("verify %s: %w", args[0], err)}
			}
			if offline {
				fmt.Fprintf(std.err, "%s is whole: %s, made %s for %s\n", model.Printable(args[0]), planTotals(p), p.Inputs.Taken.Format("2006-01-02 15:04 UTC"), model.Printable(p.Cluster.Name))
				return nil
			}
			return o.verify(cmd, set, std, args[0], p)
		},
	}
	cmd.Flags().StringVarP(&o.output, "output", "o", "text", "Format: text, json or yaml")
	cmd.Flags().BoolVar(&offline, "offline", false, "Look at the file only, not at a cluster")
	return cmd
}

func (o *planOptions) verify(cmd *cobra.Command, set *settings, std streams, file string, p *plan.Plan) error {
	r, err := o.buildAs(cmd, set, std, p)
	if err != nil {
		return err
	}
	writeProblems(std.err, r.problems)
	if err := planfile.SameCluster(p, r.assessment.Inventory.Cluster); err != nil {
		return &outcome{exitRefused, fmt.Errorf("verify %s: %w", file, err)}
	}
	drift := planfile.DriftOf(p, r.assessment)
	if o.output != "text" {
		if err := writeList(std.out, o.output, "Drift", "drift", drift); err != nil {
			return err
		}
	} else {
		for _, d := range drift {
			fmt.Fprintf(std.out, "%s: %s\n", model.Printable(d.Action), model.Printable(d.Why))
		}
	}
	if len(drift) > 0 {
		text := fmt.Sprintf("%d actions drifted", len(drift))
		if len(drift) == 1 {
			text = "1 action drifted"
		}
		return &outcome{exitDrift, errors.New(text + "; plan anew, and see timebound plan diff")}
	}
	if o.output == "text" {
		fmt.Fprintf(std.out, "%s stands: nothing drifted\n", model.Printable(file))
	}
	return nil
}

// buildAs plans the cluster anew as a plan was made: for its target, and with
// its policy and windows, unless flags say otherwise.
func (o *planOptions) buildAs(cmd *cobra.Command, set *settings, std streams, p *plan.Plan) (planned, error) {
	know, err := knowledge.LoadMigration()
	if err != nil {
		return planned{}, err
	}
	policy := p.Policy
	if o.policy != "" {
		if policy, err = o.readPolicy(know); err != nil {
			return planned{}, err
		}
	} else if err := policy.Validate(know.Gates.Newest); err != nil {
		return planned{}, fmt.Errorf("policy of the plan: %w", err)
	}
	if o.target == 0 {
		o.target = p.Target
	}
	if !cmd.Flags().Changed("idle-after") && !cmd.Flags().Changed("min-watch") {
		o.windows = &p.Inputs
	}
	return o.buildWith(cmd.Context(), set, std, know, policy)
}
