package discover

import (
	"path"
	"slices"
	"strings"
)

// word is one word of a command line.
type word struct {
	text string
	// variable says that the shell or the kubelet replaces a part of it.
	variable bool
}

// shellScript gives the script of `sh -c SCRIPT`.
func shellScript(argv []string) (string, bool) {
	if len(argv) == 0 || !slices.Contains([]string{"sh", "bash", "ash", "dash", "busybox"}, path.Base(argv[0])) {
		return "", false
	}
	for i, arg := range argv[1:] {
		if strings.HasPrefix(arg, "-") && !strings.HasPrefix(arg, "--") && strings.HasSuffix(arg, "c") && i+2 < len(argv) {
			return argv[i+2], true
		}
	}
	return "", false
}

// splitShell takes a script apart into simple commands and their words. It
// knows quotes, escapes, comments, redirections and what ends a command; it
// replaces nothing, and marks words in which the shell would.
func splitShell(script string) [][]word {
	var s shellSplit
	for i := 0; i < len(script); {
		i += s.step(script[i:])
	}
	s.endCommand()
	return s.commands
}

type shellSplit struct {
	commands [][]word
	words    []word
	text     strings.Builder
	open     bool // a word has begun, maybe an empty one
	variable bool
	target   bool // the next word is where a redirection goes
	quote    byte // 0, ' or "
}

// step takes the next piece of the rest and says how long it is.
func (s *shellSplit) step(rest string) int {
	c := rest[0]
	switch {
	case s.quote == '\'':
		if c == '\'' {
			s.quote = 0
		} else {
			s.put(rest[:1])
		}
	case c == '\\':
		return s.escape(rest)
	case c == '$' || c == '`':
		n := expansionLength(rest)
		s.variable = true
		s.put(rest[:n])
		return n
	case s.quote == '"' && c == '"':
		s.quote = 0
	case s.quote == '"':
		s.put(rest[:1])
	case c == '\'' || c == '"':
		s.quote, s.open = c, true
	case c == ' ' || c == '\t' || c == '\r':
		s.endWord()
	case c == '#' && !s.open:
		if end := strings.IndexByte(rest, '\n'); end >= 0 {
			return end
		}
		return len(rest)
	case c == '<' || c == '>' || strings.HasPrefix(rest, "&>"):
		s.endWord()
		s.target = true
		return len(rest) - len(strings.TrimLeft(rest, "<>&|"))
	case strings.IndexByte("\n;|&()", c) >= 0:
		s.endCommand()
	default:
		s.put(rest[:1])
	}
	return 1
}

// expansionLength says how far `$name`, `${…}`, `$(…)` or a pair of backticks
// goes; of the plain name only the dollar sign, its letters read like any.
func expansionLength(rest string) int {
	switch {
	case rest[0] == '`':
		if end := strings.IndexByte(rest[1:], '`'); end >= 0 {
			return end + 2
		}
		return len(rest)
	case len(rest) < 2 || rest[1] != '(' && rest[1] != '{':
		return 1
	}
	depth := 0
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '(', '{':
			depth++
		case ')', '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(rest)
}

func (s *shellSplit) escape(rest string) int {
	switch {
	case len(rest) == 1:
		s.put(rest)
		return 1
	case rest[1] == '\n': // the line goes on
	case s.quote == '"' && strings.IndexByte("$`\"\\", rest[1]) < 0:
		s.put(rest[:2])
	default:
		s.put(rest[1:2])
	}
	return 2
}

func (s *shellSplit) put(text string) {
	s.text.WriteString(text)
	s.open = true
}

func (s *shellSplit) endWord() {
	if s.open && !s.target {
		s.words = append(s.words, word{text: s.text.String(), variable: s.variable})
	}
	if s.open {
		s.target = false
	}
	s.text.Reset()
	s.open, s.variable = false, false
}

func (s *shellSplit) endCommand() {
	s.endWord()
	if len(s.words) > 0 {
		s.commands = append(s.commands, s.words)
	}
	s.words, s.target = nil, false
}
