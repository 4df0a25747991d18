// Package planfile writes plans to files and reads them again: YAML and JSON
// for machines and for review as a diff, Markdown for the people who decide. It
// holds a plan's hash, tells two plans apart, and says what drifted between a
// plan and a cluster.
//
// It must not decide anything about tokens: that is done in plan and model.
package planfile
