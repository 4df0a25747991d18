package knowledge

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"timebound/model"
)

// Policy is what a cluster should be set to on its way, and how people want to
// go about it.
type Policy struct {
	Name   string  `json:"name" yaml:"name"`
	Title  string  `json:"title,omitempty" yaml:"title"`
	Phases []Phase `json:"phases,omitempty" yaml:"phases"`
	// Notes say where the policy departs from what is commonly told, and why.
	Notes []PolicyNote `json:"notes,omitempty" yaml:"notes"`
	// SoakDays is for how many days a token must be switched off, without
	// anybody trying it, before its deletion is offered.
	SoakDays int      `json:"soakDays" yaml:"soakDays"`
	Upgrades Upgrades `json:"upgrades,omitempty" yaml:"upgrades"`
	// CleanUpPeriod is what the clean-up period is taken for where it could not
	// be seen: a Go duration; "" takes upstream's default.
	CleanUpPeriod string `json:"cleanUpPeriod,omitempty" yaml:"cleanUpPeriod"`
	// Teams names the namespaces of each team; a trailing * matches any ending.
	// A namespace without a team is a team of its own.
	Teams []Team `json:"teams,omitempty" yaml:"teams"`
}

// Phase is what a policy asks for from a minor on. Empty fields ask nothing.
type Phase struct {
	Minor Minor `json:"minor" yaml:"minor"`
	// MaxTokenExpiration is the longest life of a requested token: a Go
	// duration of 1 hour to 2^32 seconds.
	MaxTokenExpiration string `json:"maxTokenExpiration,omitempty" yaml:"maxTokenExpiration"`
	// ExtendTokenExpiration says whether pod tokens may be extended.
	ExtendTokenExpiration *bool  `json:"extendTokenExpiration,omitempty" yaml:"extendTokenExpiration"`
	AutoGeneration        string `json:"autoGeneration,omitempty" yaml:"autoGeneration"` // allowed or off
	Tracking              string `json:"tracking,omitempty" yaml:"tracking"`             // on
	CleanUp               string `json:"cleanUp,omitempty" yaml:"cleanUp"`               // on
}

// PolicyNote is a remark on a phase.
type PolicyNote struct {
	Minor Minor  `json:"minor" yaml:"minor"`
	Text  string `json:"text" yaml:"text"`
	Cite  string `json:"cite,omitempty" yaml:"cite"`
}

// Upgrades says when the cluster will be upgraded. Days that are not given are
// assumed.
type Upgrades struct {
	// CountedFrom is the day from which assumed days are counted, YYYY-MM-DD; ""
	// is the day on which a plan is made.
	CountedFrom    string `json:"countedFrom,omitempty" yaml:"countedFrom"`
	FirstAfterDays int    `json:"firstAfterDays,omitempty" yaml:"firstAfterDays"`
	EveryDays      int    `json:"everyDays,omitempty" yaml:"everyDays"`
	// Dates are the days of upgrades that are planned, by minor ("1.30").
	Dates map[string]string `json:"dates,omitempty" yaml:"dates"`
}

// Team is a group of namespaces.
type Team struct {
	Name       string   `json:"name" yaml:"name"`
	Namespaces []string `json:"namespaces" yaml:"namespaces"`
}

// The limits of --service-account-max-token-expiration (k8s.io/kubernetes
// pkg/controlplane/apiserver/options/options.go).
const (
	ShortestMaxExpiration = time.Hour
	LongestMaxExpiration  = (1 << 32) * time.Second
)

