package main

import (
	"context"
	"fmt"
	"time"

	"timebound/k8s"
	"timebound/k8s/demo"
	"timebound/model"
	"timebound/plan/knowledge"
)

// cluster is the demo cluster as it was read, once, for all scenes.
type cluster struct {
	snapshot  model.Snapshot
	knowledge model.Knowledge
	now       time.Time // the demo's clock, which stands still
}

// The demo's address and the age of the data change from run to run; pictures
// show these instead.
const (
	address = "https://api.demo.example:6443"
	age     = 4 * time.Second
)

// load reads the demo cluster the way a real one is read.
func load() (*cluster, error) {
	server, err := demo.Start()
	if err != nil {
		return nil, fmt.Errorf("start the demo cluster: %w", err)
	}
	defer server.Close()
	know, err := knowledge.Load()
	if err != nil {
		return nil, fmt.Errorf("load knowledge: %w", err)
	}
	session, err := k8s.Open(k8s.Config{REST: server.REST(), Context: "demo", Version: "screenshots", Knowledge: know})
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
			return &cluster{snapshot: still(snap, server.Now()), knowledge: know, now: server.Now()}, nil
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
