package main

import (
	"errors"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericclioptions"

	"timebound/model"
)

// settings are the flags that every command knows, filled up from the
// configuration file.
type settings struct {
	kube          *genericclioptions.ConfigFlags
	allNamespaces bool
	demo          bool
	audit         []string // logs and summaries to join
	idleAfter     span
	minWatch      span
	asOf          dayFlag
	configFile    string
	logFile       string
	noColor       bool
	ascii         bool

	log     *slog.Logger
	closers []func()
}

func newSettings() *settings {
	kube := genericclioptions.NewConfigFlags(true)
	kube.CacheDir = nil // nothing is cached on disk
	return &settings{kube: kube, idleAfter: span{days: model.DefaultIdleAfter}, log: slog.New(slog.DiscardHandler)}
}

// kubeFlag marks the flags that kubectl's users know already; help lists them
// apart from ours.
const kubeFlag = "timebound_kube_flag"

func (s *settings) addFlags(flags *pflag.FlagSet) {
	kube := pflag.NewFlagSet("kube", pflag.ContinueOnError)
	s.kube.AddFlags(kube)
	kube.Lookup("namespace").Usage = "Look at this namespace only; several may be given, separated by commas (default: all)"
	kube.BoolVarP(&s.allNamespaces, "all-namespaces", "A", false, "Look at all namespaces, even if --namespace is given")
	kube.VisitAll(func(f *pflag.Flag) {
		f.Annotations = map[string][]string{kubeFlag: {"true"}}
		flags.AddFlag(f)
	})
	flags.BoolVar(&s.demo, "demo", false, "Look at a built-in demo cluster; nothing leaves this machine")
	flags.StringSliceVar(&s.audit, "audit", nil, "Join what audit logs tell: a file, a folder, or a summary saved by timebound audit; may be given again")
	flags.Var(&s.idleAfter, "idle-after", "Days without use after which a token may be called idle: 90d, 12w, 2160h, 1y")
	flags.Var(&s.minWatch, "min-watch", "Days for which uses must have been recorded before silence means anything (default: as --idle-after)")
	flags.Var(&s.asOf, "as-of", "Judge as if today were this UTC day, YYYY-MM-DD")
	flags.StringVar(&s.configFile, "config", "", "Configuration `file` (default $XDG_CONFIG_HOME/timebound/config.yaml)")
	flags.BoolVar(&s.noColor, "no-color", false, "Use no colours; a non-empty NO_COLOR does the same")
	flags.BoolVar(&s.ascii, "ascii", false, "Draw the dashboard in ASCII; a locale that is not UTF-8 does the same")
	flags.StringVar(&s.logFile, "log-file", "", "Append a log in JSON lines to this `file`; without it nothing is logged")
}

// prepare reads the configuration file, checks the flags against each other
// and opens the log. Everything wrong here is the caller's to mend: exit 2.
func (s *settings) prepare(cmd *cobra.Command) error {
	flags := cmd.Flags()
	path := s.configFile
	if path == "" {
		path = defaultConfigPath()
	}
	values, err := readConfig(path, s.configFile != "")
	if err != nil {
		return usage(err)
	}
	for _, v := range values {
		flag := flags.Lookup(configKeys[v.key])
		if flag.Changed {
			continue
		}
		if err := flag.Value.Set(v.value); err != nil {
			return usagef("configuration %s: line %d: %s %q: %w", path, v.line, v.key, v.value, plainBool(err))
		}
	}
	if s.demo {
		for _, name := range []string{"kubeconfig", "context", "cluster", "user", "server", "token"} {
			if flags.Changed(name) {
				return usagef("--demo shows a cluster of its own; leave --%s out", name)
			}
		}
	}
	if flags.Changed("namespace") && !s.allNamespaces && s.namespaces() == nil {
		return usagef("--namespace: no name given; leave it out to look at all namespaces")
	}
	s.noColor = s.noColor || os.Getenv("NO_COLOR") != ""
	return s.openLog()
}

// plainBool says in our words what strconv says about a yes or no.
func plainBool(err error) error {
	if number := (*strconv.NumError)(nil); errors.As(err, &number) {
		return errors.New("wants true or false")
	}
	return err
}

// namespaces gives what to look at; nil means all.
func (s *settings) namespaces() []string {
	if s.allNamespaces {
		return nil
	}
	var names []string
	for _, name := range strings.Split(*s.kube.Namespace, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// policy says how to judge at the given time.
func (s *settings) policy(now time.Time) model.Policy {
	p := model.DefaultPolicy(now)
	p.IdleAfter, p.MinWatch = s.idleAfter.days, s.idleAfter.days
	if s.minWatch.days > 0 {
		p.MinWatch = s.minWatch.days
	}
	if s.asOf.set {
		p.AsOf = s.asOf.day
	}
	return p
}

func (s *settings) onClose(f func()) { s.closers = append(s.closers, f) }

// close undoes what prepare and the commands opened, the last first.
func (s *settings) close() {
	for len(s.closers) > 0 {
		last := len(s.closers) - 1
		s.closers[last]()
		s.closers = s.closers[:last]
	}
}
