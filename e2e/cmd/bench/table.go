package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

func printFigures(w io.Writer, r results) {
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	row := func(what string, r figure) {
		fmt.Fprintf(t, "%s\t%.2f s\t%s\t%s\n", what, r.wall.Seconds(), megabytes(r.peak), megabytes(r.size))
	}
	fmt.Fprintln(t, "\twall\tpeak memory\tread")
	row("kubectl get secrets,sa,pods -A -o json", r.kubectl)
	row("raw lists: token metadata, accounts, pods", r.raw)
	row("raw lists: whole tokens, accounts, pods", r.rawFull)
	row("timebound scan -o json", r.timebound)
	_ = t.Flush() // to a terminal or buffer
	fmt.Fprintln(w)
}

func megabytes(n int64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// ratio is one figure that counts. All are better when smaller.
type ratio struct {
	name         string
	is, bar, aim float64
	fraction     bool // told as 1/n
}

func ratiosOf(r results) []ratio {
	wall := func(a, b figure) float64 { return float64(a.wall) / float64(max(b.wall, time.Nanosecond)) }
	return []ratio{
		{"wall, timebound to kubectl", wall(r.timebound, r.kubectl), 1.0 / 15, 1.0 / 25, true},
		{"wall, timebound to raw lists", wall(r.timebound, r.raw), 2.5, 1.5, false},
		{"peak memory, timebound to kubectl", float64(r.timebound.peak) / float64(max(r.kubectl.peak, 1)), 1.0 / 12, 1.0 / 20, true},
	}
}

// printRatios says whether every bar was met.
func printRatios(w io.Writer, ratios []ratio) bool {
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(t, "ratio\tis\tbar\taim\t")
	all := true
	for _, r := range ratios {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", r.name, r.text(r.is), r.text(r.bar), r.text(r.aim), r.judge())
		all = all && r.is <= r.bar
	}
	_ = t.Flush() // to a terminal or buffer
	return all
}

func (r ratio) text(value float64) string {
	if r.fraction {
		return fmt.Sprintf("1/%.1f", 1/value)
	}
	return fmt.Sprintf("%.2f", value)
}

func (r ratio) judge() string {
	switch {
	case r.is <= r.aim:
		return "aim reached"
	case r.is <= r.bar:
		return "bar met"
	}
	return "MISSED"
}
