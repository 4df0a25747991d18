package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// loki reads the data of an answer: {"resultType":"vector"|"matrix","result":[…]}.
func (d *document) loki() error {
	d.in.shape("Loki")
	return d.fields(func(key string) error {
		if key != "result" {
			return d.skip()
		}
		return d.within(d.sample)
	})
}

var errSteps = errors.New("a series has several points in time, whose windows overlap: ask Loki for the instant query (/loki/api/v1/query, logcli instant-query)")

// sample reads one series: {"metric":{label:value,…},"value":[time,"v"]}, or with
// "values":[[time,"v"]] in a matrix.
func (d *document) sample() error {
	var s struct {
		Metric map[string]string   `json:"metric"`
		Value  []json.RawMessage   `json:"value"`
		Values [][]json.RawMessage `json:"values"`
		Stream json.RawMessage     `json:"stream"`
	}
	if err := d.value(&s); err != nil {
		return err
	}
	if s.Stream != nil {
		return fmt.Errorf("%w: these are log lines; give them to timebound audit", ErrNoResult)
	}
	if len(s.Values) > 1 {
		return errSteps
	}
	if len(s.Values) == 1 {
		s.Value = s.Values[0]
	}
	if len(s.Value) != 2 {
		return fmt.Errorf("series %d: a time and a value are expected", d.in.series.n+1)
	}
	value, err := scalar(s.Value[1])
	if err != nil {
		return fmt.Errorf("series %d: %w", d.in.series.n+1, err)
	}
	c := make(cells, len(s.Metric)+1)
	for label, v := range s.Metric {
		c[columnName(label)] = v
	}
	c["value"] = value
	return d.in.row(c)
}

// seriesJoin makes rows of series. A Loki query gives numbers only, one a series:
// the label "stat" says which column a series holds, and the series that are alike
// in all other labels are one row.
type seriesJoin struct {
	rows map[string]cells
	n    uint64
	size int // of the rows' keys, which hold all labels
}

// Both bounds are beyond what Loki gives by far (500 series by default).
const (
	maxSeries     = 200_000
	maxSeriesSize = 64 << 20
)

func (j *seriesJoin) add(c cells) error {
	if j.n++; j.n > maxSeries {
		return fmt.Errorf("more than %d series; ask with shorter stretches of time (--since, --until) and merge", maxSeries)
	}
	stat, value := c["stat"], c["value"]
	if !slices.Contains([]string{"events", "lines", "whole", "first_seen", "last_seen", "past_warning"}, stat) {
		return fmt.Errorf("series %d: %w", j.n, fault("stat", stat, "events, lines, whole, first_seen, last_seen or past_warning"))
	}
	row := maps.Clone(c)
	for _, name := range []string{"stat", "value", "time"} { // the latter in Grafana's CSV: when it was asked
		delete(row, name)
	}
	var key strings.Builder
	for _, name := range slices.Sorted(maps.Keys(row)) {
		if row[name] != "" { // Loki has no empty labels, CSV has
			fmt.Fprintf(&key, "%q=%q,", name, row[name])
		}
	}
	known, ok := j.rows[key.String()]
	if !ok {
		if j.rows == nil {
			j.rows = map[string]cells{}
		}
		known = row
		if j.size += key.Len(); j.size > maxSeriesSize {
			return fmt.Errorf("series of more than %d MiB; ask with shorter stretches of time (--since, --until) and merge", maxSeriesSize>>20)
		}
		j.rows[key.String()] = known
	}
	if known.has(stat) {
		return fmt.Errorf("series %d: %q stands there twice for the same labels; give the answer to one query", j.n, stat)
	}
	known[stat] = value
	return nil
}

// join takes the rows that series made.
func (in *intake) join() error {
	rows := in.series.rows
	in.series.rows = nil
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		if err := in.row(rows[key]); err != nil {
			return err
		}
	}
	return nil
}
