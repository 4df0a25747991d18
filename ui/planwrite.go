package ui

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/planfile"
	"timebound/ui/theme"
)

// planFileName names a plan after its cluster and its day. What a cluster is
// called may be anything; a file name is letters, digits and a few signs.
func planFileName(p *plan.Plan) string {
	const longest = 60
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-' {
			return r
		}
		return '-'
	}, p.Cluster.Name)
	for strings.Contains(name, "--") {
		name = strings.ReplaceAll(name, "--", "-")
	}
	if name = strings.Trim(name[:min(len(name), longest)], "-."); name == "" {
		name = "cluster"
	}
	return "plan-" + name + "-" + p.Inputs.AsOf.String() + ".yaml"
}

// fileState is what is known about the file that somebody names.
type fileState struct {
	name   string
	exists bool
	err    error // why it cannot be written
}

// fileCheckedMsg brings what is known about a file.
type fileCheckedMsg struct{ fileState }

// checkFileCmd looks whether a file can be written, and whether there is one
// already.
func checkFileCmd(name string) tea.Cmd {
	return func() tea.Msg { return fileCheckedMsg{checkFile(name)} }
}

var errEnding = errors.New("the name must end in .yaml, .json or .md")

func checkFile(name string) fileState {
	s := fileState{name: name}
	if planfile.FormatOf(name) == "" {
		s.err = errEnding
		return s
	}
	switch info, err := os.Stat(name); {
	case err == nil && info.IsDir():
		s.err = errors.New("there is a folder of this name; name a file")
	case err == nil:
		s.exists = true
	case !errors.Is(err, fs.ErrNotExist):
		s.err = err
	default:
		if _, err := os.Stat(filepath.Dir(name)); err != nil {
			s.err = fmt.Errorf("there is no folder %s; make it first, or name another", filepath.Dir(name))
		}
	}
	return s
}

// planWrittenMsg says what came of writing the plan.
type planWrittenMsg struct {
	path string
	// found says that a file was there which nobody had been told of, so that
	// nothing was written.
	found bool
	err   error
}

// writePlanCmd writes a plan. A file that is there is replaced only if replace
// says so.
func writePlanCmd(p *plan.Plan, name string, replace bool) tea.Cmd {
	return func() tea.Msg {
		s := checkFile(name)
		if s.err != nil || s.exists && !replace {
			return planWrittenMsg{path: name, found: s.exists, err: s.err}
		}
		var text bytes.Buffer
		err := planfile.Formats()[planfile.FormatOf(name)](&text, p)
		if err == nil {
			err = planfile.Replace(name, text.Bytes())
		}
		if whole, absErr := filepath.Abs(name); absErr == nil {
			name = whole
		}
		return planWrittenMsg{path: name, err: err}
	}
}

// askForFile asks for the name of the file.
func (m *Root) askForFile() tea.Cmd {
	p := m.planner.sheet.Plan
	name := planFileName(p)
	m.file = fileState{}
	ask := &prompt{keys: m.promptKeys, changed: func(text string) tea.Cmd {
		m.file = fileState{}
		m.say("", theme.Dim)
		return checkFileCmd(text)
	}}
	ask.done = func(text string) tea.Cmd {
		if m.file.name == text && m.file.err != nil {
			return nil // it is said below the name
		}
		m.say("writing", theme.Dim)
		return writePlanCmd(p, text, m.file.name == text && m.file.exists)
	}
	return tea.Batch(m.open(newPrompt(m, "Write the plan to which file?", name, ask)), checkFileCmd(name))
}

// asksForFile says whether the name of a file is being typed.
func (m *Root) asksForFile() bool { return m.prompting() && m.overlay.prompt.keys == m.promptKeys }

// onFileChecked says what is known about the name, unless it is another one by
// now.
func (m *Root) onFileChecked(msg fileCheckedMsg) {
	if !m.asksForFile() || m.overlay.prompt.input.Value() != msg.name {
		return
	}
	m.file = msg.fileState
	switch {
	case msg.err != nil:
		m.say(msg.err.Error(), theme.Warn)
	case msg.exists:
		m.say("this file exists; enter overwrites it", theme.Warn)
	default:
		m.say("a new file; .yaml and .json carry everything, .md is for people", theme.Dim)
	}
}

// onPlanWritten says what came of it. What failed stays in the prompt, so that
// another name can be given.
func (m *Root) onPlanWritten(msg planWrittenMsg) {
	m.dirty = true
	asking := m.asksForFile()
	switch {
	case msg.err != nil && asking:
		m.say("not written: "+msg.err.Error(), theme.Bad)
	case msg.err != nil:
		m.notice = "the plan was not written: " + msg.err.Error()
	case msg.found && asking:
		m.onFileChecked(fileCheckedMsg{fileState{name: msg.path, exists: true}})
	case msg.found:
		m.notice = "the plan was not written: " + model.Printable(msg.path) + " exists; w asks again"
	default:
		if asking {
			m.overlay = nil
		}
		m.notice = "wrote " + filepath.Base(msg.path) + " in " + filepath.Dir(msg.path)
	}
}
