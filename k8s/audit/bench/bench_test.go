package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"timebound/k8s/audit/auditlog"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == launchWord {
		os.Exit(launch(os.Args[2:]))
	}
	os.Exit(m.Run())
}

// All that stand beside the product find what is in the log.
func TestContestantsFindWhatIsThere(t *testing.T) {
	s := &stage{dir: t.TempDir(), packed: map[string]string{}}
	var err error
	if s.usual, err = s.make("usual.log", auditlog.Options{Size: 2 << 20}); err != nil {
		t.Fatal(err)
	}
	if s.legacy, err = s.make("legacy.log", auditlog.Options{Size: 1 << 20, Shares: auditlog.OnlyLegacy()}); err != nil {
		t.Fatal(err)
	}
	if err := s.pack(t.Context(), ".gz", "gzip -6"); err != nil {
		t.Fatal(err)
	}
	if err := s.pack(t.Context(), ".zst", "zstd -q -3"); err != nil {
		t.Fatal(err)
	}
	looked := 0
	for _, r := range s.races() {
		want := int64(total(r.log.truth))
		for _, c := range r.runners {
			if strings.HasPrefix(c.name, "timebound") || c.missing() != "" {
				continue
			}
			_, found, err := c.read(t.Context())
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			if found != unknown {
				looked++
				if found != want {
					t.Errorf("%s, %s: found %d requests, want %d", r.name, c.name, found, want)
				}
			}
		}
	}
	if looked == 0 || total(s.usual.truth) == 0 {
		t.Error("nobody looked for anything")
	}
}

// Every comparison names contestants that there are.
func TestComparisonsNameContestants(t *testing.T) {
	s := &stage{packed: map[string]string{".gz": "x.gz", ".zst": "x.zst"}}
	for _, r := range s.races() {
		names := map[string]bool{}
		for _, c := range r.runners {
			names[c.name] = true
		}
		for _, c := range r.compared {
			if !names[c.ours] || !names[c.other] {
				t.Errorf("%s compares %q with %q, and has %v", r.name, c.ours, c.other, names)
			}
		}
	}
}

func TestCheckSeesEveryDifference(t *testing.T) {
	truth, err := auditlog.Write(io.Discard, auditlog.Options{Requests: 3000, Shares: auditlog.Shares{Legacy: 100, Stale: 50, Refused: 50}})
	if err != nil {
		t.Fatal(err)
	}
	right := func() document {
		var d document
		of := func(use *auditlog.Use) reported {
			return reported{Requests: use.Requests, First: time.UnixMicro(int64(use.First)).Truncate(time.Second), Last: time.UnixMicro(int64(use.Last)).Truncate(time.Second)}
		}
		for name, use := range truth.Legacy {
			r := of(use)
			r.Namespace, r.Account, r.Name = name.Account.Namespace, name.Account.Name, name.Secret
			d.Tokens = append(d.Tokens, r)
		}
		for account, use := range truth.Stale {
			r := of(use)
			r.Namespace, r.Account = account.Namespace, account.Name
			d.Stale = append(d.Stale, r)
		}
		d.Refused = []reported{of(&truth.Refused)}
		return d
	}
	checked := func(d document) (int64, error) {
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		return check(text, truth)
	}
	if n, err := checked(right()); err != nil || n != int64(total(truth)) {
		t.Errorf("the truth: %d requests, %v; want %d", n, err, total(truth))
	}
	for name, change := range map[string]func(*document){
		"a request more":     func(d *document) { d.Tokens[0].Requests++ },
		"a token fewer":      func(d *document) { d.Tokens = d.Tokens[1:] },
		"another token":      func(d *document) { d.Tokens[0].Name = "invented" },
		"an account besides": func(d *document) { d.Accounts = append(d.Accounts, d.Tokens[0]) },
		"later":              func(d *document) { d.Tokens[0].Last = d.Tokens[0].Last.Add(time.Second) },
		"earlier":            func(d *document) { d.Stale[0].First = d.Stale[0].First.Add(-time.Second) },
		"fewer refused":      func(d *document) { d.Refused[0].Requests-- },
	} {
		d := right()
		change(&d)
		if _, err := checked(d); err == nil {
			t.Errorf("%s: not seen", name)
		}
	}
}

// The peak is that of the program, whatever the bench itself holds.
func TestPeakIsTheProgramsOwn(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip(err)
	}
	ballast := make([]byte, 120<<20)
	for i := 0; i < len(ballast); i += 4096 {
		ballast[i] = 1
	}
	s := &stage{product: sh}
	small, err := s.peak(context.Background(), nil, io.Discard, "-c", "true")
	if err != nil {
		t.Fatal(err)
	}
	large, err := s.peak(context.Background(), nil, io.Discard, "-c", `x=$(head -c 30000000 /dev/zero | tr '\0' x); true`)
	if err != nil {
		t.Fatal(err)
	}
	if small > 60<<20 || large < 30_000_000 || ballast[4096] != 1 {
		t.Errorf("a small program held %d MB, one of 30 MB held %d MB", small>>20, large>>20)
	}
	if _, err := s.peak(context.Background(), nil, io.Discard, "-c", "echo broken >&2; false"); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("a program that fails: %v", err)
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{"1GB": 1 << 30, "200mb": 200 << 20, "1": 0, "xGB": 0, "-1MB": 0, "0GB": 0} {
		got, err := parseSize(text)
		if got != want || (err == nil) != (want > 0) {
			t.Errorf("%q is %d, %v", text, got, err)
		}
	}
}
