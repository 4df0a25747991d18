// Package journal keeps what runs did: per cluster a folder, per run a file to
// which records are only ever added, each on the disk before the call returns.
// Every record carries the hash of the one before and every run that of the run
// before, so that nothing can be changed or go missing in the middle unnoticed.
// The package knows nothing of what the records mean.
//
//	<root>/clusters/<cluster UID>/lock
//	<root>/clusters/<cluster UID>/staged.json              Save, Load
//	<root>/clusters/<cluster UID>/runs/<id>/journal.jsonl  the records
//	<root>/clusters/<cluster UID>/runs/<id>/head           where they end
//	<root>/clusters/<cluster UID>/runs/<id>/journal.torn   what a crash left half written
package journal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"timebound/plan/internal/safefile"
)

// Store is the journal folder of one cluster. It may be used by many goroutines.
type Store struct {
	cluster *safefile.Folder
	runs    *safefile.Folder

	mu   sync.Mutex
	held *Lock // nil while this Store does not hold the lock
}

// DefaultRoot is where journals lie unless somebody says otherwise:
// $XDG_STATE_HOME/timebound, or ~/.local/state/timebound.
func DefaultRoot() (string, error) {
	if state := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(state) {
		return filepath.Join(state, "timebound"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("where to keep the journal: %w; set XDG_STATE_HOME to a folder of yours", err)
	}
	return filepath.Join(home, ".local", "state", "timebound"), nil
}

// Open opens the journal of the cluster whose kube-system namespace has this
// UID, and makes its folders where they are missing. A folder that is a symbolic
// link, belongs to somebody else or is open to others is refused.
func Open(root, clusterUID string) (*Store, error) {
	if !goodID(clusterUID) {
		return nil, fmt.Errorf("%.80q is no UID of a cluster: letters, digits and dashes are, up to 64", clusterUID)
	}
	top, err := safefile.Make(root)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	defer func() { _ = top.Close() }() // only its sub-folders are needed
	clusters, err := top.Sub("clusters")
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	defer func() { _ = clusters.Close() }() // as above
	cluster, err := clusters.Sub(clusterUID)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	runs, err := cluster.Sub("runs")
	if err != nil {
		_ = cluster.Close() // the first error tells more
		return nil, fmt.Errorf("journal: %w", err)
	}
	return &Store{cluster: cluster, runs: runs}, nil
}

// Path is the folder of the cluster; backups may lie below it.
func (s *Store) Path() string { return s.cluster.Path() }

// RunPath is the folder of a run.
func (s *Store) RunPath(id string) string { return s.runs.Join(id) }

// CanWrite says why need bytes could not be added: no space, or a folder that
// cannot be written. It is a look ahead, before anything is done.
func (s *Store) CanWrite(need int64) error {
	if err := s.cluster.CanWrite(need); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

// Close closes the folders. Journals and locks are closed by themselves.
func (s *Store) Close() error { return errors.Join(s.cluster.Close(), s.runs.Close()) }

// largestFile bounds what Load reads.
const largestFile = 64 << 20

var fileName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,40}\.json$`)

// Save replaces a small file of the cluster, such as staged.json, as a whole or
// not at all.
func (s *Store) Save(name string, v []byte) error {
	if !fileName.MatchString(name) {
		return fmt.Errorf("%.80q is no name of a file of a cluster: staged.json is", name)
	}
	if len(v) > largestFile {
		return fmt.Errorf("file %s would be %d bytes long, more than the %d allowed", s.cluster.Join(name), len(v), largestFile)
	}
	return s.cluster.Replace(name, v)
}

// Load reads what Save wrote. The error is fs.ErrNotExist if nothing was.
func (s *Store) Load(name string) ([]byte, error) {
	if !fileName.MatchString(name) {
		return nil, fmt.Errorf("%.80q is no name of a file of a cluster: staged.json is", name)
	}
	return s.cluster.Read(name, largestFile)
}

// NewID is a name for a run that begins now: 20261124-181500-x7f3, in UTC.
func NewID(now time.Time) string {
	return now.UTC().Format("20060102-150405") + "-" + strings.ToLower(rand.Text()[:4])
}

var id = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,63}$`)

func goodID(s string) bool { return id.MatchString(s) }
