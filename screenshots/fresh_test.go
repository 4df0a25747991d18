package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"timebound/screenshots/picture"
)

// The committed pictures show what the program shows today. If this fails
// after a change on purpose: go run ./screenshots && screenshots/png.sh, and
// look at them.
func TestPicturesAreFresh(t *testing.T) {
	cluster, err := load()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.close)
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel() // most of it is waiting
			svg, err := s.picture(cluster)
			if err != nil {
				t.Fatal(err)
			}
			committed, err := os.ReadFile(s.name + ".svg")
			if err != nil {
				t.Fatalf("%v; make it with: go run ./screenshots", err)
			}
			want, err := picture.Text(svg)
			if err != nil {
				t.Fatal(err)
			}
			got, err := picture.Text(committed)
			if err != nil {
				t.Fatalf("%s.svg: %v", s.name, err)
			}
			if got != want {
				t.Errorf("%s.svg is stale: %s", s.name, firstDifference(got, want))
			}
		})
	}
}

func TestNoPictureIsLeftOver(t *testing.T) {
	known := map[string]bool{}
	for _, s := range scenes {
		if known[s.name] {
			t.Errorf("two scenes are called %s", s.name)
		}
		known[s.name] = true
	}
	for _, pattern := range []string{"*.svg", "*.png"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != len(scenes) {
			t.Errorf("%d files %s for %d scenes", len(files), pattern, len(scenes))
		}
		for _, f := range files {
			if !known[strings.TrimSuffix(f, filepath.Ext(f))] {
				t.Errorf("%s belongs to no scene", f)
			}
		}
	}
}

// A picture must be worth looking at: data on it, no error, no half-drawn
// screen, and nothing of the machine it was made on.
func TestPicturesShowTheDemo(t *testing.T) {
	for _, s := range scenes {
		svg, err := os.ReadFile(s.name + ".svg")
		if err != nil {
			t.Fatal(err)
		}
		text, err := picture.Text(svg)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(text, "\n")
		if len(lines) != s.height || !strings.Contains(lines[0], "timebound") || !strings.Contains(lines[0], "long-lived tokens") {
			t.Errorf("%s: not a whole screen with data:\n%s", s.name, text)
		}
		for _, leak := range []string{"127.0.0.1", "localhost:", "/root", "/home", "loading", "connecting"} {
			if strings.Contains(text, leak) && (leak != "loading" || !s.loading) {
				t.Errorf("%s shows %q", s.name, leak)
			}
		}
	}
}

func firstDifference(old, now string) string {
	a, b := strings.Split(old, "\n"), strings.Split(now, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "\npicture: " + a[i] + "\nprogram: " + b[i]
		}
	}
	return "it has another number of lines"
}
