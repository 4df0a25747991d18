// Package lines sets text: it turns spans of text with a role into styled
// lines that fit a width. Pages that tell rather than list (details, overview,
// cluster) are written with it.
//
// Every text passes model.Printable here, so whatever a cluster put into a
// name reaches no terminal raw, and every line is measured in cells before it
// is let go. The package must not know what a page says.
package lines
