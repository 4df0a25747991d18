package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"timebound/model"
	"timebound/plan/knowledge"
)

// Background says what the terminal's background is.
type Background uint8

// The backgrounds.
const (
	BackgroundAsk   Background = iota // the terminal is asked; until it answers, its own sixteen colours are used
	BackgroundDark                    // known to be dark
	BackgroundLight                   // known to be light
)

// Options are what the dashboard is made from.
type Options struct {
	Feed      Feed
	Knowledge model.Knowledge
	// Migration is what plans are built from; without it there is no plan.
	Migration *knowledge.Migration
	// PlanPolicy is what plans go by.
	PlanPolicy knowledge.Policy
	// Policy gives the policy to judge by. It is called again when the day
	// changes, and from commands: it must be safe for concurrent use.
	Policy func() model.Policy
	// Clock gives the time; nil is time.Now.
	Clock func() time.Time
	// Changes carries out what was staged; nil where the cluster can only be
	// looked at, as a dump.
	Changes Changer
	// Audit reads audit logs; nil where none can be read.
	Audit AuditReader
	// AuditPaths are read when the dashboard starts, as if somebody had typed them;
	// "" reads nothing.
	AuditPaths string
	// Staged keeps what is staged between two starts; nil keeps nothing.
	Staged StagedStore
	// SoakDays is for how many days a token stays switched off before deleting
	// it is offered; 0 is a week.
	SoakDays int
	// Context is the name of the cluster for people: the kubeconfig context.
	Context string
	// Version is Timebound's own.
	Version    string
	Background Background
	// NoColor paints without colours. Callers set it for any non-empty
	// NO_COLOR (no-color.org): the terminal library understands some values only.
	NoColor bool
	ASCII   bool // use ASCII glyphs only
}

// ProgramOptions gives the options that a tea.Program for this dashboard needs.
func (o Options) ProgramOptions() []tea.ProgramOption {
	if o.NoColor {
		return []tea.ProgramOption{tea.WithColorProfile(colorprofile.ASCII)}
	}
	return nil
}