// PolicyNamed gives one of the policies that come with Timebound; "" gives the
// default.
func (m *Migration) PolicyNamed(name string) (Policy, error) {
	var names []string
	for _, p := range m.Policies {
		if p.Name == name || name == "" {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Policy{}, fmt.Errorf("no policy %q; there are %s, or give a file", name, strings.Join(names, ", "))
}

// ReadPolicy reads a policy from a file's text. What the file leaves out is
// taken from the default policy. An error names line and field.
func (m *Migration) ReadPolicy(text []byte) (Policy, error) {
	p, err := m.PolicyNamed("")
	if err != nil {
		return Policy{}, err
	}
	p = p.clone()
	p.Name, p.Title = "file", ""
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	file := struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string `yaml:"kind"`
		*Policy    `yaml:",inline"`
	}{Policy: &p}
	if err := decoder.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return Policy{}, errors.New(strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\n", "; "), "yaml: "))
	}
	if file.Kind != "" && file.Kind != "Policy" {
		return Policy{}, fmt.Errorf("kind is %q, not Policy", file.Kind)
	}
	if file.APIVersion != "" && file.APIVersion != "timebound/v1" {
		return Policy{}, fmt.Errorf("apiVersion is %q, not timebound/v1", file.APIVersion)
	}
	return p, p.Validate(m.Gates.Newest)
}

// clone lets a file change a policy without changing the shared one.
func (p Policy) clone() Policy {
	p.Phases, p.Notes, p.Teams = slices.Clone(p.Phases), slices.Clone(p.Notes), slices.Clone(p.Teams)
	return p
}

// Validate says what of a policy could not be set on any cluster.
func (p Policy) Validate(newest int) error {
	last := Minor(0)
	for _, ph := range p.Phases {
		where := "phase " + ph.Minor.String()
		switch {
		case int(ph.Minor) < oldestKnown || int(ph.Minor) > newest:
			return fmt.Errorf("phases: %s is none of %s to %s", ph.Minor, Minor(oldestKnown), Minor(newest))
		case ph.Minor <= last:
			return fmt.Errorf("phases: %s comes after a later one", where)
		}
		last = ph.Minor
		if text := ph.MaxTokenExpiration; text != "" {
			d, err := time.ParseDuration(text)
			if err != nil {
				return fmt.Errorf("%s: maxTokenExpiration %q is no duration such as 720h", where, text)
			}
			if d < ShortestMaxExpiration || d > LongestMaxExpiration {
				return fmt.Errorf("%s: maxTokenExpiration %s is out of 1 hour to 2^32 seconds: API servers would not start", where, text)
			}
		}
		for name, field := range map[string][3]string{
			"autoGeneration": {ph.AutoGeneration, "allowed", "off"}, "tracking": {ph.Tracking, "on", "on"}, "cleanUp": {ph.CleanUp, "on", "on"},
		} {
			if field[0] != "" && field[0] != field[1] && field[0] != field[2] {
				return fmt.Errorf("%s: %s %q is not %s", where, name, field[0], strings.Join(slices.Compact(field[1:]), " or "))
			}
		}
	}
	if p.SoakDays < 0 || p.Upgrades.FirstAfterDays < 0 || p.Upgrades.EveryDays < 0 {
		return errors.New("soakDays and upgrades count days: none may be negative")
	}
	if from := p.Upgrades.CountedFrom; from != "" {
		if _, err := model.ParseDay(from); err != nil {
			return fmt.Errorf("upgrades: countedFrom: %w", err)
		}
	}
	planned := map[Minor]string{}
	for minor, date := range p.Upgrades.Dates {
		if _, err := ParseMinor(minor); err != nil {
			return fmt.Errorf("upgrades: %w", err)
		}
		if _, err := model.ParseDay(date); err != nil {
			return fmt.Errorf("upgrades: %s: %w", minor, err)
		}
		m, _ := ParseMinor(minor)
		planned[m] = date
	}
	for m, date := range planned {
		for later, then := range planned {
			if later > m && then < date {
				return fmt.Errorf("upgrades: %s is planned for %s, before %s on %s", later, then, m, date)
			}
		}
	}
	if p.CleanUpPeriod != "" {
		if d, err := time.ParseDuration(p.CleanUpPeriod); err != nil || d <= 0 {
			return fmt.Errorf("cleanUpPeriod %q is no duration such as 8760h", p.CleanUpPeriod)
		}
	}
	return nil
}

// oldestKnown is the first minor that the tables cover.
const oldestKnown = 20

// At gives what the policy asks for in a minor: the fields of every phase up to
// it, the later ones in front.
func (p Policy) At(minor Minor) Phase {
	out := Phase{}
	for _, ph := range p.Phases {
		if ph.Minor > minor {
			break
		}
		out.Minor = ph.Minor
		if ph.MaxTokenExpiration != "" {
			out.MaxTokenExpiration = ph.MaxTokenExpiration
		}
		if ph.ExtendTokenExpiration != nil {
			out.ExtendTokenExpiration = ph.ExtendTokenExpiration
		}
		if ph.AutoGeneration != "" {
			out.AutoGeneration = ph.AutoGeneration
		}
		if ph.Tracking != "" {
			out.Tracking = ph.Tracking
		}
		if ph.CleanUp != "" {
			out.CleanUp = ph.CleanUp
		}
	}
	return out
}
