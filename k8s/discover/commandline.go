package discover

import (
	"path"
	"slices"
	"strings"

	"timebound/model"
)

// readCommandLine reads the flags of a component from a container's command
// and arguments: plain, or wrapped in a shell or another program.
func readCommandLine(component model.Component, argv []string) *flagValues {
	words, whole := make([]word, 0, len(argv)), true
	for _, arg := range argv {
		// The kubelet puts environment variables in: $(NAME), and $$(NAME) for
		// a literal one.
		words = append(words, word{text: arg, variable: strings.Contains(strings.ReplaceAll(arg, "$$", ""), "$(")})
	}
	if script, ok := shellScript(argv); ok {
		words, whole = commandOf(component, splitShell(script))
	} else if at := findProgram(component, words); at > 0 {
		words = words[at:]
	} else if len(words) > 0 && !strings.HasPrefix(words[0].text, "-") {
		// Some other program, which may add flags of its own.
		whole = false
	}
	flags := newFlagValues(component)
	if !readFlags(flags, words) {
		whole = false
	}
	flags.whole = whole && len(words) > 0
	return flags
}

// readFlags reads words as pflag does. It gives false if a word may stand for
// flags that are not seen.
func readFlags(flags *flagValues, words []word) bool {
	whole := true
	for i := 0; i < len(words); i++ {
		w := words[i]
		if w.text == "--" {
			return whole
		}
		body, isFlag := strings.CutPrefix(w.text, "--")
		if !isFlag {
			whole = whole && !w.variable
			continue
		}
		name, value, hasValue := strings.Cut(body, "=")
		if w.variable && strings.Contains(name, "$") {
			whole = false
			continue
		}
		name = strings.ReplaceAll(name, "_", "-")
		variable := w.variable
		shape, wanted := flags.shape(name)
		switch {
		case hasValue:
		case wanted && shape == shapeBool:
			value = "true"
		// A flag that is not known here may be a boolean one: then the next
		// word is no value, and shows it by its dashes.
		case i+1 < len(words) && (wanted || !strings.HasPrefix(words[i+1].text, "--")):
			i++
			value, variable = words[i].text, words[i].variable
		}
		if variable {
			flags.addVariable(name, value)
		} else {
			flags.add(name, value)
		}
	}
	return whole
}

// findProgram gives the place behind the component's program; 0 if it is not there.
func findProgram(component model.Component, words []word) int {
	for i, w := range words {
		switch base := path.Base(w.text); {
		case strings.HasPrefix(w.text, "-"):
		case base == string(component):
			return i + 1
		case base == "hyperkube" && i+1 < len(words) && "kube-"+strings.TrimPrefix(words[i+1].text, "kube-") == string(component):
			return i + 2
		}
	}
	return 0
}

// commandOf picks, among the commands of a script, the one that starts the
// component with flags: its name may also end a path ("mkdir
// /var/log/kube-apiserver"). It gives false if there is none, or several of
// which nobody knows here which one runs.
func commandOf(component model.Component, commands [][]word) ([]word, bool) {
	var found [][]word
	for _, words := range commands {
		at := findProgram(component, words)
		if at > 0 && slices.ContainsFunc(words[at:], func(w word) bool { return strings.HasPrefix(w.text, "--") }) {
			found = append(found, words[at:])
		}
	}
	if len(found) != 1 {
		return nil, false
	}
	return found[0], true
}
