package lines

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"timebound/model"
	"timebound/ui/theme"
)

// word is what stands between two spaces. Its pieces may have roles of their
// own: a name in bold with a comma behind it is one word.
type word struct {
	pieces []Span
	cells  int
}

// wrap breaks spans at spaces into painted lines of at most first cells, then
// rest cells. There is at least one line.
func wrap(st *theme.Styles, spans []Span, first, rest int) []string {
	first, rest = max(first, 1), max(rest, 1)
	var out []string
	var line strings.Builder
	room, used := first, 0
	next := func() {
		out = append(out, line.String())
		line.Reset()
		room, used = rest, 0
	}
	before := theme.Text
	all := words(spans)
	for i, w := range all {
		if used > 0 && i+1 < len(all) && w.separator(st) && used+1+w.cells+1+all[i+1].cells > room {
			// A line that ends says as much as a dot between two facts.
			next()
			continue
		}
		gap := min(used, 1)
		if used > 0 && used+gap+w.cells > room {
			next()
			gap = 0
		}
		for w.cells > room {
			var head word
			head, w = w.split(room)
			head.paint(&line, st)
			next()
		}
		if len(w.pieces) == 0 {
			continue
		}
		if gap > 0 {
			// The space belongs to neither word, unless both look alike:
			// then an underline or a background must not break.
			role := theme.Text
			if w.pieces[0].Role == before {
				role = before
			}
			st.AppendPaint(&line, role, " ")
		}
		w.paint(&line, st)
		used += gap + w.cells
		before = w.pieces[len(w.pieces)-1].Role
	}
	if line.Len() > 0 || len(out) == 0 {
		out = append(out, line.String())
	}
	return out
}

// separator says that the word only stands between two others.
func (w word) separator(st *theme.Styles) bool {
	return len(w.pieces) == 1 && w.pieces[0] == Dim(st.Glyphs.Dot)
}

func (w word) paint(line *strings.Builder, st *theme.Styles) {
	for _, p := range w.pieces {
		st.AppendPaint(line, p.Role, p.Text)
	}
}

// words takes spans apart at spaces.
func words(spans []Span) []word {
	var out []word
	open := false
	for _, s := range spans {
		for i, part := range strings.Split(model.Printable(s.Text), " ") {
			if i > 0 {
				open = false
			}
			if part == "" {
				continue
			}
			if !open {
				out = append(out, word{})
				open = true
			}
			last := &out[len(out)-1]
			last.pieces = append(last.pieces, Span{s.Role, part})
			last.cells += theme.Width(part)
		}
	}
	return out
}

// breakAfter are the signs after which a long name breaks well.
const breakAfter = "-/.,=:_"

// split takes at most room cells from the front of a word, and something in
// any case.
func (w word) split(room int) (head, tail word) {
	for i, p := range w.pieces {
		cells := theme.Width(p.Text)
		if head.cells+cells <= room {
			head.pieces = append(head.pieces, p)
			head.cells += cells
			continue
		}
		cut := front(p.Text, room-head.cells, len(head.pieces) == 0)
		if cut != "" {
			head.pieces = append(head.pieces, Span{p.Role, cut})
			head.cells += theme.Width(cut)
		}
		if left := p.Text[len(cut):]; left != "" {
			tail.pieces = append(tail.pieces, Span{p.Role, left})
		}
		tail.pieces = append(tail.pieces, w.pieces[i+1:]...)
		break
	}
	for _, p := range tail.pieces {
		tail.cells += theme.Width(p.Text)
	}
	return head, tail
}

// front cuts at most room cells off s, in the second half after a sign that
// breaks well if there is one. If must, it takes at least one grapheme.
func front(s string, room int, must bool) string {
	cut := ansi.Truncate(s, room, "")
	if !strings.HasPrefix(s, cut) {
		cut = ""
	}
	if i := strings.LastIndexAny(cut, breakAfter); i >= len(cut)/2 {
		return cut[:i+1]
	}
	if cut == "" && must {
		cut, _ = ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	}
	return cut
}
