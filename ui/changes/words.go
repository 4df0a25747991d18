package changes

import (
	"slices"
	"strings"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/change"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// UndoWords say how an action is put back.
func UndoWords(kind plan.ActionKind) string {
	switch kind {
	case plan.Invalidate:
		return "the label is taken off; each API server accepts the token again within about 10 s"
	case plan.Reactivate:
		return "stage it anew, to be switched off"
	case plan.Delete:
		return "it is created again from the backup, as far as its undo class goes; the review says which that is"
	case plan.Project:
		return "the old volumes are put back"
	case plan.Detach:
		return "the names are put back"
	case plan.Issue:
		return "nothing to put back: the token ends by itself"
	}
	return "it is itself an undoing: stage the change anew"
}

// sentence makes words a sentence. They begin with a letter of ASCII.
func sentence(words string) string { return strings.ToUpper(words[:1]) + words[1:] + "." }

// undoShort are UndoWords in a line of totals.
func undoShort(kind plan.ActionKind) string {
	switch kind {
	case plan.Invalidate:
		return "undo: take the label off, about 10 s"
	case plan.Reactivate:
		return "undo: stage it anew"
	case plan.Delete:
		return "undo: create again from the backup"
	case plan.Project:
		return "undo: the old volumes"
	case plan.Detach:
		return "undo: the old names"
	case plan.Issue:
		return "nothing to undo: it ends by itself"
	}
	return "undoes an earlier change"
}

// verdictSpan writes the verdict that was staged with; "" gives nothing.
func verdictSpan(st *theme.Styles, slug string) (lines.Span, bool) {
	for v := model.Verdict(0); int(v) < model.VerdictCount; v++ {
		if v.Slug() == slug {
			return lines.Of(theme.VerdictRole(v), st.Glyphs.Verdict(v)+" "+v.String()), true
		}
	}
	return lines.Dim(slug), slug != ""
}

// VerdictText gives a staged verdict for a cell of a list, with its role.
func VerdictText(st *theme.Styles, slug string) (string, theme.Role) {
	span, _ := verdictSpan(st, slug)
	return span.Text, span.Role
}

// ObjectText names the object of an item without its namespace: tokens by their
// name, others with their kind.
func ObjectText(i *change.Item) string {
	if i.On.Kind == "Secret" {
		return i.On.Name
	}
	return i.On.Kind + " " + i.On.Name
}

// name is the object with its namespace.
func name(i *change.Item) []lines.Span {
	spans := []lines.Span{lines.Of(theme.Title, i.On.Namespace+"/"+i.On.Name)}
	if i.On.Kind != "Secret" {
		spans = append([]lines.Span{lines.Dim(i.On.Kind + " ")}, spans...)
	}
	return spans
}

// Different tells what becomes different, line by line, in the same words where
// it is staged and where it is reviewed: lines are those of the item, or those
// that came out when the change was drafted.
func Different(i *change.Item, lines []string) []string {
	named := "- secret " + i.On.Namespace + "/" + i.On.Name
	var out []string
	for _, line := range lines {
		if line == named {
			line = "- the secret, after a backup"
		}
		out = append(out, line)
	}
	marks := "+ annotation " + change.RunAnnotation + ", which names the run"
	if i.Kind == plan.Invalidate && !slices.Contains(out, marks) {
		out = append(out, marks)
	}
	return out
}

// changeSpan paints a line of what becomes different: "+ …", "- …".
func changeSpan(line string) lines.Span {
	switch {
	case len(line) > 0 && line[0] == '+':
		return lines.Of(theme.Good, line)
	case len(line) > 0 && line[0] == '-':
		return lines.Of(theme.Warn, line)
	}
	return lines.Text(line)
}
