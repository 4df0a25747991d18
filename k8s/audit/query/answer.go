package query

import (
	"encoding/json"
	"fmt"
)

// top reads an object at the top: an engine's answer, which holds its rows under a
// key of its own, or else a row.
func (d *document) top() error {
	answer, size := false, 0
	row := map[string]json.RawMessage{}
	err := d.object(func(key string) error {
		read, ok := map[string]func() error{
			"results":      d.insights,
			"tables":       d.tables,
			"aggregations": d.aggregations,
			"data":         d.loki,
		}[key]
		if ok {
			answer = true
			return read()
		}
		var raw json.RawMessage
		if err := d.value(&raw); err != nil {
			return err
		}
		if size += len(key) + len(raw); size > maxRow {
			return errRowSize
		}
		row[key] = raw
		return nil
	})
	if err != nil {
		return err
	}
	if answer {
		d.complete(row)
		return nil
	}
	d.in.shape("JSON rows")
	return d.columns(row)
}

// complete looks at what an answer says of itself beside its rows.
func (d *document) complete(says map[string]json.RawMessage) {
	is := func(key string, fine ...string) {
		raw, ok := says[key]
		s, err := scalar(raw)
		for _, f := range fine {
			ok = ok && s != f
		}
		if ok || err != nil {
			d.in.warn("the engine says %q: %.200s; rows may be missing", key, raw)
		}
	}
	is("status", "Complete", "success") // CloudWatch, Loki
	is("timed_out", "false")            // OpenSearch
	is("error", "")                     // Log Analytics, with the rows until then
	var shards struct{ Failed int }
	if json.Unmarshal(says["_shards"], &shards) == nil && shards.Failed > 0 {
		d.in.warn("%d shards failed; rows are missing", shards.Failed)
	}
}

// insights reads the answer of get-query-results.
func (d *document) insights() error {
	d.in.shape("CloudWatch Insights")
	return d.within(func() error {
		var raw json.RawMessage
		if err := d.value(&raw); err != nil {
			return err
		}
		return d.insightsRow(raw)
	})
}

// insightsRow reads [{"field":"…","value":"…"},…].
func (d *document) insightsRow(raw json.RawMessage) error {
	d.in.shape("CloudWatch Insights")
	var pairs []struct {
		Field string          `json:"field"`
		Value json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(raw, &pairs); err != nil {
		return fmt.Errorf("row %d: a list of fields and values is expected: %w", d.in.report.Rows+1, err)
	}
	values := make(map[string]json.RawMessage, len(pairs))
	for _, p := range pairs {
		if p.Field != "@ptr" { // where the record lies, which is nobody's business here
			values[p.Field] = p.Value
		}
	}
	return d.columns(values)
}

// tables reads the answer of the Log Analytics API:
// [{"name":"PrimaryResult","columns":[{"name":"…"},…],"rows":[[…],…]}].
func (d *document) tables() error {
	d.in.shape("Log Analytics")
	return d.within(func() error {
		var names []string
		return d.fields(func(key string) error {
			switch key {
			case "columns":
				var columns []struct{ Name string }
				if err := d.value(&columns); err != nil {
					return err
				}
				names = names[:0]
				for _, c := range columns {
					names = append(names, c.Name)
				}
				return nil
			case "rows":
				return d.within(func() error { return d.tableRow(names) })
			}
			return d.skip()
		})
	})
}

func (d *document) tableRow(names []string) error {
	var row []json.RawMessage
	if err := d.value(&row); err != nil {
		return err
	}
	if len(row) != len(names) {
		return fmt.Errorf("row %d: %d values for %d columns", d.in.report.Rows+1, len(row), len(names))
	}
	values := make(map[string]json.RawMessage, len(row))
	for i, raw := range row {
		values[names[i]] = raw
	}
	return d.columns(values)
}
