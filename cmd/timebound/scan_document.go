package main

import (
	"time"

	"timebound/model"
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
func writeScan(d document, r report) error {
	d.beginObject()
	field(d, "apiVersion", "timebound/v1")
	field(d, "kind", "Scan")
	d.key("cluster")
	writeCluster(d, r.assessment)
	d.key("tokens")
	d.beginList()
	for _, f := range r.findings {
		writeToken(d, f)
	}
	d.endList()
	d.key("incomplete")
	d.beginList()
	for _, s := range r.incomplete {
		d.beginObject()
		field(d, "kind", string(s.kind))
		field(d, "namespace", s.namespace)
		field(d, "reason", s.reason)
		field(d, "message", s.message)
		field(d, "rule", s.rule)
		d.endObject()
	}
	d.endList()
	d.endObject()
	return d.close()
}

func writeCluster(d document, a *model.Assessment) {
	c := a.Inventory.Cluster
	d.beginObject()
	field(d, "name", clusterName(c))
	field(d, "uid", c.UID)
	field(d, "version", versionsText(c))
	field(d, "platform", platformText(c.Platform))
	d.key("settings")
	d.beginList()
	for _, s := range a.Settings {
		d.beginObject()
		field(d, "component", string(s.Component))
		field(d, "kind", s.Kind.String())
		field(d, "name", s.Name)
		d.key("value")
		textOrNull(d, s.Value)
		field(d, "source", s.Source.String())
		field(d, "where", s.Where)
		d.key("others")
		d.beginList()
		for _, o := range s.Others {
			d.beginObject()
			field(d, "value", o.Value)
			field(d, "source", o.Source.String())
			field(d, "where", o.Where)
			d.endObject()
		}
		d.endList()
		d.endObject()
	}
	d.endList()
	d.endObject()
}

func writeToken(d document, f *model.Finding) {
	t := f.Token
	d.beginObject()
	field(d, "namespace", t.Namespace)
	field(d, "name", t.Name)
	field(d, "uid", t.UID)
	field(d, "account", t.Account)
	field(d, "accountUID", t.AccountUID)
	field(d, "origin", f.Origin.String())
	d.key("created")
	textOrNull(d, timeText(t.Created))
	d.key("lastUsed")
	textOrNull(d, t.LastUsed.Raw)
	d.key("invalidSince")
	textOrNull(d, t.InvalidSince.Raw)
	d.key("references")
	d.beginList()
	for _, r := range f.References {
		writeReference(d, r)
	}
	d.endList()
	field(d, "verdict", f.Verdict.Slug())
	writeReasons(d, "reasons", f.Reasons)
	writeReasons(d, "blindSpots", f.BlindSpots)
	d.endObject()
}

func writeReference(d document, r model.Reference) {
	d.beginObject()
	field(d, "how", r.How.String())
	field(d, "kind", r.By.Kind)
	field(d, "namespace", r.By.Namespace)
	field(d, "name", r.By.Name)
	field(d, "where", r.Where)
	field(d, "state", r.State.String())
	d.key("optional")
	d.bool(r.Optional)
	d.endObject()
}

func writeReasons(d document, name string, reasons []model.Reason) {
	d.key(name)
	d.beginList()
	for _, r := range reasons {
		d.beginObject()
		field(d, "code", string(r.Code))
		field(d, "text", r.Text())
		d.endObject()
	}
	d.endList()
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
