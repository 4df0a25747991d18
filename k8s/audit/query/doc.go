// Package query is for audit logs that live in a warehouse: Text gives the query
// that makes rows of them there, and Import adds the rows up to the Summary that
// reading the log would have given. The big engines do the scanning; only what
// they found travels.
//
// Every engine's query gives rows of one shape, which row.go describes. A row is
// a number of audit events that are alike in all that a Summary tells apart, so a
// row is added as that many events. What a row means (whose token, which class of
// use) is decided here and in no query: the queries carry the annotations over as
// they stand in the log.
//
// Queries never select URIs beyond their path, objects, or anything else that
// may hold a token. The package must not know of commands and connections; it
// neither runs a query nor reads a log.
package query
