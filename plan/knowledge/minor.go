package knowledge

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"timebound/model"
)

// Minor is a minor version of Kubernetes 1: 30 stands for 1.30. It is written
// "1.30", so that no reader takes it for the number 1.3.
type Minor int

// String gives "1.30".
func (m Minor) String() string { return model.MinorName(int(m)) }

// MarshalText gives "1.30".
func (m Minor) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads "1.30", "v1.30.4" or "30".
func (m *Minor) UnmarshalText(text []byte) error {
	minor, err := ParseMinor(string(text))
	*m = minor
	return err
}

// UnmarshalYAML reads 1.30 as it is written, with quotes or without.
func (m *Minor) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: not a minor version such as 1.30", node.Line)
	}
	if err := m.UnmarshalText([]byte(node.Value)); err != nil {
		return fmt.Errorf("line %d: %w", node.Line, err)
	}
	return nil
}

// UnmarshalJSON reads a number (30) or a string ("1.30").
func (m *Minor) UnmarshalJSON(text []byte) error {
	return m.UnmarshalText([]byte(strings.Trim(string(text), `"`)))
}

// Target reads a version to go to: a minor of Kubernetes, or a platform's own
// version that is known here ("4.17").
func (m *Migration) Target(s string) (Minor, error) {
	for _, p := range m.Providers {
		if minor, known := p.Versions[s]; known {
			return Minor(minor), nil
		}
	}
	return ParseMinor(s)
}

// ParseMinor reads a minor version as people write it.
func ParseMinor(s string) (Minor, error) {
	if n, err := strconv.Atoi(s); err == nil && n > 1 && n < 1000 {
		return Minor(n), nil
	}
	v, err := model.ParseVersion(s)
	if err != nil || !v.Known() {
		return 0, fmt.Errorf("%q is no minor version such as 1.30", s)
	}
	return Minor(v.Minor), nil
}
