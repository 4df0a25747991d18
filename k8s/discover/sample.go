package discover

import (
	"bytes"
	"strconv"
	"strings"
)

// sample is one line of the Prometheus text format.
type sample struct {
	name   string
	labels map[string]string
	value  float64
}

// parseSample reads `name{label="value",…} number [timestamp]`. It gives
// false for anything else.
func parseSample(line []byte) (sample, bool) {
	end := bytes.IndexAny(line, "{ \t")
	if end <= 0 {
		return sample{}, false
	}
	s := sample{name: string(line[:end])}
	rest := line[end:]
	if rest[0] == '{' {
		var ok bool
		if s.labels, rest, ok = parseLabels(rest[1:]); !ok {
			return sample{}, false
		}
	}
	fields := bytes.Fields(rest)
	if len(fields) < 1 || len(fields) > 2 {
		return sample{}, false
	}
	value, err := strconv.ParseFloat(string(fields[0]), 64)
	if err != nil {
		return sample{}, false
	}
	s.value = value
	return s, true
}

// parseLabels reads up to and with the closing brace and gives what follows.
func parseLabels(rest []byte) (labels map[string]string, after []byte, ok bool) {
	labels = map[string]string{}
	for {
		rest = bytes.TrimLeft(rest, " \t,")
		if len(rest) > 0 && rest[0] == '}' {
			return labels, rest[1:], true
		}
		name, quoted, found := bytes.Cut(rest, []byte("="))
		name, quoted = bytes.TrimSpace(name), bytes.TrimLeft(quoted, " \t")
		if !found || len(name) == 0 || len(quoted) == 0 || quoted[0] != '"' {
			return nil, nil, false
		}
		value, behind, closed := parseQuoted(quoted[1:])
		if !closed {
			return nil, nil, false
		}
		labels[string(name)] = value
		rest = behind
	}
}

// parseQuoted reads up to and with the closing quote. The format knows three
// escapes: \\, \" and \n.
func parseQuoted(rest []byte) (value string, after []byte, closed bool) {
	var b strings.Builder
	for i := 0; i < len(rest); i++ {
		switch {
		case rest[i] == '"':
			return b.String(), rest[i+1:], true
		case rest[i] == '\\' && i+1 < len(rest):
			i++
			if rest[i] == 'n' {
				b.WriteByte('\n')
			} else {
				b.WriteByte(rest[i])
			}
		default:
			b.WriteByte(rest[i])
		}
	}
	return "", nil, false
}
