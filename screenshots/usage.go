package main

import (
	"slices"
	"time"

	"timebound/model"
)

// withLogs is the demo cluster after audit logs of its three API servers were
// read: the demo has none, so these are made up.
func (c *cluster) withLogs() model.Snapshot {
	snap := c.snapshot
	inv := *snap.Inventory
	from := c.now.AddDate(0, 0, -26).Truncate(24 * time.Hour)
	gap := from.AddDate(0, 0, 9)
	whole := []model.CoveredSpan{{From: from, Until: c.now}}
	inv.Usage = &model.Usage{
		Tokens: map[model.Key]*model.TokenUse{},
		Stale:  map[model.Key]*model.TokenUse{{Namespace: "checkout", Name: "cart"}: c.stale(from)},
		Refused: c.use(from, model.Caller{
			Agent: "kubectl/v1.24.9 (linux/amd64) kubernetes/9710807", Address: "198.51.100.23", Requests: 57, Refused: 57,
		}),
		Covered: []model.CoveredServer{
			{Name: "master-0", Spans: whole}, {Name: "master-1", Spans: whole},
			{Name: "master-2", Spans: []model.CoveredSpan{{From: from, Until: gap}, {From: gap.AddDate(0, 0, 2), Until: c.now}}},
		},
	}
	for key, callers := range callers {
		inv.Usage.Tokens[key] = c.use(from, callers...)
	}
	inv.Workloads = addressed(inv.Workloads)
	snap.Inventory = &inv
	return snap
}

// pipelineAddress is where the demo's pipeline runs.
const pipelineAddress = "10.130.2.17"

// addressed gives the pod of the pipeline its address: the demo's pods have none.
func addressed(workloads []*model.Workload) []*model.Workload {
	workloads = slices.Clone(workloads)
	for i, w := range workloads {
		if w.Kind == "Pod" && w.Namespace == "ci" && w.Account == "pipeline" && w.State == model.WorkloadActive {
			pod := *w
			pod.Address = pipelineAddress
			workloads[i] = &pod
			break
		}
	}
	return workloads
}

// callers are who presents the demo's tokens, the busiest first.
var callers = map[model.Key][]model.Caller{
	{Namespace: "ci", Name: "release-bot-token"}: {
		{Agent: "Helm/3.14.4", Address: "203.0.113.40", Requests: 18_204, Verbs: []string{"get", "list", "patch"}, Resources: []string{"secrets", "deployments.apps"}, Namespaces: []string{"checkout", "catalog", "payments"}},
		{Agent: "kubectl/v1.27.4 (linux/amd64) kubernetes/fa3d799", Address: "203.0.113.40", Requests: 911, Verbs: []string{"get", "watch"}, Resources: []string{"pods"}, Namespaces: []string{"checkout"}},
		{Agent: "curl/8.5.0", Address: "198.51.100.23", Requests: 6, Refused: 6, Verbs: []string{"list"}, Resources: []string{"secrets"}, Namespaces: []string{""}},
	},
	{Namespace: "ci", Name: "pipeline-token-xfwvr"}: {
		{Agent: "Swagger-Codegen/10.0.1/python", Address: pipelineAddress, Requests: 44_310, Verbs: []string{"create", "get"}, Resources: []string{"pods", "pods/log"}, Namespaces: []string{"ci"}},
	},
	{Namespace: "ci", Name: "renovate-sa-token"}: {
		{Agent: "node-fetch", Address: "203.0.113.71", Requests: 2_480, Verbs: []string{"list"}, Resources: []string{"deployments.apps"}, Namespaces: []string{""}},
	},
	{Namespace: "ci", Name: "scan-sa-token"}: {
		{Agent: "okhttp", Address: "203.0.113.112", Requests: 310, Verbs: []string{"list"}, Resources: []string{"pods"}, Namespaces: []string{""}},
	},
}

// use adds up what callers did, Sundays left out, more of it lately.
func (c *cluster) use(from time.Time, callers ...model.Caller) *model.TokenUse {
	u := &model.TokenUse{First: from.Add(7 * time.Hour), Last: c.now.AddDate(0, 0, -1)}
	for _, caller := range callers {
		caller.First, caller.Last = u.First, u.Last
		u.Callers = append(u.Callers, caller)
		u.Requests += caller.Requests
	}
	const spread = 400 // about the sum of the weights below
	for i, day := uint64(1), model.DayOf(from); day <= model.DayOf(c.now); i, day = i+1, day+1 {
		if day.Time().Weekday() != time.Sunday {
			u.Days = append(u.Days, model.DayUse{Day: day, Requests: 1 + u.Requests*(i+i%5)/spread})
		}
	}
	return u
}

// stale are pods that had not read their token again.
func (c *cluster) stale(from time.Time) *model.TokenUse {
	return c.use(from, model.Caller{
		Agent: "OpenAPI-Generator/11.0.0/python", Address: "10.129.0.44", Pod: model.Key{Namespace: "checkout", Name: "cart-6f7d9b5c4-x2lmq"}, Node: "worker-1",
		Requests: 7_002, Stale: from, Verbs: []string{"get"}, Resources: []string{"configmaps"}, Namespaces: []string{"checkout"},
	})
}
