package lines

import "timebound/ui/theme"

// Span is a run of text with one role. Text from a cluster may be handed in
// as it is.
type Span struct {
	Role theme.Role
	Text string
}

// Text is a span that people read.
func Text(s string) Span { return Span{theme.Text, s} }

// Dim is a span that accompanies others.
func Dim(s string) Span { return Span{theme.Dim, s} }

// Of is a span with a role.
func Of(role theme.Role, s string) Span { return Span{role, s} }
