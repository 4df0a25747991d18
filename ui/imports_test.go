package ui

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// sources gives every Go file of the dashboard, tests left out.
func sources(t *testing.T, visit func(path, text string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		visit(path, string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOnlyTheThemeNamesColours(t *testing.T) {
	colour := regexp.MustCompile(`lipgloss\.(NewStyle|Color|Style|RGBColor|ANSIColor|[A-Z]\w+Border)\b`)
	sources(t, func(path, text string) {
		if !strings.HasPrefix(path, "theme"+string(filepath.Separator)) && colour.MatchString(text) {
			t.Errorf("%s styles by itself: %s", path, colour.FindString(text))
		}
	})
}

func TestNothingHereKnowsTheCluster(t *testing.T) {
	sources(t, func(path, text string) {
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if strings.HasPrefix(name, "k8s.io/") || strings.HasPrefix(name, "timebound/k8s") || strings.HasPrefix(name, "timebound/cmd") || strings.HasSuffix(name, "lipgloss/v2/compat") {
				t.Errorf("%s imports %s", path, name)
			}
		}
	})
}
