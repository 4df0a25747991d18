package world

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"sigs.k8s.io/yaml"
)

//go:embed *.yaml
var files embed.FS

// Load makes the embedded demo world. Every call makes new objects.
func Load() (*World, error) { return load(files) }

// Now gives the clock of the embedded world without making the world, which
// takes a few frames of a screen.
func Now() (time.Time, error) {
	text, err := files.ReadFile("cluster.yaml")
	if err != nil {
		return time.Time{}, err
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "now:"); ok {
			return time.Parse(time.RFC3339, strings.Trim(value, " \"\r\n"))
		}
	}
	return time.Time{}, errors.New("cluster.yaml: no now")
}

func load(files fs.FS) (*World, error) {
	var c clusterFile
	if err := read(files, "cluster.yaml", &c); err != nil {
		return nil, err
	}
	b, err := newBuilder(c)
	if err != nil {
		return nil, fmt.Errorf("cluster.yaml: %w", err)
	}
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if name == "cluster.yaml" || name == rbacName {
			continue
		}
		var f namespacesFile
		if err := read(files, name, &f); err != nil {
			return nil, err
		}
		for _, ns := range f.Namespaces {
			if err := b.namespace(ns); err != nil {
				return nil, fmt.Errorf("%s: namespace %s: %w", name, ns.Name, err)
			}
		}
	}
	if err := b.rbac(files); err != nil {
		return nil, err
	}
	return b.finish()
}

func read(files fs.FS, name string, into any) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalStrict(text, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// dates are the days on which the cluster changed its ways.
type dates struct {
	now, tracking, cleaner, tokensUntil, pairsUntil time.Time
}

func (c clusterFile) dates() (dates, error) {
	var d dates
	var err error
	if d.now, err = time.Parse(time.RFC3339, c.Now); err != nil {
		return d, err
	}
	for _, x := range []struct {
		into *time.Time
		text string
	}{{&d.tracking, c.TrackingSince}, {&d.cleaner, c.CleanerSince}, {&d.tokensUntil, c.TokensMadeUntil}, {&d.pairsUntil, c.PairsMadeUntil}} {
		if *x.into, err = time.Parse(dayLayout, x.text); err != nil {
			return d, err
		}
	}
	return d, nil
}
