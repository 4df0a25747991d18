package ui

import (
	"strings"

	"timebound/model"
)

// KeysMarkdown writes docs/keys.md from the actions. A test keeps the file
// and this text the same.
func KeysMarkdown() string {
	m := New(Options{Policy: func() model.Policy { return model.Policy{} }, Background: BackgroundDark})
	defer m.Close()
	var b strings.Builder
	b.WriteString("# Keys\n\nMade from the actions of the dashboard; `go test ./ui -update` writes it anew. In the dashboard, `?` shows the\nkeys that work where you are, and why one does not work now. `ctrl+c` quits from everywhere and `ctrl+z` suspends.\n")
	global := newKeymap(section{"Everywhere", globalActions()})
	writeSections(&b, global.sections)
	writeSections(&b, []section{{"Lists: tokens, accounts, workloads", listActions()}})
	for _, p := range []PageID{PageTokens, PageAccounts, PageWorkloads} {
		writeSections(&b, m.pages[p].keymap().sections[:1])
	}
	writeSections(&b, []section{{"Details of one object", detailActions()}})
	writeSections(&b, m.pages[PageOverview].keymap().sections[:1])
	writeSections(&b, m.pages[PageCluster].keymap().sections[:1])
	writeSections(&b, []section{
		{"Plan: the steps of a hop", planStepActions()}, {"Plan: the story of a step", planStoryActions()},
		{"Plan: the forecast", forecastActions()}, {"Plan: what each setting does", impactActions()}, {"Plan: everywhere", planActions()},
	})
	for _, p := range []PageID{PageStaged, PageActivity} {
		writeSections(&b, m.pages[p].keymap().sections[:1])
	}
	writeSections(&b, []section{{"Review", reviewActions()}, {"Run", runViewActions(true)}})
	writeSections(&b, []section{
		{"While a filter is typed", filterActions()}, {"Help", helpActions()}, {"List of problems", overlayActions()},
		{"While something is chosen from a list", choiceActions()}, {"While the name of a file is typed", promptActions()},
		{"While a reason is typed", reasonActions()}, {"While paths of audit logs are typed", logsActions()}, {"While the name of the cluster is typed", confirmActions()}, {"While options are changed", formActions()},
	})
	b.WriteString("\n## How filters are written\n\n| filter | meaning |\n|---|---|\n")
	for _, h := range filterHelp() {
		b.WriteString("| `" + h[0] + "` | " + strings.ReplaceAll(h[1], "|", `\|`) + " |\n")
	}
	return b.String()
}

func writeSections(b *strings.Builder, sections []section) {
	for _, s := range sections {
		b.WriteString("\n## " + s.title + "\n\n| key | what it does | action |\n|---|---|---|\n")
		for _, a := range s.actions {
			b.WriteString("| " + keysCode(a.Keys.Keys()) + " | " + a.Title + " | `" + a.ID + "` |\n")
		}
	}
}

func keysCode(keys []string) string {
	quoted := make([]string, len(keys))
	for i, k := range keys {
		quoted[i] = "`" + k + "`"
	}
	return strings.Join(quoted, " ")
}
