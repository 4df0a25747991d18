package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/knowledge"
	"timebound/plan/planfile"
)

const planLong = `Build the plan of the migration: what each Kubernetes version on the way changes,
what has to be done before, what to set, what happens by itself, how to verify and
how to go back. Nothing in the cluster changes.

YAML and JSON carry everything, pinned to the objects that were read, with a hash.
Markdown is for the people who decide.`

const planExample = `  # The plan of the current cluster to the newest known version
  %[1]s plan

  # For a change board
  %[1]s plan --to 1.30 -f plan.md

  # What moved since it was reviewed?
  %[1]s plan verify plan.yaml
  %[1]s plan diff plan.yaml`

// planOptions are the flags that decide about a plan.
type planOptions struct {
	output string
	file   string
	to     string
	policy string

	target    plan.Minor
	formatter planfile.Format
	// windows are those that verdicts go by, where a plan file has them; nil
	// takes those of the flags.
	windows *plan.Inputs
}

func newPlan(set *settings, std streams, name string) *cobra.Command {
	o := &planOptions{}
	cmd := &cobra.Command{
		Use:     "plan",
		Short:   "Build the migration plan and print it, or write it to a file",
		Long:    planLong,
		Example: examples(planExample, name),
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.parse(); err != nil {
				return usage(err)
			}
			if err := set.prepare(cmd); err != nil {
				return err
			}
			return o.run(cmd.Context(), set, std)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&o.output, "output", "o", "", "Format: yaml, json or markdown (default: that of the file's ending, else yaml)")
	flags.StringVarP(&o.file, "file", "f", "", "Write to this `file` in place of stdout")
	o.addTargetFlags(cmd)
	cmd.AddCommand(newPlanDiff(set, std, name), newPlanVerify(set, std, name))
	completePlan(cmd)
	return cmd
}

// addTargetFlags adds the flags that decide what is planned.
func (o *planOptions) addTargetFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.to, "to", "", "Kubernetes version to plan for, as 1.30 (default: the newest known)")
	cmd.Flags().StringVar(&o.policy, "policy", "", "Policy: gradual (the default), prompt, or a `file`")
}

// parse understands the flags before anything is asked of a cluster.
func (o *planOptions) parse() error {
	if o.output == "" {
		o.output = "yaml"
		if format := planfile.FormatOf(o.file); format != "" {
			o.output = format
		}
	}
	if o.formatter = planfile.Formats()[o.output]; o.formatter == nil {
		return fmt.Errorf("--output %q: %s", o.output, meant(o.output, sortedKeys(planfile.Formats())))
	}
	return o.parseTarget()
}

func (o *planOptions) parseTarget() error {
	if o.to == "" {
		return nil
	}
	know, err := knowledge.LoadMigration()
	if err != nil {
		return err
	}
	if o.target, err = know.Target(o.to); err != nil {
		return fmt.Errorf("--to: %w", err)
	}
	return nil
}

// readPolicy gives the policy that --policy names: one that comes with
// Timebound, or a file.
func (o *planOptions) readPolicy(know *knowledge.Migration) (knowledge.Policy, error) {
	p, err := know.PolicyNamed(o.policy)
	if err == nil {
		return p, nil
	}
	text, readErr := os.ReadFile(o.policy)
	switch {
	case os.IsNotExist(readErr):
		return p, usagef("--policy: %w, and there is no file of that name", err)
	case readErr != nil:
		return p, usagef("--policy: %w", readErr)
	}
	if p, err = know.ReadPolicy(text); err != nil {
		return p, usagef("--policy %s: %w", o.policy, err)
	}
	return p, nil
}

func (o *planOptions) run(ctx context.Context, set *settings, std streams) error {
	r, err := o.build(ctx, set, std)
	if err != nil {
		return err
	}
	if err := o.write(std, r.plan); err != nil {
		return err
	}
	writeProblems(std.err, r.problems)
	if o.file != "" {
		fmt.Fprintf(std.err, "wrote %s: %s\n", model.Printable(o.file), planTotals(r.plan))
	}
	set.log.Info("plan", "cluster", r.plan.Cluster.Name, "from", r.plan.From.String(), "target", r.plan.Target.String(), "tokens", r.plan.Inputs.Tokens)
	return nil
}

// planned is a plan with what it was built from.
type planned struct {
	plan       *plan.Plan
	assessment *model.Assessment
	problems   []model.Problem
}

// build reads the cluster and plans.
func (o *planOptions) build(ctx context.Context, set *settings, std streams) (planned, error) {
	know, err := knowledge.LoadMigration()
	if err != nil {
		return planned{}, err
	}
	policy, err := o.readPolicy(know)
	if err != nil {
		return planned{}, err
	}
	return o.buildWith(ctx, set, std, know, policy)
}

// buildWith reads the cluster and plans by a policy.
func (o *planOptions) buildWith(ctx context.Context, set *settings, std streams, know *knowledge.Migration, policy knowledge.Policy) (planned, error) {
	src, err := openSource(set, know.Knowledge, pluginsMayAsk)
	if err != nil {
		return planned{}, err
	}
	defer src.close()
	if err := joinAudit(ctx, set, src, std); err != nil {
		return planned{}, err
	}
	meter := newMeter(std.err)
	inv, problems, err := src.session.Load(ctx, meter.show)
	meter.clear()
	if err != nil {
		return planned{}, err
	}
	if set.demo {
		inv.Cluster.Server = "demo" // its port is another one with every start
	}
	judging := set.policy(src.now())
	if o.windows != nil {
		judging.IdleAfter, judging.MinWatch = o.windows.IdleAfterDays, o.windows.MinWatchDays
	}
	a := model.Assess(inv, know.Knowledge, judging)
	p, err := plan.Build(a, know, plan.Options{Target: o.target, Policy: policy})
	if err != nil {
		return planned{}, err
	}
	return planned{p, a, problems}, nil
}

// write writes the plan. A file is replaced as a whole, or not at all.
func (o *planOptions) write(std streams, p *plan.Plan) error {
	if o.file == "" || o.file == "-" {
		if err := o.formatter(std.out, p); err != nil {
			return fmt.Errorf("write the plan: %w; it is not complete", err)
		}
		return nil
	}
	var text bytes.Buffer
	if err := o.formatter(&text, p); err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	if err := planfile.Replace(o.file, text.Bytes()); err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	return nil
}

// planTotals sums a plan up in one line.
func planTotals(p *plan.Plan) string {
	counts := map[plan.State]int{}
	for i := range p.Hops {
		for state, n := range planfile.CountStates(&p.Hops[i]) {
			counts[state] += n
		}
	}
	var parts []string
	for _, s := range plan.States() {
		if counts[s] > 0 && s != plan.NotApplicable {
			parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	return fmt.Sprintf("%s to %s, %s", p.From, p.Target, strings.Join(parts, ", "))
}

// writeProblems tells on stderr what went wrong while reading.
func writeProblems(w io.Writer, problems []model.Problem) {
	for _, p := range problems {
		fmt.Fprintf(w, "timebound: warning: %s\n", model.Printable(p.String()))
	}
}
