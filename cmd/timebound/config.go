package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// configKeys are the keys of the configuration file and the flags that they
// stand for. A flag on the command line outweighs the file.
var configKeys = map[string]string{
	"idleAfter": "idle-after",
	"minWatch":  "min-watch",
	"noColor":   "no-color",
	"logFile":   "log-file",
}

// configValue is one setting of the configuration file.
type configValue struct {
	key   string
	value string
	line  int
}

// defaultConfigPath is where the configuration file is looked for.
func defaultConfigPath() string {
	base := os.Getenv("XDG_CONFIG_HOME")
	if base == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		base = filepath.Join(home, ".config")
	}
	return filepath.Join(base, "timebound", "config.yaml")
}

// readConfig reads the configuration file. Only a file that nobody asked for
// may be absent.
func readConfig(path string, asked bool) ([]configValue, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && !asked {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w; give another file with --config", err)
	}
	values, err := parseConfig(text)
	if err != nil {
		return nil, fmt.Errorf("configuration %s: %w", path, err)
	}
	return values, nil
}

// parseConfig reads a configuration. Unknown and repeated keys are errors
// that say where and what was probably meant.
func parseConfig(text []byte) ([]configValue, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var root yaml.Node
	if err := decoder.Decode(&root); errors.Is(err, io.EOF) {
		return nil, nil // empty, or comments only
	} else if err != nil {
		return nil, fmt.Errorf("%s; write it as key: value lines", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("holds more than one document; keep one")
	}
	mapping := root.Content[0]
	if mapping.Tag == "!!null" {
		return nil, nil
	}
	if mapping.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("line %d: not a list of key: value lines", mapping.Line)
	}
	var values []configValue
	lines := map[string]int{}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		key, value := mapping.Content[i], mapping.Content[i+1]
		if _, known := configKeys[key.Value]; !known {
			return nil, fmt.Errorf("line %d: unknown key %q; %s", key.Line, key.Value, meant(key.Value, sortedKeys(configKeys)))
		}
		if first := lines[key.Value]; first > 0 {
			return nil, fmt.Errorf("line %d: %s is set on line %d already; keep one", key.Line, key.Value, first)
		}
		lines[key.Value] = key.Line
		if value.Kind != yaml.ScalarNode || value.Tag == "!!null" {
			return nil, fmt.Errorf("line %d: %s wants one value", value.Line, key.Value)
		}
		values = append(values, configValue{key.Value, value.Value, key.Line})
	}
	return values, nil
}

// meant suggests the name that was probably meant, or lists them all.
func meant(word string, names []string) string {
	// Two letters may be wrong, in short words only one.
	best, distance := "", 3
	if len(word) <= 3 {
		distance = 2
	}
	for _, name := range names {
		if d := editDistance(strings.ToLower(word), strings.ToLower(name)); d < distance {
			best, distance = name, d
		}
	}
	if best != "" {
		return "did you mean " + best + "?"
	}
	return "there are " + strings.Join(names, ", ")
}

// editDistance counts the letters to add, drop or change between a and b.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
