// Package ui is the dashboard: one Bubble Tea model, Root, with eight pages.
//
// What a user can do is data (Action): the footer, the help, docs/keys.md and
// the tests all read the same lists. What takes time (loading, judging,
// sorting, filtering) happens in commands, whose results carry the generation
// they were asked in; Update only routes, and View paints what is there.
//
// The package must not know Kubernetes clients: it sees the cluster through
// Feed, and changes it through Changer, after a review and a typed name.
// Colours and widths are ui/theme's, lists ui/table's, what is told about an
// object ui/story's, and what is told about a change ui/changes'.
package ui
