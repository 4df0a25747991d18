// Package queries runs the SQL that k8s/audit/query prints in real engines, on logs
// that were made up, and holds what importing the result gives against reading the
// log. It holds tests only.
//
// The engines themselves cannot run here. DuckDB and SQLite stand in for them and run
// the printed text as it is: functions that they do not have, or have otherwise, are
// defined in them first, each by what the engine's manual says of it. So this proves
// the text's form and logic, and that it agrees with the reader; it does not prove
// that an engine's own functions are as its manual says.
package queries
