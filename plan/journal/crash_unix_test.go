//go:build unix

package journal

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The test binary runs itself anew as the process that is killed, that holds the
// lock, or that has no room: what it does stands in these variables.
const (
	childDoes = "JOURNAL_TEST_CHILD"
	childRoot = "JOURNAL_TEST_ROOT"
)

func TestMain(m *testing.M) {
	does := os.Getenv(childDoes)
	if does == "" {
		os.Exit(m.Run())
	}
	children := map[string]func(*Store) error{"append": childAppends, "hold": childHolds, "limited": childIsLimited}
	s, err := Open(os.Getenv(childRoot), cluster)
	if err == nil {
		err = children[does](s)
	}
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
}

func child(t *testing.T, root, does string) (*exec.Cmd, io.ReadCloser) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self)
	c.Env = append(os.Environ(), childDoes+"="+does, childRoot+"="+root)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return c, out
}

// childAppends goes on with the last run, or with the next if that is long, and
// says what it was told to be on the disk, until it is killed.
func childAppends(s *Store) error {
	if _, err := s.Lock(); err != nil {
		return err
	}
	runs, err := s.Runs()
	if err != nil {
		return err
	}
	var j *Journal
	if len(runs) == 0 || runs[0].Number == 0 || runs[0].Size > 300_000 {
		j, err = s.Begin(NewID(time.Now()), "head")
	} else {
		j, err = s.Continue(runs[0].ID)
	}
	if err != nil {
		return err
	}
	for w := range 3 {
		r := rec("intent", "")
		if w == 0 { // long enough to be killed in the middle of it
			r.Body = json.RawMessage(`"` + strings.Repeat("x", 60_000) + `"`)
		}
		go func() {
			for i := 0; ; i++ {
				item := fmt.Sprintf("%s/%d/%d/%d", j.ID(), os.Getpid(), w, i)
				r.Item = item
				if err := j.Append(r); err != nil {
					fmt.Println("error", err)
					os.Exit(1)
				}
				fmt.Println("good", item)
			}
		}()
	}
	select {}
}

// memory is a folder whose syncs cost nothing: a kill does not lose what the
// system holds in memory, so that they do not matter here.
func memory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "journal-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func TestKilledAtAnyMoment(t *testing.T) {
	root := filepath.Join(memory(t), "state")
	s := storeAt(t, root)
	good := map[string]bool{}
	random := rand.New(rand.NewPCG(3, 4))
	torn, rounds := 0, 0
	// A slow machine, or one that looks for races, does fewer.
	for begun := time.Now(); rounds < 110 && (rounds < 25 || time.Since(begun) < 3*time.Second); rounds++ {
		c, out := child(t, root, "append")
		// Some are killed while they begin, most while they write.
		kill := func(within int) {
			time.AfterFunc(time.Duration(random.IntN(within))*time.Microsecond, func() { c.Process.Kill() })
		}
		early := rounds%4 == 0
		if early {
			kill(25_000)
		}
		for lines := bufio.NewScanner(out); lines.Scan(); {
			what, item, _ := strings.Cut(lines.Text(), " ")
			switch what {
			case "good":
				good[item] = true
				if !early {
					early = true
					kill(4_000)
				}
			case "error":
				t.Fatalf("round %d: %s", rounds, item)
			}
		}
		c.Wait()
		runs, err := s.Runs()
		if err != nil {
			t.Fatal(err)
		}
		if len(runs) == 0 || runs[0].Number == 0 {
			continue // killed before it began
		}
		log, err := s.Read(runs[0].ID)
		if err != nil {
			t.Fatalf("round %d: %v", rounds, err)
		}
		there := map[string]bool{}
		for _, r := range log.Records {
			there[r.Item] = true
		}
		for item := range good {
			if strings.HasPrefix(item, log.ID+"/") && !there[item] {
				t.Fatalf("round %d: %s was said to be on the disk", rounds, item)
			}
		}
		if len(log.Torn) > 0 {
			torn++
		}
	}
	if len(good) < rounds/2 {
		t.Errorf("only %d records in all: nothing was tried", len(good))
	}
	t.Logf("%d rounds, %d records, %d torn tails", rounds, len(good), torn)
}

