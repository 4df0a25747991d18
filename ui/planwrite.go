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

// planFileName names a plan after what it is, its cluster and its day. What a
// cluster is called may be anything; a file name is letters, digits and a few
// signs.
func planFileName(what string, p *plan.Plan) string {
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
	return what + "-" + name + "-" + p.Inputs.AsOf.String() + ".yaml"
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
	of   *filing
	path string
	// found says that a file was there which nobody had been told of, so that
	// nothing was written.
	found bool
	err   error
}

// filing is a plan that is written to a file.
type filing struct {
	plan  *plan.Plan
	what  string // how the name of the file begins
	title string // of the question
	hint  string // what a file that carries everything is for; "" for nothing
}

// writePlanCmd writes a plan. A file that is there is replaced only if replace
// says so.
func writePlanCmd(f *filing, name string, replace bool) tea.Cmd {
	return func() tea.Msg {
		s := checkFile(name)
		if s.err != nil || s.exists && !replace {
			return planWrittenMsg{of: f, path: name, found: s.exists, err: s.err}
		}
		var text bytes.Buffer
		err := planfile.Formats()[planfile.FormatOf(name)](&text, f.plan)
		if err == nil {
			err = planfile.Replace(name, text.Bytes())
		}
		if whole, absErr := filepath.Abs(name); absErr == nil {
			name = whole
		}
		return planWrittenMsg{of: f, path: name, err: err}
	}
}

// askForPlanFile asks which file the plan is to be written to.
func (m *Root) askForPlanFile() tea.Cmd {
	return m.askForFile(&filing{plan: m.planner.sheet.Plan, what: "plan", title: "Write the plan to which file?"})
}

// askForFile asks for the name of the file.
func (m *Root) askForFile(f *filing) tea.Cmd {
	name := planFileName(f.what, f.plan)
	m.file = fileState{}
	ask := &prompt{keys: m.promptKeys, room: 2, changed: func(text string) tea.Cmd {
		m.file = fileState{}
		m.say("", theme.Dim)
		return checkFileCmd(text)
	}}
	ask.done = func(text string) tea.Cmd {
		if m.file.name == text && m.file.err != nil {
			return nil // it is said below the name
		}
		m.say("writing", theme.Dim)
		return writePlanCmd(f, text, m.file.name == text && m.file.exists)
	}
	return tea.Batch(m.open(newPrompt(m, f.title, name, ask)), checkFileCmd(name))
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
		m.notice = "the plan was not written: " + msg.err.Error() + "; w asks again"
	case msg.found && asking:
		m.onFileChecked(fileCheckedMsg{fileState{name: msg.path, exists: true}})
	case msg.found:
		m.notice = "the plan was not written: " + model.Printable(msg.path) + " exists; w asks again"
	default:
		if asking {
			m.overlay = nil
		}
		m.notice = "wrote " + filepath.Base(msg.path)
		if planfile.FormatOf(msg.path) != "markdown" && msg.of.hint != "" {
			m.notice += ", " + msg.of.hint + ","
		}
		m.notice += " in " + filepath.Dir(msg.path)
	}
}
