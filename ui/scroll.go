package ui

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

func (s *scroll) page() int { return max(1, s.height-1) }

func (s *scroll) fit(total, height int) {
	s.total, s.height = total, height
	s.clamp()
}

func (s *scroll) clamp() { s.offset = max(0, min(s.offset, s.total-s.height)) }
