package discover

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"timebound/model"
)

// found is what one probe brings home.
type found struct {
	observed []model.Observation
	problems []model.Problem
}

func (f *found) fail(c Client, l loss, err error) {
	if p, ok := c.problem(l, err); ok {
		f.problems = append(f.problems, p)
	}
}

// Cluster asks everything at once and gives what was seen. It takes no longer
// than one probe's timeout and never fails as a whole: what could not be
// read is left out, and where somebody could do something about it, a
// non-fatal Problem says what.
func Cluster(ctx context.Context, c Client, contextName string) (model.Cluster, []model.Problem) {
	var (
		versions versionAnswers
		identity identityAnswer
		tracking trackingAnswer
		metrics  metricsAnswer
		pods     podsAnswer
		flagz    flagzAnswer
		kubeadm  kubeadmAnswer
		shift    openShiftAnswer
		nodes    nodesAnswer
		each     serversAnswer
	)
	c.together(ctx,
		func(ctx context.Context) { versions = c.askVersions(ctx) },
		func(ctx context.Context) { identity = c.askIdentity(ctx) },
		func(ctx context.Context) { tracking = c.askTracking(ctx) },
		func(ctx context.Context) { metrics = c.askMetrics(ctx) },
		func(ctx context.Context) { pods = c.askPods(ctx) },
		func(ctx context.Context) { flagz = c.askFlagz(ctx) },
		func(ctx context.Context) { kubeadm = c.askKubeadm(ctx) },
		func(ctx context.Context) { shift = c.askOpenShift(ctx) },
		func(ctx context.Context) { nodes = c.askNodes(ctx) },
		func(ctx context.Context) { each = c.askServers(ctx) },
	)

	cluster := model.Cluster{
		Context:   contextName,
		Server:    c.address(),
		UID:       identity.uid,
		Servers:   each.versions(withAnswer(versions.servers, metrics.build)),
		Refused:   metrics.tokens.Refused,
		Counters:  each.counters(metrics),
		Tracking:  tracking.Tracking,
		ClockSkew: versions.skew,
	}
	oldest, _ := cluster.Oldest()
	cluster.Platform = recognise(evidence{
		servers: cluster.Servers, shift: shift, kubeadm: kubeadm.present, nodes: nodes,
	})

	var all found
	for _, f := range []found{
		versions.found, identity.found, tracking.judge(oldest), metrics.judge(c.Know.Gates, versions.servers),
		pods.judge(c.Know.Flags, oldest), flagz.judge(cluster.Servers, c.Know.Flags, oldest),
		kubeadm.judge(c.Know.Flags, oldest), shift.judge(c.Know.Flags, oldest),
	} {
		all.observed = append(all.observed, f.observed...)
		all.problems = append(all.problems, f.problems...)
	}
	cluster.Observed = inOrder(all.observed)
	return cluster, gather(all.problems)
}

// together runs the probes at the same time, each with a timeout of its own,
// and waits for all of them.
func (c Client) together(ctx context.Context, probes ...func(context.Context)) {
	var all sync.WaitGroup
	for _, probe := range probes {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, c.timeout())
			defer cancel()
			probe(ctx)
		})
	}
	all.Wait()
}

// inOrder makes the result the same on every run, strongest source first,
// and drops what was seen twice in the same place.
func inOrder(observed []model.Observation) []model.Observation {
	slices.SortFunc(observed, func(a, b model.Observation) int {
		return cmp.Or(
			cmp.Compare(a.Component, b.Component),
			cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.Source, b.Source),
			cmp.Compare(a.Where, b.Where),
			cmp.Compare(a.Value, b.Value),
		)
	})
	return slices.Compact(observed)
}
