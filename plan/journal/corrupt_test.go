package journal

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// written makes a run of n records after the first, and returns its folder, its
// bytes and what Read says of it.
func written(tb testing.TB, s *Store, n int) (dir string, text []byte, log *Log) {
	tb.Helper()
	j := begin1(tb, s, "r1")
	for i := range n {
		appendAll(tb, j, rec("intent", fmt.Sprint("item-", i)))
	}
	j.Close()
	log, err := s.Read("r1")
	if err != nil {
		tb.Fatal(err)
	}
	dir = s.RunPath("r1")
	text, err = os.ReadFile(filepath.Join(dir, recordsName))
	if err != nil {
		tb.Fatal(err)
	}
	return dir, text, log
}

// isPrefix says whether got holds the first records of want and no other.
func isPrefix(got, want *Log) bool {
	if len(got.Records) > len(want.Records) {
		return false
	}
	for i, r := range got.Records {
		w := want.Records[i]
		if r.Hash != w.Hash || r.Item != w.Item || r.Type != w.Type || !bytes.Equal(r.Body, w.Body) || !r.Time.Equal(w.Time) {
			return false
		}
	}
	return true
}

func TestAFileCutAnywhereIsTornOrCorrupt(t *testing.T) {
	s := openStore(t)
	dir, text, whole := written(t, s, 2)
	path, headPath := filepath.Join(dir, recordsName), filepath.Join(dir, headName)
	head, err := os.ReadFile(headPath)
	if err != nil {
		t.Fatal(err)
	}
	for size := range len(text) {
		if err := os.WriteFile(path, text[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		// With its head file, any cut is noticed.
		if err := os.WriteFile(headPath, head, 0o600); err != nil {
			t.Fatal(err)
		}
		var corrupt *CorruptError
		if _, err := s.Read("r1"); !errors.As(err, &corrupt) {
			t.Fatalf("cut at %d: %v", size, err)
		}
		if corrupt.Line != bytes.Count(text[:size], []byte("\n"))+1 {
			t.Fatalf("cut at %d: line %d", size, corrupt.Line)
		}
		// Without, what is left of a line is torn, and the lines before stand.
		os.Remove(headPath)
		got, err := s.Read("r1")
		if err != nil || !isPrefix(got, whole) || got.Head != HeadAbsent {
			t.Fatalf("cut at %d without head: %+v %v", size, got, err)
		}
		torn := text[bytes.LastIndexByte(text[:size], '\n')+1 : size]
		if !bytes.Equal(got.Torn, torn) {
			t.Fatalf("cut at %d: torn %q, want %q", size, got.Torn, torn)
		}
	}
}

func TestAnyFlippedBitIsNoticed(t *testing.T) {
	s := openStore(t)
	dir, text, whole := written(t, s, 2)
	path := filepath.Join(dir, recordsName)
	lastLine := bytes.LastIndexByte(text[:len(text)-1], '\n') + 1
	beforeLast := bytes.LastIndexByte(text[:lastLine-1], '\n') + 1
	flip := func(head []byte, offset, bit int) (*Log, error) {
		bad := bytes.Clone(text)
		bad[offset] ^= 1 << bit
		log := &Log{ID: "r1"}
		err := log.parse(path, bytes.NewReader(bad))
		if err == nil {
			err = log.checkHead(path, head)
		}
		return log, err
	}
	head := encodeHead(len(whole.Records), whole.Records[len(whole.Records)-1].Hash)
	var corrupt *CorruptError
	for offset := range text {
		for bit := range 8 {
			if _, err := flip(head, offset, bit); !errors.As(err, &corrupt) {
				t.Fatalf("bit %d of byte %d: %v", bit, offset, err)
			}
			// Without the head file the last line may pass for torn, and also the two
			// last if the end of the one before them is gone; never for good.
			log, err := flip(nil, offset, bit)
			if errors.As(err, &corrupt) {
				continue
			}
			if err != nil || len(log.Torn) == 0 || !isPrefix(log, whole) || offset < beforeLast || offset < lastLine-1 {
				t.Fatalf("bit %d of byte %d without head: %+v %v", bit, offset, log, err)
			}
		}
	}
}

func TestRandomDamageIsNeverAccepted(t *testing.T) {
	s := openStore(t)
	dir, text, whole := written(t, s, 6)
	path := filepath.Join(dir, recordsName)
	lines := bytes.SplitAfter(text, []byte("\n"))
	lines = lines[:len(lines)-1]
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 3000 {
		var bad []byte
		switch i % 4 {
		case 0: // a line is missing, and not the last
			k := random.IntN(len(lines) - 1)
			bad = bytes.Join(append(append([][]byte{}, lines[:k]...), lines[k+1:]...), nil)
		case 1: // two lines change places
			l := append([][]byte{}, lines...)
			k := random.IntN(len(l) - 1)
			l[k], l[k+1] = l[k+1], l[k]
			bad = bytes.Join(l, nil)
		case 2: // a line comes twice
			k := random.IntN(len(lines))
			bad = bytes.Join(append(append(append([][]byte{}, lines[:k+1]...), lines[k]), lines[k+1:]...), nil)
		case 3: // bytes become zero, not in the last line
			bad = bytes.Clone(text)
			end := len(text) - len(lines[len(lines)-1]) - 1
			from := random.IntN(end)
			clear(bad[from:min(end, from+1+random.IntN(40))])
		}
		log := &Log{ID: "r1"}
		var corrupt *CorruptError
		if err := log.parse(path, bytes.NewReader(bad)); !errors.As(err, &corrupt) {
			t.Fatalf("round %d: %v, %d of %d records, torn %q", i, err, len(log.Records), len(whole.Records), log.Torn)
		}
	}
}

func TestTheHeadFile(t *testing.T) {
	s := openStore(t)
	dir, _, whole := written(t, s, 2)
	path := filepath.Join(dir, headName)
	r := whole.Records
	for _, c := range []struct {
		text    []byte
		want    Head
		corrupt bool
	}{
		{encodeHead(3, r[2].Hash), HeadLevel, false},
		{encodeHead(2, r[1].Hash), HeadBehind, false},
		{encodeHead(4, r[2].Hash), "", true},
		{encodeHead(3, r[1].Hash), "", true},
		{encodeHead(2, r[2].Hash), "", true},
		{nil, HeadAbsent, false},
		{make([]byte, len(encodeHead(1, r[0].Hash))), HeadDamaged, false},
		{encodeHead(3, r[2].Hash)[:40], HeadDamaged, false},
		{append(encodeHead(3, r[2].Hash), ' '), HeadDamaged, false},
		{bytes.Replace(encodeHead(3, r[2].Hash), []byte("003"), []byte("001"), 1), HeadDamaged, false},
	} {
		if err := os.WriteFile(path, c.text, 0o600); err != nil {
			t.Fatal(err)
		}
		log, err := s.Read("r1")
		var corrupt *CorruptError
		if c.corrupt {
			if !errors.As(err, &corrupt) {
				t.Errorf("%q: %v", c.text, err)
			}
		} else if err != nil || log.Head != c.want {
			t.Errorf("%q: %+v %v", c.text, log, err)
		}
	}
}

func TestATornTailIsCutOffAndKept(t *testing.T) {
	s := openStore(t)
	dir, text, _ := written(t, s, 2)
	path := filepath.Join(dir, recordsName)
	var kept []byte
	for _, torn := range []string{`{"seq":4,"ty`, "\x00\x00\x00\x00", "half a line, but ended\n"} {
		overwrite(t, path, func(b []byte) []byte { return append(b, torn...) })
		j, err := s.Continue("r1")
		if err != nil {
			t.Fatal(err)
		}
		j.Close()
		if got, _ := os.ReadFile(path); !bytes.Equal(got, text) {
			t.Fatalf("torn %q: the file is %q", torn, got)
		}
		kept = append(kept, torn...)
		if got, _ := os.ReadFile(filepath.Join(dir, tornName)); !bytes.Equal(got, kept) {
			t.Fatalf("kept %q, want %q", got, kept)
		}
	}
	j, err := s.Continue("r1")
	if err != nil {
		t.Fatal(err)
	}
	appendAll(t, j, rec("more", "x"))
	if log, err := s.Read("r1"); err != nil || len(log.Records) != 4 || log.Head != HeadLevel {
		t.Errorf("%+v %v", log, err)
	}
	// A line that is whole but wrong was not left by a crash.
	overwrite(t, path, func(b []byte) []byte { return append(b, "{}\n"...) })
	var corrupt *CorruptError
	if _, err := s.Continue("r1"); !errors.As(err, &corrupt) {
		t.Error(err)
	}
}
