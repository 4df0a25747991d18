package journal

import (
	"bytes"
	"errors"
	"testing"
)

// FuzzRead reads bytes that nobody wrote: no panic, and nothing is accepted that
// is not a chain.
func FuzzRead(f *testing.F) {
	_, text, log := written(f, openStore(f), 2)
	f.Add(text, encodeHead(3, log.Records[2].Hash))
	f.Add(text[:len(text)-5], []byte(nil))
	f.Add([]byte("{}\n"), []byte("x"))
	f.Add(bytes.Repeat([]byte("[\n"), 100), []byte("1 2 3"))
	f.Fuzz(func(t *testing.T, text, head []byte) {
		log := &Log{ID: "r1"}
		err := log.parse("journal.jsonl", bytes.NewReader(text))
		if err == nil {
			err = log.checkHead("journal.jsonl", head)
		}
		var corrupt *CorruptError
		if err != nil {
			if !errors.As(err, &corrupt) {
				t.Fatal(err)
			}
			return
		}
		if int64(len(text)) != log.size+int64(len(log.Torn)) {
			t.Fatalf("%d bytes: %d good, %d torn", len(text), log.size, len(log.Torn))
		}
		prev := ""
		for i, r := range log.Records {
			if r.Seq != i+1 || r.Prev != prev {
				t.Fatalf("record %d: %+v", i, r)
			}
			prev = r.Hash
		}
	})
}
