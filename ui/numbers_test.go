package ui

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"timebound/model"
	"timebound/ui/internal/sample"
)

// Numbers have one form, on every page: 1,204.
func TestNumbersHaveOneForm(t *testing.T) {
	snap := sample.Snapshot()
	inv := snap.Inventory
	account := inv.Accounts[0]
	inv.Tokens[0].LastUsed = model.NewDayLabel("2021-01-01")
	inv.Cluster.Tracking.Since = model.NewDayLabel("2021-01-01")
	for i := range 1204 {
		inv.Tokens = append(inv.Tokens, &model.Token{Key: model.Key{Namespace: account.Namespace, Name: fmt.Sprintf("t%x", i)}, Account: account.Name, Created: sample.Now.AddDate(-5, 0, 0)})
		inv.Workloads = append(inv.Workloads, &model.Workload{Key: model.Key{Namespace: account.Namespace, Name: fmt.Sprintf("w%x", i)}, Kind: "Pod", Account: account.Name,
			Secrets: []model.SecretRef{{Secret: inv.Tokens[0].Name, How: model.RefVolume, Where: "v"}}})
		inv.Nodes = append(inv.Nodes, model.Node{Name: fmt.Sprintf("n%x", i), KubeletVersion: "v1.30.14"})
	}
	inv.Cluster.Servers[0].Answers = 1204
	d := drive(t, 240, 60)
	d.push(snap)
	ungrouped := regexp.MustCompile(`(^|[^\d,.:/#x-])\d{4,}([^\dh-]|$)`) // 8760h0m0s is a flag's own value
	for _, keys := range []string{"1", "2", "*", "3", "4", "5"} {
		d.press(keys)
		for _, view := range []string{"", "enter"} {
			if view != "" {
				if _, ok := d.root.page().(lister); !ok {
					continue
				}
				d.press(view)
			}
			for range 3 {
				for _, line := range d.lines() {
					if strings.HasPrefix(strings.TrimSpace(line), "version ") {
						continue // a resource version is a name made of digits
					}
					if found := ungrouped.FindString(line); found != "" {
						t.Errorf("page %s %s: %q in %q", keys, view, found, line)
					}
				}
				d.press("pgdown")
			}
			d.press("g")
			if view != "" {
				d.press("esc")
			}
		}
	}
	d.press("2", "g")
	d.sees("1,217/1,217", "1,217 marked")
}
