package lines

import "timebound/ui/theme"

// Beside sets two blocks side by side: the left one padded to its width, then
// gap cells, then the right one.
func Beside(left *Block, gap int, right *Block) []string {
	l, r := left.Lines(), right.Lines()
	out := make([]string, max(len(l), len(r)))
	for i := range out {
		if i < len(l) {
			out[i] = l[i]
		}
		if i < len(r) && r[i] != "" {
			out[i] = theme.Pad(out[i], left.width, "") + theme.Spaces(gap) + r[i]
		}
	}
	return out
}
