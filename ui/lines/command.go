package lines

import (
	"timebound/model"
	"timebound/ui/theme"
)

// Command adds a shell command, broken at spaces outside of quotes with the
// shell's own sign, so that it can be copied as it stands.
func (b *Block) Command(c string) {
	const more = `  \`
	line, indent := "", 0
	for _, arg := range arguments(model.Printable(c)) {
		switch {
		case line == "":
			line = arg
		case indent+theme.Width(line)+1+theme.Width(arg) > b.width-len(more):
			b.Row(Text(theme.Spaces(indent)), Of(theme.Accent, line), Dim(more[1:]))
			line, indent = arg, 4
		default:
			line += " " + arg
		}
	}
	b.Row(Text(theme.Spaces(indent)), Of(theme.Accent, line))
}

// arguments splits a command at spaces outside of single quotes.
func arguments(c string) []string {
	var out []string
	quoted, from := false, 0
	for i := range len(c) {
		switch {
		case c[i] == '\'':
			quoted = !quoted
		case c[i] == ' ' && !quoted:
			out = append(out, c[from:i])
			from = i + 1
		}
	}
	return append(out, c[from:])
}
