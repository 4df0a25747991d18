package ui

import "timebound/ui/theme"

// scroll is the position in a text that is longer than its place.
type scroll struct {
	offset int
	total  int // lines of the text
	height int // lines that are seen
}

func (s *scroll) by(n int) {
	s.offset += n
	s.clamp()
}

// page is how far one screen goes. The last line may be the sign that more
// follows, and one line is seen again, so that the eye finds its place.
func (s *scroll) page() int { return max(1, s.height-2) }

// show moves as little as is needed for lines from to to (excluded) to be
// seen.
func (s *scroll) show(from, to int) {
	if from < s.offset {
		s.offset = from
	}
	if to > s.offset+s.height {
		s.offset = to - s.height
	}
	if from <= 1 {
		s.offset = 0 // with the heading above it
	}
	s.clamp()
}

// more says that lines follow below. The last line is then that of the sign.
func (s *scroll) more() bool { return s.offset+s.height < s.total }

// sign is the last line of a text that goes on.
func (s *scroll) sign(st *theme.Styles) string {
	return st.Paint(theme.Faint, st.Glyphs.ScrollOn+" more")
}

// percent is how much of the text was seen when the last line that is shown
// was read: "68%"; "" if all fits.
func (s *scroll) percent() string {
	if s.total <= s.height {
		return ""
	}
	seen := s.offset + s.height
	if s.more() {
		seen--
	}
	return itoa(max(0, 100*seen/s.total)) + "%"
}

func (s *scroll) fit(total, height int) {
	s.total, s.height = total, height
	s.clamp()
}

func (s *scroll) clamp() { s.offset = max(0, min(s.offset, s.total-s.height)) }
