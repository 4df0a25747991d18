package main

import (
	"time"

	"github.com/spf13/cobra"

	sums "timebound/model/usage"
)

const auditMergeLong = `Add saved summaries up to one. The order does not matter, and merging merged
summaries gives the same. Two that hold the same log are refused: it would count twice.`

const auditMergeExample = `  %[1]s audit merge cp-1.json cp-2.json cp-3.json --save cluster.json`

func newAuditMerge(set *settings, std streams, name string) *cobra.Command {
	o := &auditOptions{}
	cmd := &cobra.Command{
		Use:     "merge SUMMARY…",
		Short:   "Add saved summaries up",
		Long:    auditMergeLong,
		Example: examples(auditMergeExample, name),
		Args:    somePaths,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := o.parse(time.Now()); err != nil {
				return usage(err)
			}
			if err := set.prepare(cmd); err != nil {
				return err
			}
			got := &auditRead{sum: sums.New()}
			for _, path := range paths {
				sum, err := loadSummary(path)
				if err != nil {
					return err
				}
				if err := mergeInto(got.sum, sum, path); err != nil {
					return err
				}
				got.files++
			}
			return o.tell(std, got)
		},
	}
	o.addOutputFlags(cmd)
	return cmd
}
