package main

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/knowledge"
	"timebound/plan/planfile"
)

// completer offers words for what was typed so far.
type completer = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// completeFlag offers fixed words for a flag. The flag exists, so the only
// error there is cannot happen.
func completeFlag(cmd *cobra.Command, flag string, words ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, oneOf(words))
}

func oneOf(words []string) completer {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return startingWith(words, typed), cobra.ShellCompDirectiveNoFileComp
	}
}

// listOf offers words for a comma-separated list. Signs in front of a word
// (- to sort descending) stay.
func listOf(words []string, signs string) completer {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		head := typed[:strings.LastIndex(typed, ",")+1]
		last := typed[len(head):]
		bare := strings.TrimLeft(last, signs)
		head += last[:len(last)-len(bare)]
		offers := startingWith(words, bare)
		for i := range offers {
			offers[i] = head + offers[i]
		}
		return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

func startingWith(words []string, typed string) []string {
	var offers []string
	for _, w := range words {
		if strings.HasPrefix(w, typed) {
			offers = append(offers, w)
		}
	}
	return offers
}

func completeScan(cmd *cobra.Command) {
	completeFlag(cmd, "output", formatNames()...)
	_ = cmd.RegisterFlagCompletionFunc("verdict", listOf(verdictNames(), ""))
	_ = cmd.RegisterFlagCompletionFunc("fail-on", listOf(append(verdictNames(), "any"), ""))
	_ = cmd.RegisterFlagCompletionFunc("origin", listOf(originNames(), ""))
	_ = cmd.RegisterFlagCompletionFunc("sort", listOf(model.SortColumns(), "-"))
	cmd.ValidArgsFunction = completeQuery
}

// completeQuery offers the fields of a query, and the words of those that
// have fixed ones.
func completeQuery(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	bare := strings.TrimPrefix(typed, "!")
	sign := typed[:len(typed)-len(bare)]
	var words []string
	const more = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	switch field, _, isTerm := strings.Cut(bare, ":"); {
	case !isTerm:
		for _, name := range model.QueryFields() {
			words = append(words, name+":")
		}
	case field == "verdict":
		words = prefixed("verdict:", verdictNames())
	case field == "origin":
		words = prefixed("origin:", originNames())
	}
	return prefixed(sign, startingWith(words, bare)), more
}

func prefixed(prefix string, words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = prefix + w
	}
	return out
}

// completeGlobals offers contexts, users and clusters from the kubeconfig and
// namespaces from the cluster.
func completeGlobals(root *cobra.Command, set *settings) {
	fromKubeconfig := func(pick func() []string) completer {
		return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
			return startingWith(pick(), typed), cobra.ShellCompDirectiveNoFileComp
		}
	}
	kube := func() (contexts, clusters, users []string) {
		raw, err := set.kube.ToRawKubeConfigLoader().RawConfig()
		if err != nil {
			return nil, nil, nil
		}
		return sortedKeys(raw.Contexts), sortedKeys(raw.Clusters), sortedKeys(raw.AuthInfos)
	}
	_ = root.RegisterFlagCompletionFunc("context", fromKubeconfig(func() []string { c, _, _ := kube(); return c }))
	_ = root.RegisterFlagCompletionFunc("cluster", fromKubeconfig(func() []string { _, c, _ := kube(); return c }))
	_ = root.RegisterFlagCompletionFunc("user", fromKubeconfig(func() []string { _, _, u := kube(); return u }))
	_ = root.RegisterFlagCompletionFunc("namespace", func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		return listOf(clusterNamespaces(cmd.Context(), set), "")(cmd, args, typed)
	})
	for _, flag := range []string{"idle-after", "min-watch"} {
		completeFlag(root, flag, "30d", "90d", "180d", "1y")
	}
	completeFlag(root, "as-of")
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}

// completionPatience is how long a shell waits for namespaces.
const completionPatience = 2 * time.Second

// clusterNamespaces asks the cluster for its namespaces; none if it does not
// answer in time, because a shell must not hang.
func clusterNamespaces(ctx context.Context, set *settings) []string {
	src, err := openSource(set, model.Knowledge{}, pluginsMustNotAsk)
	if err != nil {
		return nil
	}
	defer src.close()
	ctx, cancel := context.WithTimeout(ctx, completionPatience)
	defer cancel()
	names, err := src.session.Namespaces(ctx)
	if err != nil {
		return nil
	}
	slices.Sort(names)
	return names
}

func completePlan(cmd *cobra.Command) {
	completeFlag(cmd, "output", sortedKeys(planfile.Formats())...)
	completeTarget(cmd)
}

// completeTarget offers versions and policies; a policy may be a file too.
func completeTarget(cmd *cobra.Command) {
	know, err := knowledge.LoadMigration()
	if err != nil {
		return
	}
	var minors, policies []string
	for m := oldestTarget; int(m) <= know.Gates.Newest; m++ {
		minors = append(minors, m.String())
	}
	for _, p := range know.Policies {
		policies = append(policies, p.Name)
	}
	completeFlag(cmd, "to", minors...)
	_ = cmd.RegisterFlagCompletionFunc("policy", func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return startingWith(policies, typed), cobra.ShellCompDirectiveDefault
	})
}

// oldestTarget is the first version that is offered.
const oldestTarget = plan.Minor(24)

// completeApply completes what apply takes.
func completeApply(cmd *cobra.Command) {
	completeFlag(cmd, "action", "invalidate", "delete", "project", "detach", "issue", "reactivate")
	completeFlag(cmd, "output", "json", "text")
	completeFlag(cmd, "undo-classes", "AB", "ABC", "ABCD")
}
