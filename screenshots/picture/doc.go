// Package picture draws one frame of a terminal as an SVG.
//
// A frame is text with escape sequences, as a Bubble Tea view returns it. It
// is laid out into cells by the same library that paints the real terminal,
// so a picture shows what a terminal would. Given the same frame, the same
// bytes come out on every machine: nothing is measured, no font is asked.
//
// It must not know what the frame shows.
package picture