func childHolds(s *Store) error {
	if _, err := s.Lock(); err != nil {
		return err
	}
	if _, err := s.Begin("held-run", nil); err != nil {
		return err
	}
	fmt.Println("ready")
	time.Sleep(time.Minute)
	return nil
}

func TestOneProcessHasTheLock(t *testing.T) {
	root := filepath.Join(t.TempDir(), "state")
	s := storeAt(t, root)
	c, out := child(t, root, "hold")
	defer c.Process.Kill()
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatal(line, err)
	}
	var locked *LockedError
	if _, err := s.Lock(); !errors.As(err, &locked) {
		t.Fatal(err)
	}
	if locked.Holder.PID != c.Process.Pid || locked.Holder.Run != "held-run" {
		t.Errorf("%+v", locked.Holder)
	}
	if msg := locked.Error(); !strings.Contains(msg, fmt.Sprint("pid ", c.Process.Pid)) || !strings.Contains(msg, "run held-run") {
		t.Error(msg)
	}
	// Whoever dies holds nothing.
	c.Process.Kill()
	c.Wait()
	l, err := s.Lock()
	if err != nil {
		t.Fatal(err)
	}
	l.Unlock()
}

func TestOneOfManyProcessesWritesAtATime(t *testing.T) {
	root := filepath.Join(t.TempDir(), "state")
	s := storeAt(t, root)
	var wg sync.WaitGroup
	var mu sync.Mutex
	held := 0
	for range 8 { // Stores of one process exclude each other as processes do
		wg.Go(func() {
			mine, err := Open(root, cluster)
			if err != nil {
				t.Error(err)
				return
			}
			defer mine.Close()
			for {
				l, err := mine.Lock()
				var locked *LockedError
				if errors.As(err, &locked) {
					time.Sleep(time.Millisecond)
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				held++
				if held != 1 {
					t.Error("two hold the lock")
				}
				mu.Unlock()
				j, err := mine.Begin(NewID(time.Now()), nil)
				if err != nil {
					t.Error(err)
				} else {
					j.End(nil)
				}
				mu.Lock()
				held--
				mu.Unlock()
				l.Unlock()
				return
			}
		})
	}
	wg.Wait()
	runs, err := s.Runs()
	if err != nil || len(runs) != 8 || runs[0].Number != 8 || runs[7].Number != 1 {
		t.Errorf("%+v %v", runs, err)
	}
}

// childIsLimited may write files of 6,000 bytes only, as on a disk that fills up.
func childIsLimited(s *Store) error {
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 6000, Max: 6000}); err != nil {
		return err
	}
	if _, err := s.Lock(); err != nil {
		return err
	}
	j, err := s.Begin("r1", nil)
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		if err := j.Append(rec("intent", fmt.Sprint(i)), rec("sent", fmt.Sprint(i))); err != nil {
			fmt.Println("full", err)
			fmt.Println("again", j.Append(rec("x", "y")))
			return nil
		}
		fmt.Println("good", i)
	}
}

func TestAFileThatCannotGrow(t *testing.T) {
	root := filepath.Join(t.TempDir(), "state")
	s := storeAt(t, root)
	c, out := child(t, root, "limited")
	text, _ := io.ReadAll(out)
	if err := c.Wait(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	good := strings.Count(string(text), "good")
	full, again := lines[len(lines)-2], lines[len(lines)-1]
	if good < 3 || !strings.Contains(full, "file too large") || !strings.Contains(full, s.RunPath("r1")) ||
		strings.TrimPrefix(full, "full ") != strings.TrimPrefix(again, "again ") {
		t.Fatalf("%s", text)
	}
	log, err := s.Read("r1")
	if err != nil || len(log.Records) != 1+2*good || log.Torn != nil || log.Head != HeadLevel {
		t.Errorf("%d good: %d records, torn %q, %v", good, len(log.Records), log.Torn, err)
	}
}
