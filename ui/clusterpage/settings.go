package clusterpage

import (
	"slices"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// settings tells every gate and flag that decides about tokens, with the way
// it is known, component by component.
func settings(b *lines.Block, all []model.Setting) {
	b.Heading("SETTINGS", lines.Dim("that decide about tokens, and how each is known"))
	if len(all) == 0 {
		b.Row(lines.Dim("none known yet"))
		return
	}
	name, value := 0, 0
	for _, s := range all {
		name = max(name, theme.Width(model.Printable(nameText(s))))
		value = max(value, theme.Width(model.Printable(valueText(s))))
	}
	columns := settingColumns{name: min(name, widestName), value: min(value, widestValue)}
	for _, component := range components(all) {
		b.Gap()
		b.Row(lines.Of(theme.Accent, string(component)))
		for _, s := range all {
			if s.Component == component {
				columns.setting(b, s)
			}
		}
	}
}

// components gives the components, the API server first: it decides.
func components(all []model.Setting) []model.Component {
	out := []model.Component{model.APIServer, model.ControllerManager}
	for _, s := range all {
		if !slices.Contains(out, s.Component) {
			out = append(out, s.Component)
		}
	}
	return slices.DeleteFunc(out, func(c model.Component) bool {
		return !slices.ContainsFunc(all, func(s model.Setting) bool { return s.Component == c })
	})
}

// settingColumns are the widths of the table of settings.
type settingColumns struct{ name, value int }

// The widest columns, and the least width of what stands behind them. The
// longest gate has 41 letters; longer names and values take what they need.
const (
	widestName  = 41
	widestValue = 12
	sourceWidth = 20
)

func (c settingColumns) setting(b *lines.Block, s model.Setting) {
	name, value := model.Printable(nameText(s)), model.Printable(valueText(s))
	source := append([]lines.Span{lines.Of(sourceRole(s.Source), s.Source.String())}, remark(b, s.Where)...)
	if b.Width() < 2+c.name+2+c.value+2+sourceWidth {
		// Too narrow for a table: the value stays beside the name.
		b.Say(2, 4, lines.Text(name), lines.Dim(" = "), lines.Of(valueRole(s), value))
		b.Say(4, 4, source...)
	} else {
		head := theme.Pad(name, max(c.name, theme.Width(name)), "")
		body := theme.Pad(value, max(c.value, theme.Width(value)), "")
		row := []lines.Span{lines.Text("  " + head + "  "), lines.Of(valueRole(s), body), lines.Text("  ")}
		used, need := 0, 0
		for _, span := range row {
			used += theme.Width(span.Text)
		}
		for _, span := range source {
			need += theme.Width(model.Printable(span.Text))
		}
		switch {
		case used+need <= b.Width():
			b.Row(append(row, source...)...)
		case used <= b.Width():
			b.Row(row...)
			b.Say(4, 4, source...)
		default: // a list of values, or a whole path
			b.Say(2, 4, lines.Text(name), lines.Text(" "), lines.Of(valueRole(s), value))
			b.Say(4, 4, source...)
		}
	}
	for _, o := range s.Others {
		other := o.Value
		if other == "" {
			other = "not set"
		}
		b.Item(4, lines.Of(theme.Warn, b.Styles().Glyphs.Alert+" "),
			append([]lines.Span{lines.Of(theme.Warn, "but "+other), lines.Dim(" " + o.Source.String())}, remark(b, o.Where)...)...)
	}
	if s.Why != "" {
		b.Say(4, 4, lines.Dim(s.Why))
	}
}

// remark is what accompanies a value; nothing if there is nothing to say.
func remark(b *lines.Block, text string) []lines.Span {
	if text == "" {
		return nil
	}
	return []lines.Span{lines.Dim(" " + b.Styles().Glyphs.Dot + " " + text)}
}

// nameText writes a name as people type it.
func nameText(s model.Setting) string {
	if s.Kind == model.SettingFlag {
		return "--" + s.Name
	}
	return s.Name
}

func valueText(s model.Setting) string {
	switch {
	case s.Source == model.SourceUnknown && s.Value == "":
		return "unknown"
	case s.Value == "":
		return "not set"
	default:
		return s.Value
	}
}

// valueRole marks what is contradicted or not known.
func valueRole(s model.Setting) theme.Role {
	switch {
	case len(s.Others) > 0:
		return theme.Warn
	case s.Source == model.SourceUnknown:
		return theme.Doubt
	default:
		return theme.Text
	}
}

// sourceRole tells what was seen from what is only supposed.
func sourceRole(s model.Source) theme.Role {
	switch s {
	case model.SourceProcess, model.SourceRendered, model.SourceLocked:
		return theme.Good
	case model.SourceEvidence, model.SourceConfig:
		return theme.Info
	case model.SourceUnknown:
		return theme.Doubt
	default:
		return theme.Dim
	}
}
