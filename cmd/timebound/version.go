package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"timebound/model/document"
)

// version is set by the release build: -ldflags "-X main.version=v1.2.3".
var version = ""

// buildVersion gives the version that this program was built as.
func buildVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

// buildCommit gives the commit, "" if the build does not know it.
func buildCommit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	commit, changed := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+changes"
		}
	}
	if commit == "" {
		return ""
	}
	return commit + changed
}

func newVersion(std streams) *cobra.Command {
	format := ""
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			switch format {
			case "":
				_, err := fmt.Fprintf(std.out, "timebound %s (%s, %s/%s)\n", buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
				return err
			case "json":
				return writeVersion(document.NewJSON(std.out))
			case "yaml":
				return writeVersion(document.NewYAML(std.out))
			}
			return usagef("--output %q: there are json and yaml", format)
		},
	}
	cmd.Flags().StringVarP(&format, "output", "o", "", "Format: json or yaml (default: one line of text)")
	completeFlag(cmd, "output", "json", "yaml")
	return cmd
}

func writeVersion(d document.Writer) error {
	d.BeginObject()
	document.Field(d, "apiVersion", "timebound/v1")
	document.Field(d, "kind", "Version")
	document.Field(d, "version", buildVersion())
	document.Field(d, "commit", buildCommit())
	document.Field(d, "go", runtime.Version())
	document.Field(d, "platform", runtime.GOOS+"/"+runtime.GOARCH)
	d.EndObject()
	return d.Close()
}
