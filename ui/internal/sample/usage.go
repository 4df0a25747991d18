package sample

import (
	"fmt"
	"time"

	"timebound/model"
)

// StaleAccount is the account whose pods presented stale tokens, and Shared the
// one of whose tokens the logs do not say which was presented.
var (
	StaleAccount = model.Key{Namespace: "payments", Name: "legacy-app"}
	Shared       = model.Key{Namespace: "payments", Name: "export"}
)

// SharedToken is the second token of Shared.
const SharedToken = "export-token-y7k2"

// Used is the sample's facts after audit logs were read: a caller outside, one
// pod alone, more callers than are told apart, an account whose tokens are not
// told apart, pods with stale tokens, and requests that were refused.
func Used() *model.Inventory {
	inv := Inventory()
	inv.Coverage.Kinds[model.KindPods] = model.KindCoverage{State: model.CoverageComplete, Started: Now, Count: 1204}
	for i := range inv.Nodes {
		inv.Nodes[i].Addresses = []string{fmt.Sprintf("10.0.0.%d", 11+i)}
	}
	for i, w := range inv.Workloads {
		if w.Kind == "Pod" {
			w.Address = fmt.Sprintf("10.42.1.%d", 10+i)
		}
	}
	inv.Tokens = append(inv.Tokens, &model.Token{
		Key: model.Key{Namespace: Shared.Namespace, Name: SharedToken}, UID: "0d9a2c44-77f1-4a0e-8b53-0000000000ff", ResourceVersion: "918274",
		Account: Shared.Name, AccountUID: "acc-0006", Created: time.Date(2021, 3, 4, 10, 0, 0, 0, time.UTC),
	})
	inv.Usage = usage()
	return inv
}

// UsedAssessment judges Used, as of Now.
func UsedAssessment() *model.Assessment {
	return model.Assess(Used(), knowledge(), model.DefaultPolicy(Now))
}

// UsedSnapshot is Used as a finished load brings it.
func UsedSnapshot() model.Snapshot {
	s := Snapshot()
	s.Inventory = Used()
	return s
}

// began is the first day of the logs, and gapFrom to gapUntil what is missing of
// the second server's.
var (
	began    = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	gapFrom  = time.Date(2026, 11, 11, 6, 0, 0, 0, time.UTC)
	gapUntil = time.Date(2026, 11, 13, 0, 0, 0, 0, time.UTC)
)

func usage() *model.Usage {
	return &model.Usage{
		Tokens: map[model.Key]*model.TokenUse{
			{Namespace: "payments", Name: InUse}:      outsiders(),
			{Namespace: "payments", Name: Referenced}: onePod(),
			{Namespace: "payments", Name: Dormant}:    crowd(),
			{Namespace: "batch", Name: Knocked}:       use(caller("partner-feed/2.3.1", "198.51.100.7", 64, "get", "pods", "batch")),
		},
		Accounts: map[model.Key]*model.TokenUse{Shared: use(caller("kubectl/v1.27.4 (linux/amd64) kubernetes/fa3d799", "203.0.113.40", 12, "list", "secrets", "payments"))},
		Stale:    map[model.Key]*model.TokenUse{StaleAccount: stale()},
		Refused:  use(refused("partner-feed/2.3.1", "198.51.100.7", 31), refused(Hostile, "192.0.2.66", 10)),
		Reviewers: []model.Reviewer{
			{User: "system:serviceaccount:monitoring:prometheus", Agent: "prometheus/2.53.1", Last: Now, Requests: 900},
		},
		Covered: []model.CoveredServer{
			{Name: "cp-1", Spans: []model.CoveredSpan{{From: began, Until: Now}}},
			{Name: "cp-2", Spans: []model.CoveredSpan{{From: began, Until: gapFrom}, {From: gapUntil, Until: Now}}},
		},
		Doubts: []model.Reason{{Code: model.CodeAuditGap, Args: []string{"cp-2", "2026-11-11 06:00 to 2026-11-13 00:00"}}},
	}
}

func caller(agent, address string, requests uint64, verb, resource, namespace string) model.Caller {
	return model.Caller{
		Agent: agent, Address: address, First: began.Add(2 * time.Hour), Last: Now.AddDate(0, 0, -1), Requests: requests,
		Verbs: []string{verb}, Resources: []string{resource}, Namespaces: []string{namespace},
	}
}

