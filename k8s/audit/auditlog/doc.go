// Package auditlog makes audit logs as kube-apiserver writes them, of any size
// and always the same for the same options, and says what a reader must find in
// them. Tests and measurements read its logs; the product never imports it.
//
// The shape of the lines was taken from the logs of kube-apiserver 1.28.15,
// 1.30.14 and 1.37.1: the order of keys, what each stage leaves out, how a refused
// request looks. It must not know how logs are read, or truth and reader could
// share a mistake.
package auditlog
