package planfile

import (
	"io"
	"path/filepath"
	"strings"

	"timebound/plan"
)

// Format writes a plan in one form.
type Format func(io.Writer, *plan.Plan) error

// Formats are the forms by name. YAML and JSON carry everything; Markdown is
// for the people who decide.
func Formats() map[string]Format {
	return map[string]Format{"yaml": WriteYAML, "json": WriteJSON, "markdown": WriteMarkdown}
}

// FormatOf names the form that a file's ending asks for; "" for an ending that
// asks for none.
func FormatOf(name string) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml":
		return "yaml"
	case ".json":
		return "json"
	case ".md", ".markdown":
		return "markdown"
	}
	return ""
}
