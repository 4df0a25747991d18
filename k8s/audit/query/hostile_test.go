package query

import (
	"bytes"
	"io"
	"runtime"
	"strings"
	"testing"

	"timebound/model/usage"
)

// TestErrorsNameRowAndColumn breaks a cell of the second row.
func TestErrorsNameRowAndColumn(t *testing.T) {
	good := `{"events":1,"first_seen":"` + firstSeen + `","legacy_token":"system:serviceaccount:a:b"}`
	for name, c := range map[string]struct{ row, says string }{
		"count":          {`{"events":"many"}`, "row 2: column events"},
		"negative":       {`{"events":-1}`, "row 2: column events"},
		"huge":           {`{"events":1e300}`, "row 2: column events"},
		"fraction":       {`{"events":1.5}`, "row 2: column events"},
		"none":           {`{"events":0}`, "row 2: column events"},
		"object":         {`{"events":{}}`, `row 2: column "events"`},
		"twice":          {`{"events":1,"Events":2}`, `row 2: column "`},
		"time":           {`{"events":1,"first_seen":"yesterday"}`, "row 2: column first_seen"},
		"zone":           {`{"events":1,"first_seen":"2026-03-01 10:00:00 PST"}`, "row 2: column first_seen"},
		"year":           {`{"events":1,"first_seen":"1970-01-01T00:00:00Z"}`, "row 2: column first_seen"},
		"number as time": {`{"events":1,"first_seen":12}`, "row 2: column first_seen"},
		"NaN":            {`{"events":1,"first_seen":"NaN"}`, "row 2: column first_seen"},
		"turned round":   {`{"events":1,"first_seen":"` + lastSeen + `","last_seen":"` + firstSeen + `"}`, "row 2: column last_seen"},
		"other day":      {`{"events":1,"first_seen":"` + firstSeen + `","last_seen":"2026-03-02T00:00:00Z"}`, "row 2: column last_seen"},
		"stage":          {`{"events":1,"stage":"Done"}`, "row 2: column stage"},
		"code":           {`{"events":1,"code":1000}`, "row 2: column code"},
		"account":        {`{"events":1,"legacy_token":"system:serviceaccount:a"}`, "row 2: column legacy_token"},
		"stale":          {`{"events":1,"stale_token":"somebody"}`, "row 2: column stale_token"},
		"two accounts":   {`{"events":1,"legacy_token":"system:serviceaccount:a:b","stale_token":"subject: system:serviceaccount:a:c"}`, "row 2: column stale_token"},
		"two secrets":    {`{"events":1,"legacy_token":"system:serviceaccount:a:b","auto_secret":"x","manual_secret":"y"}`, "row 2: column manual_secret"},
		"issued":         {`{"events":1,"issued":"JTI=x","resource":"serviceaccounts","subresource":"token"}`, "row 2: column issued_for"},
		"whole":          {`{"lines":1,"whole":2}`, "row 2: column whole"},
		"long window":    {`{"lines":1,"first_seen":"2026-03-01T10:00:00Z","last_seen":"2026-03-01T10:10:01Z"}`, "row 2: column last_seen"},
		"other columns":  {`{"message":"x"}`, "row 2: this is no result"},
		"list":           {`["x"]`, "row 2: a list of fields"},
		"text":           {`"x"`, "row 2: an object is expected"},
		"broken":         {`{"events":`, "after 1 rows, at byte"},
		"nothing":        {``, "after 1 rows, at byte"},
	} {
		_, report, err := Import(strings.NewReader("["+good+","+c.row+"]"), ImportOptions{})
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
		if report.Rows == 0 {
			t.Errorf("%s: the good row is not counted", name)
		}
	}
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"empty":             {"", "it is empty"},
		"white":             {" \n\t", "it is empty"},
		"UTF-16":            {"\xff\xfee\x00", "UTF-16"},
		"bare value":        {"[]1", "a bare value"},
		"other CSV":         {"time,message\n1,2\n", `it has the columns "message", "time"`},
		"ragged CSV":        {"events,code\n1,2\n1\n", "after 1 rows: record on line 3: wrong number of fields"},
		"open quote":        {"events,code\n1,\"2\n", "after 0 rows"},
		"two of a name":     {"events,EVENTS\n", "two columns"},
		"many columns":      {"events" + strings.Repeat(",x", 300) + "\n", "301 columns"},
		"log lines of Loki": {`{"data":{"resultType":"streams","result":[{"stream":{},"values":[["1","x"]]}]}}`, "give them to timebound audit"},
		"overlapping":       {`{"data":{"result":[{"metric":{"stat":"events"},"values":[[1,"1"],[2,"1"]]}]}}`, "instant query"},
		"no pair":           {`{"data":{"result":[{"metric":{"stat":"events"},"value":[1]}]}}`, "series 1"},
		"unknown stat":      {`{"data":{"result":[{"metric":{"stat":"sum"},"value":[1,"1"]}]}}`, "column stat"},
		"twice":             {`{"data":{"result":[{"metric":{"stat":"events"},"value":[1,"1"]},{"metric":{"stat":"events"},"value":[1,"1"]}]}}`, "stands there twice"},
		"short table row":   {`{"tables":[{"columns":[{"name":"events"}],"rows":[[1],[]]}]}`, "row 2: 0 values for 1 columns"},
		"rows first":        {`{"tables":[{"rows":[[1]],"columns":[{"name":"events"}]}]}`, "row 1: 1 values for 0 columns"},
		"key of a bucket":   {`{"aggregations":{"uses":{"buckets":[{"key":"x","doc_count":1}]}}}`, "composite aggregation"},
		"deep":              {strings.Repeat(`{"results":[`, 1) + strings.Repeat("[", 20000), "exceeded max depth"},
		"too many rows":     {strings.Repeat(`{"events":1}`, 11), "more than 10 rows"},
	} {
		_, _, err := Import(strings.NewReader(c.text), ImportOptions{Rows: 10})
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}

