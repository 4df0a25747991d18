package controlplane

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// Admin is the user that every cluster has. It is in system:masters.
const Admin = "admin"

// Options say what kind of control plane to start. The zero value is a good
// one: the newest version, all controllers that matter to tokens, no audit log.
type Options struct {
	// Version is the Kubernetes version, such as "1.30.14". Empty means Newest.
	Version string

	// AutoGeneration makes 1.24 behave like 1.23 and before: every service
	// account gets a token secret. Later versions cannot do so any more and
	// ignore it, so that a cluster started with it can still be upgraded.
	AutoGeneration bool

	// CleanerPeriod is how long a legacy token must be unused before the
	// cleaner acts. Zero leaves upstream's default: no cleaner up to 1.28, one
	// year from 1.29 on. A period switches the cleaner on in 1.28 too; before
	// there is none and the period is ignored.
	CleanerPeriod time.Duration

	// NoCleaner takes the cleaner out of kube-controller-manager's list, where a
	// version knows its name.
	NoCleaner bool

	// NoControllers leaves kube-controller-manager out. Nothing then fills
	// token secrets in, makes default accounts or deletes orphans, which is
	// what a generator of fake tokens needs.
	NoControllers bool

	// CleanerOnly leaves out every controller but the cleaner. What then becomes
	// of a token, the cleaner did; and tokens may exist that the token controller
	// would delete, such as one whose account is gone. Where there is no cleaner,
	// nothing runs in kube-controller-manager.
	CleanerOnly bool

	// Audit writes an audit log at level Metadata; see Cluster.AuditLog.
	Audit bool

	// AuditBodies puts the bodies of writes into that log, those of secrets with
	// their bytes.
	AuditBodies bool

	// ECDSA makes the key that signs service account tokens one of P-256 in
	// place of RSA. A StateDir that has a key keeps it.
	ECDSA bool

	// Users are names of further users beside Admin. They authenticate and have
	// no rights until a test binds some.
	Users []string

	// APIServerArgs are added after kube-apiserver's own flags, and kept over
	// restarts and upgrades.
	APIServerArgs []string

	// ControllerManagerArgs are the same for kube-controller-manager.
	ControllerManagerArgs []string

	// StateDir holds everything that makes a cluster the same cluster: etcd's
	// data, the signing key, the serving certificate, the users' tokens. An
	// earlier cluster's folder continues it, under any version that can read
	// its data. Empty means a temporary folder that Stop removes.
	StateDir string
}

// userName keeps names harmless in the token file and in file names.
var userName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$`)

// withDefaults fills in what was left out and refuses what cannot work.
func (o Options) withDefaults() (Options, error) {
	if o.Version == "" {
		o.Version = Newest
	}
	if o.CleanerPeriod < 0 {
		return o, fmt.Errorf("cleaner period %s: must not be negative; kube-controller-manager would exit", o.CleanerPeriod)
	}
	for _, name := range o.Users {
		if !userName.MatchString(name) {
			return o, fmt.Errorf("user %q: want lower-case letters, digits, dots and dashes", name)
		}
	}
	if o.StateDir != "" {
		dir, err := filepath.Abs(o.StateDir)
		if err != nil {
			return o, fmt.Errorf("state folder: %w", err)
		}
		o.StateDir = dir
	}
	users := append([]string{Admin}, o.Users...)
	slices.Sort(users)
	o.Users = slices.Compact(users)
	return o, nil
}