func refused(agent, address string, requests uint64) model.Caller {
	c := caller(agent, address, requests, "get", "pods", "")
	c.Last, c.Refused = Now.Add(-2*time.Hour), requests
	return c
}

// use adds callers up, busier by the day, the third day of each week left out.
func use(callers ...model.Caller) *model.TokenUse {
	u := &model.TokenUse{First: began.Add(2 * time.Hour), Last: Now.AddDate(0, 0, -1), Callers: callers}
	for _, c := range callers {
		u.Requests += c.Requests
	}
	for i := range 21 {
		if i%7 != 2 {
			u.Days = append(u.Days, model.DayUse{Day: model.DayOf(began) + model.Day(i), Requests: 3 + uint64(i*i)})
		}
	}
	return u
}

func outsiders() *model.TokenUse {
	curl := caller("curl/8.5.0", "203.0.113.9", 12_000, "get", "pods", "payments")
	curl.Verbs, curl.Resources, curl.Namespaces = []string{"get", "list"}, []string{"pods", "deployments.apps"}, []string{"payments", "batch", "odd"}
	curl.Refused = 17
	watcher := caller("Swagger-Codegen/10.0.1/python", "10.0.0.14", 300, "watch", "nodes", "")
	return use(curl, watcher, caller(Hostile, "2001:db8::9", 44, "patch", Hostile, Hostile), caller("", "203.0.113.10", 1, "create", "tokenreviews.authentication.k8s.io", ""))
}

func onePod() *model.TokenUse {
	return use(caller("OpenAPI-Generator/11.0.0/python", "10.42.1.12", 8_640, "get", "configmaps", "payments"))
}

// crowd is more callers than are told apart.
func crowd() *model.TokenUse {
	var callers []model.Caller
	for i := range 15 {
		callers = append(callers, caller("okhttp", fmt.Sprintf("10.%d.0.0/16", 60+i), uint64(9_000-i*400), "get", "endpoints", "payments"))
	}
	u := use(callers...)
	u.Grain = "versions of an agent, and addresses of one network (/16, IPv6 /48), are taken together"
	return u
}

// stale are two pods that do not read their token again; the first passed the
// warning threshold earlier.
func stale() *model.TokenUse {
	var callers []model.Caller
	for i := range 2 {
		c := caller("OpenAPI-Generator/11.0.0/python", fmt.Sprintf("10.42.1.%d", 14+i), 500-uint64(i), "list", "pods", "payments")
		c.Pod, c.Node = model.Key{Namespace: "payments", Name: fmt.Sprintf("legacy-app-6d5f9c7b8-%05d", 3+i)}, "w-1"
		c.Stale = began.AddDate(0, 0, 3*i)
		callers = append(callers, c)
	}
	return use(callers...)
}

// Counted is what two API servers counted, read when their processes had run for
// some days; the third could not be asked. It grows by the minute.
func Counted(minutes int) model.Counters {
	n := int64(minutes)
	of := func(known bool, start, each int64) model.Counter {
		if !known {
			return model.Counter{}
		}
		return model.Counter{Known: true, Value: start + each*n}
	}
	server := func(name, git string, days int, since129 bool) model.ServerCounters {
		return model.ServerCounters{
			Server: name, Version: version(git), Started: Now.AddDate(0, 0, -days), Read: Now.Add(time.Duration(minutes) * time.Minute),
			Tokens: model.TokenCounters{
				Legacy: of(true, 81_204, 12), Stale: of(true, 310, 1), Valid: of(true, 1_204_551, 40),
				Auto: of(since129, 60_000, 10), Manual: of(since129, 21_000, 2), Refused: of(since129, 31, 0),
			},
		}
	}
	return model.Counters{
		Servers:   []model.ServerCounters{server("10.0.0.11:6443", "v1.30.14", 9, true), server("10.0.0.12:6443", "v1.28.15", 41, false)},
		Endpoints: 3,
		Missing:   []model.MissingServer{{Server: "10.0.0.13:6443", Why: "connection refused"}},
	}
}
