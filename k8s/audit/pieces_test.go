package audit

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// got is a piece that was read, with data of its own.
type got struct {
	off      int64
	data     string
	oversize bool
}

func plainPieces(t *testing.T, log []byte, maxLine int) (all []got) {
	t.Helper()
	p := plain{at: bytes.NewReader(log), size: int64(len(log)), long: newLongLine()}
	buf := make([]byte, bufferSize)
	for k := range (int64(len(log)) + blockSize - 1) / blockSize {
		piece, err := p.block(t.Context(), k, buf, maxLine)
		if err != nil {
			t.Fatal(err)
		}
		if len(piece.data) > 0 || piece.oversize {
			all = append(all, got{piece.off, string(piece.data), piece.oversize})
		}
	}
	return all
}

func streamPieces(t *testing.T, log []byte, maxLine int) (all []got) {
	t.Helper()
	s := newSlicer(iotest.DataErrReader(&portions{log, 1}), newLongLine(), maxLine)
	pieces := make(chan piece)
	ended := make(chan error, 1)
	go func() {
		err := s.run(t.Context(), pieces)
		close(pieces)
		ended <- err
	}()
	for p := range pieces {
		all = append(all, got{p.off, string(p.data), p.oversize})
		s.free(p)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	return all
}

// wanted cuts a log by the rule itself: block k is the lines that begin in it.
func wanted(log []byte, maxLine int) (all []got) {
	var off int64
	for line := range bytes.Lines(log) {
		length := len(bytes.TrimSuffix(line, []byte("\n")))
		last := len(all) - 1
		if last < 0 || all[last].oversize || all[last].off/blockSize != off/blockSize {
			all = append(all, got{off: off})
			last++
		}
		if length > maxLine {
			all[last].oversize = true
		} else {
			all[last].data += string(line)
		}
		off += int64(len(line))
	}
	return all
}

// TestPiecesAreBlocks: files and streams are cut the same way, whatever the
// lengths of lines.
func TestPiecesAreBlocks(t *testing.T) {
	const maxLine = 3 * blockSize
	r := rand.New(rand.NewPCG(2, 3))
	lengths := []int{0, 1, 100, slack, blockSize - 2, blockSize - 1, blockSize, blockSize + 1, bufferSize - 1, bufferSize, bufferSize + 1, 2*blockSize + 7, maxLine - 1, maxLine, maxLine + 1, maxLine + 2, 4 * blockSize}
	for turn := range 18 {
		var b bytes.Buffer
		for b.Len() < 6*blockSize {
			if turn%2 == 0 && b.Len()%blockSize > 0 && r.IntN(3) == 0 { // up to a boundary, or close to it
				n := blockSize - b.Len()%blockSize + r.IntN(5) - 2
				b.WriteString(strings.Repeat("b", max(n-1, 0)) + "\n")
				continue
			}
			n := lengths[r.IntN(len(lengths))]
			if r.IntN(3) > 0 {
				n = r.IntN(50_000)
			}
			b.WriteString(strings.Repeat(string(rune('a'+r.IntN(26))), n) + "\n")
		}
		log := b.Bytes()
		if turn%3 == 0 {
			log = bytes.TrimRight(log, "\n")
		}
		want := wanted(log, maxLine)
		for name, all := range map[string][]got{"plain": plainPieces(t, log, maxLine), "stream": streamPieces(t, log, maxLine)} {
			if d := unequal(all, want); d != "" {
				t.Fatalf("turn %d, %s: %s", turn, name, d)
			}
		}
	}
}

// unequal says where pieces differ; pieces of one block may be one or several.
func unequal(all, want []got) string {
	for i := range max(len(all), len(want)) {
		if i >= len(all) || i >= len(want) {
			return fmt.Sprintf("%d pieces, want %d", len(all), len(want))
		}
		if a, w := all[i], want[i]; a != w {
			return fmt.Sprintf("piece %d: at %d, %d bytes, oversize %v; want at %d, %d bytes, oversize %v", i, a.off, len(a.data), a.oversize, w.off, len(w.data), w.oversize)
		}
	}
	return ""
}

func TestLongLines(t *testing.T) {
	log := []byte(legacyLine("1", 10) + "\n" + legacyLine("2", 5<<20) + "\n" + legacyLine("3", 10) + "\n" + legacyLine("4", 9<<20) + "\n" + legacyLine("5", 10))
	for name, s := range map[string]func() (uint64, [4]uint64){
		"plain": func() (uint64, [4]uint64) {
			sum, _ := read(t, Options{MaxLine: 8 << 20}, file(t, "audit.log", log))
			return uses(sum), lost(sum, "")
		},
		"stream": func() (uint64, [4]uint64) {
			sum, _ := read(t, Options{MaxLine: 8 << 20}, pipe("audit.log", log))
			return uses(sum), lost(sum, "")
		},
	} {
		if n, l := s(); n != 4 || l != [4]uint64{0, 0, 1, 0} {
			t.Errorf("%s: %d uses, lost %v", name, n, l)
		}
	}
	sum, _ := read(t, Options{MaxLine: 1000}, file(t, "audit.log", log))
	if n, l := uses(sum), lost(sum, ""); n != 3 || l != [4]uint64{0, 0, 2, 0} {
		t.Errorf("a limit below the size of a block: %d uses, lost %v", n, l)
	}
}

func TestFileShrinks(t *testing.T) {
	line := legacyLine("1", 1000) + "\n"
	log := []byte(strings.Repeat(line, 5*blockSize/len(line)))
	src := file(t, "audit.log", log)
	if err := os.Truncate(src.Path, 2*blockSize+blockSize/2); err != nil {
		t.Fatal(err)
	}
	sum, r := read(t, Options{Workers: 2}, src)
	if len(r.Troubles) != 1 || !errors.Is(r.Troubles[0].Err, errShrank) {
		t.Errorf("%+v", r.Troubles)
	}
	if uses(sum) == 0 || lost(sum, "")[1] == 0 {
		t.Errorf("%d uses, lost %v", uses(sum), lost(sum, ""))
	}
}

// TestFileGrows: what is written while a file is read does not look broken.
func TestFileGrows(t *testing.T) {
	half := legacyLine("2", 100)
	log := []byte(legacyLine("1", 100) + "\n" + half[:200])
	src := file(t, "audit.log", log)
	f, err := os.OpenFile(src.Path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(half[200:] + "\n"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	sum, r := read(t, Options{}, src)
	if len(r.Troubles) != 0 || uses(sum) != 2 || lost(sum, "") != [4]uint64{} {
		t.Errorf("%d uses, lost %v, %+v", uses(sum), lost(sum, ""), r)
	}
}

func TestLastLineCutOff(t *testing.T) {
	log := legacyLine("1", 100) + "\n" + legacyLine("2", 100)
	sum, _ := read(t, Options{}, file(t, "audit.log", []byte(log[:len(log)-20])))
	if l := lost(sum, ""); uses(sum) != 1 || l[0]+l[1] != 1 {
		t.Errorf("%d uses, lost %v", uses(sum), l)
	}
}

func TestSeen(t *testing.T) {
	s := newSeen(1 << 14)
	r := rand.New(rand.NewPCG(4, 4))
	known := map[uint64]bool{}
	for range 20_000 {
		h := r.Uint64N(9000) + 1 // hashes side by side, so that slots collide
		want := isNew
		if known[h] {
			want = isRepeat
		}
		if got := s.add(h); got != want {
			t.Fatalf("%d: %d, want %d", h, got, want)
		}
		known[h] = true
	}
	for h := uint64(10_000); h < 40_000; h++ {
		s.add(h)
	}
	if s.used > len(s.slots)*4/5 || len(s.slots) != 1<<14 {
		t.Errorf("%d of %d slots", s.used, len(s.slots))
	}
	if s.add(1<<40) != unchecked || s.add(1) != isRepeat {
		t.Error("a full table forgets, or takes more")
	}
}

// TestSameAuditID: a client that always sends the same Audit-ID makes requests
// that all count.
func TestSameAuditID(t *testing.T) {
	line := legacyLine("mine", 0) + "\n"
	other := strings.ReplaceAll(line, "22:00:52.488709Z", "22:00:52.488710Z")
	sum, r := read(t, Options{}, file(t, "audit.log", []byte(line+other+line)))
	if uses(sum) != 2 || r.Repeats != 1 {
		t.Errorf("%d uses, %d repeats", uses(sum), r.Repeats)
	}
}

func TestDecodingAllIsTheSame(t *testing.T) {
	// A block whose beginning is full of hits is decoded line by line; with other
	// lines in front it is searched.
	var dense bytes.Buffer
	for i := range 2000 {
		fmt.Fprintln(&dense, legacyLine(fmt.Sprint(i), 300))
	}
	quiet := strings.ReplaceAll(legacyLine("q", 300), "legacy-token", "lagecy-token") + "\n"
	sparse := slices.Concat([]byte(strings.Repeat(quiet, 500)), dense.Bytes())
	for name, log := range map[string][]byte{"dense": dense.Bytes(), "sparse": sparse} {
		d := &digester{}
		d.finder, _ = finderFor(nil)
		if _, all := d.search(log); all != (name == "dense") {
			t.Errorf("%s: all %v", name, all)
		}
		if sum, _ := read(t, Options{}, file(t, "audit.log", log)); uses(sum) != 2000 {
			t.Errorf("%s: %d uses", name, uses(sum))
		}
	}
}
