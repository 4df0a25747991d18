package main

import (
	"time"

	"timebound/model"
	"timebound/model/document"
)

// report is what a scan found, ready to be written in any format.
type report struct {
	assessment *model.Assessment
	// findings are the tokens to show, filtered and sorted.
	findings   []*model.Finding
	problems   []model.Problem
	incomplete []shortfall
}

// writeScan writes the report in its documented shape (docs/scan.schema.json).
// The order of the fields is part of it.
func writeScan(d document.Writer, r report) error {
	d.BeginObject()
	document.Field(d, "apiVersion", "timebound/v1")
	document.Field(d, "kind", "Scan")
	d.Key("cluster")
	writeCluster(d, r.assessment)
	d.Key("tokens")
	d.BeginList()
	for _, f := range r.findings {
		writeToken(d, f)
	}
	d.EndList()
	d.Key("incomplete")
	d.BeginList()
	for _, s := range r.incomplete {
		d.BeginObject()
		document.Field(d, "kind", string(s.kind))
		document.Field(d, "namespace", s.namespace)
		document.Field(d, "reason", s.reason)
		document.Field(d, "message", s.message)
		document.Field(d, "rule", s.rule)
		d.EndObject()
	}
	d.EndList()
	d.EndObject()
	return d.Close()
}

func writeCluster(d document.Writer, a *model.Assessment) {
	c := a.Inventory.Cluster
	d.BeginObject()
	document.Field(d, "name", clusterName(c))
	document.Field(d, "uid", c.UID)
	document.Field(d, "version", versionsText(c))
	document.Field(d, "platform", platformText(c.Platform))
	d.Key("settings")
	d.BeginList()
	for _, s := range a.Settings {
		d.BeginObject()
		document.Field(d, "component", string(s.Component))
		document.Field(d, "kind", s.Kind.String())
		document.Field(d, "name", s.Name)
		d.Key("value")
		document.TextOrNull(d, s.Value)
		document.Field(d, "source", s.Source.String())
		document.Field(d, "where", s.Where)
		d.Key("others")
		d.BeginList()
		for _, o := range s.Others {
			d.BeginObject()
			document.Field(d, "value", o.Value)
			document.Field(d, "source", o.Source.String())
			document.Field(d, "where", o.Where)
			d.EndObject()
		}
		d.EndList()
		d.EndObject()
	}
	d.EndList()
	d.Key("counters")
	document.Encode(d, countersOf(c.Counters))
	d.EndObject()
}

func writeToken(d document.Writer, f *model.Finding) {
	t := f.Token
	d.BeginObject()
	document.Field(d, "namespace", t.Namespace)
	document.Field(d, "name", t.Name)
	document.Field(d, "uid", t.UID)
	document.Field(d, "account", t.Account)
	document.Field(d, "accountUID", t.AccountUID)
	document.Field(d, "origin", f.Origin.String())
	d.Key("created")
	document.TextOrNull(d, timeText(t.Created))
	d.Key("lastUsed")
	if t.LastUsed.Absent() {
		d.Null()
	} else {
		d.Text(t.LastUsed.Raw)
	}
	d.Key("invalidSince")
	document.TextOrNull(d, t.InvalidSince.Raw)
	d.Key("references")
	d.BeginList()
	for _, r := range f.References {
		writeReference(d, r)
	}
	d.EndList()
	document.Field(d, "from", f.From.String())
	d.Key("use")
	writeUse(d, f.Use)
	d.Key("accountUse")
	writeUse(d, f.AccountUse)
	document.Field(d, "verdict", f.Verdict.Slug())
	writeReasons(d, "reasons", f.Reasons)
	writeReasons(d, "blindSpots", f.BlindSpots)
	d.EndObject()
}

// writeUse writes what audit logs tell; null if they tell nothing.
func writeUse(d document.Writer, u *model.TokenUse) {
	if u == nil {
		d.Null()
		return
	}
	document.Encode(d, useOf(u, "", ""))
}

func writeReference(d document.Writer, r model.Reference) {
	d.BeginObject()
	document.Field(d, "how", r.How.String())
	document.Field(d, "kind", r.By.Kind)
	document.Field(d, "namespace", r.By.Namespace)
	document.Field(d, "name", r.By.Name)
	document.Field(d, "where", r.Where)
	document.Field(d, "state", r.State.String())
	d.Key("optional")
	d.Bool(r.Optional)
	d.EndObject()
}

func writeReasons(d document.Writer, name string, reasons []model.Reason) {
	d.Key(name)
	d.BeginList()
	for _, r := range reasons {
		d.BeginObject()
		document.Field(d, "code", string(r.Code))
		document.Field(d, "text", r.Text())
		d.EndObject()
	}
	d.EndList()
}

// clusterName is the name that people gave the cluster, or its address.
func clusterName(c model.Cluster) string {
	if c.Context != "" {
		return c.Context
	}
	return c.Server
}

// versionsText gives the version of the API servers, all of them if they
// differ.
func versionsText(c model.Cluster) string {
	text := ""
	for _, s := range c.Servers {
		if text != "" {
			text += ", "
		}
		text += s.Version.String()
	}
	if text == "" {
		return "unknown"
	}
	return text
}

func platformText(p model.Platform) string {
	switch {
	case p.ID == "":
		return "unknown"
	case p.Version == "":
		return string(p.ID)
	}
	return string(p.ID) + " " + p.Version
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
