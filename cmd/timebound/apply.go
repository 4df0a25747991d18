package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/planfile"
	"timebound/plan/run"
)

const applyLong = `Carry out the actions of a plan file: all of them, or those of some steps or kinds.

First everything is reviewed: each change is drafted from the object as it is now,
tried out on the server as a dry run, and held against your rights. Nothing changes
before you type the name of the context, or give it with --yes --context NAME.

Each change is written to a journal before it is sent and again after. What moved
since the plan was made is skipped and told, never forced. Tokens are deleted only
after a backup, and only if the same token would come back: see --undo-classes.
What was done can be put back with timebound undo.`

const applyExample = `  # What would happen?
  %[1]s apply plan.yaml --dry-run

  # Switch off the idle tokens, nothing else; asks for the context's name
  %[1]s apply plan.yaml --action invalidate

  # In a pipeline
  %[1]s apply plan.yaml --step 1.30/TB-304 --yes --context prod-eu-1 -o json`

// applyOptions are the flags of apply.
type applyOptions struct {
	runFlags
	steps     []string
	actions   []string
	overrides []string
	soakDays  int
	// kubeconfigs is the folder for tokens that are issued.
	kubeconfigs string
}

func newApply(set *settings, std streams, name string) *cobra.Command {
	o := &applyOptions{}
	cmd := &cobra.Command{
		Use:     "apply PLAN",
		Short:   "Carry out the actions of a plan file, after a review",
		Long:    applyLong,
		Example: examples(applyExample, name),
		Args:    planFiles("apply", 1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.begin(cmd, set, std); err != nil {
				return err
			}
			return o.run(cmd, set, std, args[0], name)
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&o.steps, "step", nil, "Only the actions of these steps, by id (1.30/TB-304) or code (TB-304)")
	flags.StringSliceVar(&o.actions, "action", nil, "Only these kinds of action: invalidate, delete, project, detach, issue, reactivate")
	flags.StringArrayVar(&o.overrides, "override", nil, "Take a token in spite of its verdict: `namespace/name=reason`; may be repeated")
	flags.IntVar(&o.soakDays, "soak-days", change.DefaultSoakDays, "Days that a token has to be switched off, without a knock, before it is deleted (default: the plan's)")
	flags.StringVar(&o.kubeconfigs, "kubeconfig-dir", kubeconfigFolder, "Folder for the kubeconfigs of tokens that are issued, for you alone to read")
	o.addFlags(cmd, run.Defaults())
	completeApply(cmd)
	return cmd
}

func (o *applyOptions) run(cmd *cobra.Command, set *settings, std streams, file, name string) error {
	p, err := planfile.ReadFile(file, std.in)
	if err != nil {
		return err
	}
	if err := planfile.CheckHash(p); err != nil {
		return &outcome{exitDrift, fmt.Errorf("apply %s: %w; nothing was changed", file, err)}
	}
	overrides, err := parseOverrides(o.overrides)
	if err != nil {
		return err
	}
	d, done, err := openLocked(cmd.Context(), set, std, o.dryRun)
	if err != nil {
		return err
	}
	defer done()
	a := d.facts.Latest()
	if err := planfile.SameCluster(p, a.Inventory.Cluster); err != nil {
		return &outcome{exitRefused, fmt.Errorf("apply %s: %w; nothing was changed", file, err)}
	}
	if p.Inputs.AsOf > a.Policy.Today {
		return &outcome{exitRefused, fmt.Errorf("apply %s: it was made as of %s, which is a forecast and no evidence; plan again without --as-of; nothing was changed", file, p.Inputs.AsOf)}
	}
	if err := d.refuseUnfinished(name); err != nil {
		return err
	}
	if err := o.sealing.apply(&o.options, std, d.store.Path(), false); err != nil {
		return err
	}
	if !cmd.Flags().Changed("soak-days") {
		o.soakDays = p.Policy.SoakDays
	}
	o.options.HandOver = (&handOver{folder: o.kubeconfigs, config: d.src.config, name: d.name()}).keep
	items, refused := o.stage(p, a, overrides)
	if unused := unusedOverrides(overrides, items); len(unused) > 0 {
		return usagef("--override %s: no chosen action of the plan is about it", strings.Join(unused, ", "))
	}
	order := run.Order{Name: file, Plan: p.Hash, Purpose: run.Apply, Items: items, Options: o.options}
	return o.carryOut(cmd, std, d, order, refused)
}

// stage makes items of the chosen actions. What a rule forbids is given apart.
func (o *applyOptions) stage(p *plan.Plan, a *model.Assessment, overrides map[string]string) (items []*change.Item, refused []refusal) {
	for h := range p.Hops {
		for s := range p.Hops[h].Steps {
			step := &p.Hops[h].Steps[s]
			if len(o.steps) > 0 && !slices.Contains(o.steps, step.ID) && !slices.Contains(o.steps, step.Code) {
				continue
			}
			for _, action := range step.Actions {
				if len(o.actions) > 0 && !slices.Contains(o.actions, string(action.Kind)) {
					continue
				}
				if reason := overrides[action.On.Namespace+"/"+action.On.Name]; reason != "" {
					action.Override = reason
				}
				item, why := change.FromPlan(action, a, change.Policy{SoakDays: o.soakDays}, step.ID)
				if why != nil {
					refused = append(refused, refusal{planfile.ActionName(&action), why.Why, why.Overridable})
					continue
				}
				items = append(items, item)
			}
		}
	}
	return items, refused
}

// refusal is an action that was not even staged.
type refusal struct {
	Action      string `json:"action"`
	Why         string `json:"why"`
	Overridable bool   `json:"overridable,omitempty"`
}

// parseOverrides reads namespace/name=reason.
func parseOverrides(list []string) (map[string]string, error) {
	out := map[string]string{}
	for _, s := range list {
		token, reason, ok := strings.Cut(s, "=")
		if !ok || strings.Count(token, "/") != 1 || len(strings.TrimSpace(reason)) < 3 {
			return nil, usagef("--override %q: wants namespace/name=reason, with a reason that others understand", s)
		}
		out[token] = strings.TrimSpace(reason)
	}
	return out, nil
}

func unusedOverrides(overrides map[string]string, items []*change.Item) []string {
	var unused []string
	for _, token := range sortedKeys(overrides) {
		if !slices.ContainsFunc(items, func(i *change.Item) bool { return i.Key().String() == token }) {
			unused = append(unused, token)
		}
	}
	return unused
}
