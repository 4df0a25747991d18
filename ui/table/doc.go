// Package table is the list that all list pages show: any number of rows of
// which only the visible ones are ever touched, a cursor that stays with its
// object through sorting, filtering and reloading, and marks that are a set of
// keys and so survive everything.
//
// It must not know what a row is, how rows are found or sorted, or which keys
// a user presses: it is a struct with plain methods, not a tea.Model.
package table
