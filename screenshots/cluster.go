package main

import (
	"context"
	"fmt"
	"time"

	"timebound/k8s"
	"timebound/k8s/demo"
	"timebound/model"
	"timebound/plan/backup"
	"timebound/plan/knowledge"
	"timebound/plan/run"
)

// cluster is the demo cluster as it was read, once, for all scenes.
type cluster struct {
	snapshot  model.Snapshot
	knowledge *knowledge.Migration
	now       time.Time // the demo's clock, which stands still
	engine    *run.Engine
	sealing   backup.Sealing // how it would keep backups
	close     func()
}

// The demo's address and the age of the data change from run to run; pictures
// show these instead.
const (
	address = "https://api.demo.example:6443"
	age     = 4 * time.Second
)

// load reads the demo cluster the way a real one is read. Reviews go on asking
// it until it is closed.
func load() (*cluster, error) {
	server, err := demo.Start()
	if err != nil {
		return nil, fmt.Errorf("start the demo cluster: %w", err)
	}
	c, err := read(server)
	if err != nil {
		server.Close()
		return nil, err
	}
	c.close = server.Close
	return c, nil
}

func read(server *demo.Server) (*cluster, error) {
	know, err := knowledge.LoadMigration()
	if err != nil {
		return nil, fmt.Errorf("load knowledge: %w", err)
	}
	session, err := k8s.Open(k8s.Config{REST: server.REST(), Context: "demo", Version: "screenshots", Knowledge: know.Knowledge, Now: server.Now})
	if err != nil {
		return nil, fmt.Errorf("open the demo cluster: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	feed := session.Follow(ctx)
	for {
		snap, err := feed.Next(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the demo cluster: %w", err)
		}
		if whole(snap) {
			c := &cluster{snapshot: still(snap, server.Now()), knowledge: know, now: server.Now()}
			return c, c.open(ctx, session)
		}
	}
}

// whole says that everything was read and watches run.
func whole(snap model.Snapshot) bool {
	if snap.Inventory == nil || snap.Link.State != model.LinkLive || len(snap.Inventory.Cluster.Servers) == 0 {
		return false
	}
	for _, k := range snap.Inventory.Coverage.Kinds {
		if k.State == model.CoveragePending || k.Cached {
			return false
		}
	}
	return true
}

// still takes out what depends on this machine and this moment.
func still(snap model.Snapshot, now time.Time) model.Snapshot {
	inv := *snap.Inventory
	inv.Cluster.Server = address
	inv.Cluster.ClockSkew = 0
	inv.Taken = now.Add(-age)
	snap.Inventory = &inv
	snap.Link = model.Link{State: model.LinkLive, Since: inv.Taken}
	return snap
}

// firstSecond is the demo cluster while its first load is under way: tokens
// came from the API server's cache, accounts are read, the rest is not.
func (c *cluster) firstSecond() model.Snapshot {
	inv := *c.snapshot.Inventory
	inv.Workloads, inv.Nodes, inv.PullSecrets, inv.Cluster.Tracking, inv.Cluster.Observed = nil, nil, nil, model.Tracking{}, nil
	inv.Cluster.Counters = model.Counters{}
	inv.Coverage.Kinds = map[model.ObjectKind]model.KindCoverage{}
	snap := model.Snapshot{Load: 1, Inventory: &inv, Link: model.Link{State: model.LinkLoading, Since: c.now}}
	for kind, k := range c.snapshot.Inventory.Coverage.Kinds {
		if kind != model.KindTokens && kind != model.KindAccounts {
			k = model.KindCoverage{State: model.CoveragePending}
		}
		k.Cached = kind == model.KindTokens
		inv.Coverage.Kinds[kind] = k
	}
	for _, p := range c.snapshot.Progress {
		p.Elapsed = 300 * time.Millisecond
		switch p.Kind {
		case model.KindAccounts:
		case model.KindPods:
			p.Total, p.Count, p.Done = p.Count, p.Count/2, false
		default:
			p.Count, p.Total, p.Done = 0, -1, false
		}
		snap.Progress = append(snap.Progress, p)
	}
	return snap
}