// TestWarnings are of results that are not the whole.
func TestWarnings(t *testing.T) {
	row := `{"events":1,"first_seen":"` + firstSeen + `"}`
	for name, c := range map[string]struct{ text, says string }{
		"running":    {`{"status":"Running","results":[]}`, "Running"},
		"timed out":  {`{"timed_out":true,"aggregations":{}}`, "timed_out"},
		"shards":     {`{"_shards":{"failed":2},"aggregations":{}}`, "2 shards"},
		"partial":    {`{"error":{"code":"PartialError"},"tables":[]}`, "PartialError"},
		"limit":      {strings.Repeat(row, 10_000), "exactly 10000 rows"},
		"more pages": {`{"aggregations":{"uses":{"after_key":{"day":"x"},"buckets":[` + strings.Repeat(`{"doc_count":1},`, 9_999) + `{"doc_count":1}]}}}`, `"after": {"day":"x"}`},
	} {
		_, report, err := Import(strings.NewReader(c.text), ImportOptions{})
		if err != nil || len(report.Warnings) == 0 || !strings.Contains(report.Warnings[0], c.says) {
			t.Errorf("%s: %v, %q, want %q", name, err, report.Warnings, c.says)
		}
	}
}

// endlessReader repeats a text after a head, for good.
type endlessReader struct {
	head, again string
	given       int64
}

func (r *endlessReader) Read(p []byte) (int, error) {
	n := copy(p, r.head)
	if r.head = r.head[n:]; n == 0 {
		for n < len(p) {
			n += copy(p[n:], r.again)
		}
	}
	r.given += int64(n)
	return n, nil
}

// TestEndlessRows never end, and must not fill the memory before that is seen.
func TestEndlessRows(t *testing.T) {
	for name, r := range map[string]*endlessReader{
		"CSV quote":   {head: "events,code\n1,\"", again: "x"},
		"CSV header":  {again: "xy"},
		"text":        {head: `{"events":"`, again: "x"},
		"key":         {head: `{"`, again: "x"},
		"fields":      {head: `{"x":1`, again: `,"x":"y"`},
		"nesting":     {again: "["},
		"number":      {head: `[{"events":1`, again: "1"},
		"insights":    {head: `{"results":[[`, again: `{"field":"a"},`},
		"unknown key": {head: `{"results":[],"x":[`, again: `1,`},
		"bucket":      {head: `{"aggregations":{"uses":{"buckets":[{"key":{`, again: `"a":1,`},
		"white space": {head: "[", again: " "},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := Import(io.LimitReader(r, 32<<20), ImportOptions{})
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if r.given > 8*maxRow {
			t.Errorf("%s: %d MiB were read (%v)", name, r.given>>20, err)
		}
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 128<<20 {
			t.Errorf("%s: %d MiB were taken", name, grown>>20)
		}
	}
}

// FuzzImport wants an error or a summary that can travel, twice the same.
func FuzzImport(f *testing.F) {
	for _, text := range shapes() {
		f.Add([]byte(text))
	}
	f.Add([]byte(`{"lines":2,"whole":1,"first_seen":1772359200,"last_seen":1772359201000}`))
	f.Add([]byte("stat,value,verb\nlines,1,get\nwhole,1,get\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		o := ImportOptions{Server: "s", Rows: 1000}
		s, report, err := Import(bytes.NewReader(b), o)
		again, _, errAgain := Import(bytes.NewReader(b), o)
		if (err == nil) != (errAgain == nil) {
			t.Fatalf("%v, then %v", err, errAgain)
		}
		if err != nil {
			return
		}
		if got := encoded(t, s); got != encoded(t, again) {
			t.Fatal("another summary the second time")
		} else if _, err := usage.Decode(strings.NewReader(got)); err != nil {
			t.Fatalf("the summary cannot be read: %v", err)
		}
		if report.Rows > o.Rows || report.Unread > report.Lines {
			t.Fatalf("%+v", report)
		}
	})
}
