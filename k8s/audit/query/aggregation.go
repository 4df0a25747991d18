package query

import (
	"encoding/json"
	"fmt"

	"timebound/model"
)

// pageSize is the number of buckets that the printed OpenSearch query asks for.
const pageSize = 10_000

// aggregations reads an OpenSearch answer: by name, {"after_key":…,"buckets":[…]}.
func (d *document) aggregations() error {
	d.in.shape("OpenSearch")
	return d.fields(func(name string) error {
		var after json.RawMessage
		buckets := 0
		err := d.fields(func(key string) error {
			switch key {
			case "after_key":
				return d.value(&after)
			case "buckets":
				return d.within(func() error { buckets++; return d.bucket(name) })
			}
			return d.skip()
		})
		if err == nil && buckets >= pageSize {
			d.in.warn(`%s: the page is full; ask again with "after": %s, put the answers one after the other into one file, and import that`,
				model.Printable(name), model.Printable(string(after)))
		}
		return err
	})
}

// counted names the column that the number of documents stands for.
var counted = map[string]string{"uses": "events", "covered": "lines"}

// bucket reads {"key":{column:value,…},"doc_count":n,column:{"value":v},…}.
func (d *document) bucket(name string) error {
	var raw map[string]json.RawMessage
	if err := d.value(&raw); err != nil {
		return err
	}
	values := map[string]json.RawMessage{}
	if key, ok := raw["key"]; ok {
		if err := json.Unmarshal(key, &values); err != nil {
			return fmt.Errorf("row %d: the key of a composite aggregation is expected: %w", d.in.report.Rows+1, err)
		}
	}
	if values == nil { // "key":null
		values = map[string]json.RawMessage{}
	}
	for column, v := range raw {
		var sub struct {
			Value    json.RawMessage
			DocCount json.RawMessage `json:"doc_count"`
		}
		if column == "key" || json.Unmarshal(v, &sub) != nil {
			continue
		}
		switch {
		case sub.Value != nil:
			values[column] = sub.Value
		case sub.DocCount != nil:
			values[column] = sub.DocCount
		}
	}
	if column, ok := counted[name]; ok {
		values[column] = raw["doc_count"]
	}
	return d.columns(values)
}
