// Package query is the filter of list pages: the bar in which it is typed and
// the matching of its free words, by substring and fuzzily.
//
// What the key:value terms mean is model's; what rows are is the page's.
package query
