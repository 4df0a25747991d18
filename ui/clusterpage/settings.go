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
	name, value, source := 0, 0, 0
	for _, s := range all {
		name = max(name, theme.Width(model.Printable(nameText(s))))
		value = max(value, theme.Width(model.Printable(valueText(s))))
		source = max(source, len(s.Source.String()))
	}
	columns := settingColumns{name: min(name, 48), value: min(value, 16), source: source}
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
type settingColumns struct{ name, value, source int }

// placeWidth is how wide the place of an observation must be at least to
// stand in the table.
const placeWidth = 24

func (c settingColumns) setting(b *lines.Block, s model.Setting) {
	name, value, place := model.Printable(nameText(s)), model.Printable(valueText(s)), model.Printable(s.Where)
	source := lines.Of(sourceRole(s.Source), s.Source.String())
	used := 2 + c.name + 2 + c.value + 2 + c.source + 2
	switch {
	case b.Width() < used+placeWidth || theme.Width(name) > c.name || theme.Width(value) > c.value:
		// Too narrow for the table, or too long: the value stays beside the
		// name, how it is known goes below.
		b.Say(2, 4, lines.Text(name), lines.Dim(" = "), lines.Of(valueRole(s), value))
		b.Say(4, 4, append([]lines.Span{source}, remark(b, place)...)...)
	default:
		row := []lines.Span{
			lines.Text("  " + theme.Pad(name, c.name, "") + "  "),
			lines.Of(valueRole(s), theme.Pad(value, c.value, "")),
			lines.Text("  "), {Role: source.Role, Text: theme.Pad(source.Text, c.source, "")},
		}
		if theme.Width(place) <= b.Width()-used {
			b.Row(append(row, lines.Text("  "), lines.Dim(place))...)
		} else {
			b.Row(row...)
			b.Say(4, 4, lines.Dim(place))
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
