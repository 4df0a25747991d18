package ui

import (
	"slices"
	"strings"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// The lines around a page: header, tabs and rule above; status and footer
// below. The status line is the lower rule while there is nothing to say, so
// that nothing moves when there is.
const (
	linesAbove = 3
	linesBelow = 2
)

func (m *Root) header() string {
	st := m.env.styles
	fresh, _ := freshness(m.snapshot, m.clock())
	m.freshShown = fresh
	right := st.Paint(m.freshRole(), fresh) + " "
	room := m.width - theme.Width(right)
	left := ""
	for drop := range headerParts {
		left = m.headerLeft(drop)
		if theme.Width(left) <= room {
			break
		}
	}
	if room < 1 {
		return theme.Truncate(left, m.width, st.Glyphs.Ellipsis)
	}
	return theme.Pad(left, room, st.Glyphs.Ellipsis) + right
}

// headerParts is the number of ways to write the left of the header, each
// shorter than the one before.
const headerParts = 6

// headerLeft writes where we are, without the drop least important parts.
func (m *Root) headerLeft(drop int) string {
	st := m.env.styles
	version, platform := m.version()
	parts := []string{st.Paint(theme.Title, m.cluster())}
	if drop < 3 {
		parts = []string{st.Paint(theme.Title, "timebound"), st.Paint(theme.Text, m.cluster())}
	}
	if drop < 2 && version != "" {
		parts = append(parts, st.Paint(theme.Dim, version))
	}
	if drop < 1 && platform != "" {
		parts = append(parts, st.Paint(theme.Dim, platform))
	}
	if a := m.assessment; a != nil && (len(a.Findings) > 0 || a.Inventory.Coverage.Kinds[model.KindTokens].State != model.CoveragePending) {
		one, many := "long-lived token", "long-lived tokens"
		if drop >= 4 {
			one, many = "token", "tokens"
		}
		parts = append(parts, st.Paint(theme.Text, lines.Count(len(a.Findings), one, many)))
	}
	for _, badge := range []string{m.runBadge(), m.readingBadge()} {
		if badge != "" {
			parts = append(parts, st.Paint(theme.Accent, badge))
		}
	}
	switch {
	case m.options.Changes != nil && m.options.Changes.Unlocked():
		parts = append(parts, st.Paint(theme.Alarm, " WRITE ")) // never left out
	case drop < 5:
		parts = append(parts, st.Paint(theme.Badge, " read-only "))
	}
	return " " + strings.Join(parts, "   ")
}

func (m *Root) freshRole() theme.Role {
	switch m.snapshot.Link.State {
	case model.LinkLive:
		if _, under := loadingOf(m.snapshot); under {
			return theme.Dim
		}
		return theme.Good
	case model.LinkRetrying:
		return theme.Warn
	}
	return theme.Dim
}

// version tells the versions that the API servers gave, and the platform
// where it is more than plain Kubernetes.
func (m *Root) version() (version, platform string) {
	inv := m.snapshot.Inventory
	if inv == nil {
		return "", ""
	}
	var oldest, newest model.Version
	for _, s := range inv.Cluster.Servers {
		v := s.Version
		if oldest.Git == "" || v.Compare(oldest) < 0 {
			oldest = v
		}
		if newest.Git == "" || v.Compare(newest) > 0 {
			newest = v
		}
	}
	if oldest.Git != "" {
		version = model.Printable(lines.Version(oldest))
	}
	if last := model.Printable(lines.Version(newest)); oldest.Git != "" && last != version {
		version += " to " + last
	}
	if p := inv.Cluster.Platform; p.ID != model.PlatformPlain {
		platform = model.Printable(p.Title())
	}
	return version, platform
}

// tabs names the pages, as far apart as there is room.
func (m *Root) tabs() string {
	line := ""
	for _, style := range []tabStyle{{pad: " ", gap: "  "}, {pad: " "}, {gap: " "}, {gap: " ", short: true}, {gap: " ", bare: true}} {
		if line = m.tabsLike(style); theme.Width(line) <= m.width {
			break
		}
	}
	return theme.Truncate(line, m.width, m.env.styles.Glyphs.Ellipsis)
}

// tabStyle is the space around the name of a page, and between two, and how much
// of the names is written.
type tabStyle struct {
	pad, gap string
	short    bool // the longest names are shortened
	bare     bool // only the page that is shown has a name
}

// tab is the name of a page in the line of tabs, with what waits there.
func (m *Root) tab(p PageID, style tabStyle) string {
	name := p.String()
	switch {
	case style.bare && p != m.current:
		name = ""
	case style.short && p == PageWorkloads:
		name = "Work"
	case style.short && p == PageActivity:
		name = "Runs"
	}
	text := strings.TrimRight(itoa(int(p)+1)+" "+name, " ")
	if n := m.env.staging.len(); n > 0 && p == PageStaged {
		text += m.env.styles.Glyphs.Dot + lines.Number(n)
	}
	return text
}

func (m *Root) tabsLike(style tabStyle) string {
	var b strings.Builder
	b.WriteByte(' ')
	for p := range pageCount {
		if p > 0 {
			b.WriteString(style.gap)
		}
		role := theme.Tab
		if p == m.current {
			role = theme.TabActive
		}
		b.WriteString(m.env.styles.Paint(role, style.pad+m.tab(p, style)+style.pad))
	}
	return b.String()
}

func (m *Root) rule() string {
	st := m.env.styles
	return st.Paint(theme.Border, strings.Repeat(st.Glyphs.Horizon, max(0, m.width)))
}

// status is the line above the footer: an answer to the last key, else how far
// audit logs are read, else the worst problem, else the loading, else a rule.
func (m *Root) status() string {
	st := m.env.styles
	if m.notice != "" {
		return st.Paint(theme.Accent, theme.Truncate(" "+model.Printable(m.notice), m.width, st.Glyphs.Ellipsis))
	}
	if line := m.readingLine(); line != "" {
		return st.Paint(theme.Info, theme.Truncate(" "+model.Printable(line), m.width, st.Glyphs.Ellipsis))
	}
	if line := m.banner(m.width); line != "" && !m.nothingYet() { // the page tells it in full
		return line
	}
	if line := m.progressLine(m.width); line != "" {
		return line
	}
	return m.rule()
}

// footer names the keys that matter now, as many as fit, the important first.
// The one that names all others is always there.
func (m *Root) footer() string {
	st := m.env.styles
	line := " "
	used, reserved, full := 1, 0, false
	named := m.keymap().footer()
	if i := slices.IndexFunc(named, func(a *Action) bool { return a.ID == "help" }); i >= 0 {
		reserved = m.footerWidth(named[i])
	}
	for _, a := range named {
		help := a.Keys.Help()
		keys := keyNames(st, strings.Fields(help.Key)[0])
		width := m.footerWidth(a)
		if a.ID == "help" {
			reserved = 0
		}
		if full = full || used+width+reserved > m.width+2; full && a.ID != "help" {
			continue // only help may still come
		}
		keyRole, role := theme.Key, theme.Dim
		if a.refused(m) != "" {
			keyRole, role = theme.Faint, theme.Faint
		}
		line += st.Paint(keyRole, keys) + " " + st.Paint(role, help.Desc) + "   "
		used += width
	}
	return theme.Truncate(line, m.width, "")
}

// footerWidth is what a key takes in the footer, with the space behind it.
func (m *Root) footerWidth(a *Action) int {
	help := a.Keys.Help()
	return theme.Width(keyNames(m.env.styles, strings.Fields(help.Key)[0])) + 1 + theme.Width(help.Desc) + 3
}

// keyNames writes the names of keys with what the terminal can show.
func keyNames(st *theme.Styles, keys string) string {
	if !st.Options.ASCII {
		return keys
	}
	return strings.NewReplacer("↑", "up", "↓", "down", "←", "left", "→", "right").Replace(keys)
}
