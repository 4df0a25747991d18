package main

import (
	"context"
	"fmt"

	"timebound/k8s/audit"
	"timebound/model"
)

// joinAudit reads what --audit names and makes it a part of what is known of the
// cluster. What is missing of it is told on stderr; in the verdicts it stands as
// a doubt.
func joinAudit(ctx context.Context, set *settings, src *source, std streams) error {
	if len(set.audit) == 0 {
		return nil
	}
	meter := newAuditMeter(std.err)
	got, err := readAudit(ctx, set.audit, std.in, audit.Options{Progress: meter.show})
	meter.clear()
	if err != nil {
		return err
	}
	for _, t := range got.troubles {
		if t.Hides() {
			fmt.Fprintf(std.err, "timebound: warning: %s\n", model.Printable(t.Error()))
		}
	}
	for _, t := range got.report.Troubles {
		fmt.Fprintf(std.err, "timebound: warning: %s: %s\n", model.Printable(t.Source), model.Printable(t.Err.Error()))
	}
	src.session.SetUsage(got.sum.Usage())
	return nil
}
