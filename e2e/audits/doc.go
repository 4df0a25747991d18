// Package audits has real clients present real tokens to real API servers and
// holds what the product reads out of the audit logs against what was done: every
// caller found with its exact number of requests, and none invented. It holds
// tests only.
//
// What was done is written down by the clients themselves (see ledger), never
// read from the log. The product runs as the program that users run, and gets
// nothing but the log's path.
package audits
