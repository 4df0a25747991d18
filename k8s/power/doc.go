// Package power reads the roles and role bindings of a cluster, on demand, and
// keeps of them what says what service accounts may do. It must not know what
// that is worth: package timebound/model/power says so.
package power
