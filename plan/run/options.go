package run

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"timebound/model/wire"
	"timebound/plan/backup"
	"timebound/plan/change"
)

// Options say how a run goes about.
type Options struct {
	// Canary is how many changes are made first; CanaryWait is how long the
	// rest waits then. 0 is none.
	Canary     int           `json:"canary"`
	CanaryWait time.Duration `json:"canaryWait"`
	// Parallel is how many changes are under way at once.
	Parallel int `json:"parallel"`
	// Rate is the most changes in a second; 0 is as fast as it goes.
	Rate float64 `json:"rate"`
	// StopAfter is the number of failures after which the run stops; 0 is never.
	StopAfter int `json:"stopAfter"`
	// Patience is how long an API server that does not answer is waited for.
	Patience time.Duration `json:"patience"`
	// Settle is how long after a change it is looked at again. API servers go on
	// accepting a token for up to 10 s (k8s.io/kubernetes
	// pkg/kubeapiserver/options/authentication.go, TokenSuccessCacheTTL).
	Settle time.Duration `json:"settle"`
	// Classes are the undo classes that may be deleted: "AB".
	Classes string `json:"classes"`
	// Sealing says how backups keep a token's bytes, if at all.
	Sealing backup.Sealing `json:"-"`
	// Identities open sealed backups.
	Identities backup.Identities `json:"-"`
	// HandOver keeps a token that was issued, and gives the file's name.
	HandOver func(i *change.Item, issued wire.Issued) (string, error) `json:"-"`
}

// Defaults are the options that nobody has to think about: careful, and quick
// enough for a few hundred changes.
func Defaults() Options {
	return Options{
		Canary: 2, CanaryWait: 15 * time.Second, Parallel: 4, Rate: 10, StopAfter: 1,
		Patience: 2 * time.Minute, Settle: 15 * time.Second, Classes: "AB",
	}
}

// UndoDefaults are the options for putting back: people are locked out, so
// nothing waits, and what cannot be put back does not keep the rest from it.
func UndoDefaults() Options {
	o := Defaults()
	o.Canary, o.Rate, o.StopAfter, o.Parallel = 0, 0, 0, 8
	return o
}

// Validate says what of the options makes no sense.
func (o Options) Validate() error {
	switch {
	case o.Canary < 0 || o.StopAfter < 0 || o.Rate < 0 || o.CanaryWait < 0 || o.Settle < 0 || o.Patience < 0:
		return errors.New("a count or a time is negative")
	case o.Parallel < 1 || o.Parallel > 64:
		return fmt.Errorf("parallel %d: wants 1 to 64", o.Parallel)
	case strings.Trim(o.Classes, "ABCD") != "":
		return fmt.Errorf("undo classes %q: wants letters of ABCD", o.Classes)
	}
	return nil
}
