package plan

import (
	"timebound/model"
	"timebound/plan/knowledge"
)

// Impact is a table: what each setting does to each kind of token on this
// cluster, now and after each hop.
type Impact struct {
	Settings []string    `json:"settings"` // titles of the columns
	Rows     []ImpactRow `json:"rows"`
}

// ImpactRow is one kind of token.
type ImpactRow struct {
	Title string `json:"title"`
	// Count says how many there are here, in words: some cannot be counted.
	Count string       `json:"count"`
	Cells []ImpactCell `json:"cells"` // one per setting
}

// ImpactCell says what one setting does to one kind of token.
type ImpactCell struct {
	// Touches says whether the setting decides anything about the kind, in any
	// version.
	Touches bool   `json:"touches"`
	Now     string `json:"now"`
	// Later says what becomes different, and with which hop.
	Later []ImpactLater `json:"later,omitempty"`
	// Told is what is commonly told of this cell where it is wrong, and Why is
	// what is right; both "" where it is right.
	Told string `json:"told,omitempty"`
	Why  string `json:"why,omitempty"`
}

// ImpactLater is what a cell says from a hop on.
type ImpactLater struct {
	Minor Minor  `json:"minor"`
	Text  string `json:"text"`
}

var impactSettings = []string{"bound volumes", "extension", "maximum life", "auto-generation", "tracking", "clean-up"}

// impactKinds are the rows, with a text for each setting in a minor; "" says
// that the setting does nothing to the kind.
var impactKinds = []struct {
	title string
	count func(*builder) string
	cells [6]func(*builder, Minor) string
	told  map[int][2]string
}{
	{
		"auto-generated secret", func(b *builder) string { return here(b, model.OriginAuto) },
		[6]func(*builder, Minor) string{nil, nil, nil, (*builder).generates, (*builder).tracks, (*builder).cleansAuto}, nil,
	},
	{
		"manual secret", func(b *builder) string { return here(b, model.OriginManual) },
		[6]func(*builder, Minor) string{nil, nil, nil, nil, (*builder).tracks, (*builder).cleansManual},
		map[int][2]string{
			4: {"no", "manual tokens get last-used labels like any other (k8s.io/kubernetes pkg/serviceaccount/legacy.go)"},
			5: {"no", "a manual token whose account lists it in .secrets is auto-generated to the cleaner, and is cleaned up"},
		},
	},
	{
		"projected into pods", func(b *builder) string { return count(b.podsBound(), "pod", "pods") },
		[6]func(*builder, Minor) string{(*builder).bindsPods, (*builder).extends, (*builder).capsPods, nil, nil, nil}, nil,
	},
	{
		"requested, without a pod", func(*builder) string { return "not known without an audit log" },
		[6]func(*builder, Minor) string{nil, nil, (*builder).caps, nil, nil, nil}, nil,
	},
}

func here(b *builder, o model.Origin) string {
	return count(b.a.Counts.ByOrigin[o], "token", "tokens")
}

func (b *builder) podsBound() int {
	n := 0
	for _, w := range b.inv.Workloads {
		if w.Kind == "Pod" && w.BoundToken && w.State == model.WorkloadActive {
			n++
		}
	}
	return n
}

func (b *builder) impact() Impact {
	out := Impact{Settings: impactSettings}
	stations := b.stations()
	for _, kind := range impactKinds {
		row := ImpactRow{Title: kind.title, Count: kind.count(b)}
		for i, text := range kind.cells {
			cell := ImpactCell{Now: "nothing"}
			if text != nil {
				cell.Touches, cell.Now = true, text(b, b.current)
				last := cell.Now
				for _, m := range stations {
					if m <= b.current {
						continue
					}
					if then := text(b, m); then != last {
						cell.Later = append(cell.Later, ImpactLater{m, then})
						last = then
					}
				}
			}
			if told, wrong := kind.told[i]; wrong {
				cell.Told, cell.Why = told[0], told[1]
			}
			row.Cells = append(row.Cells, cell)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// valueAt gives what a setting is in a minor: as it is now while nothing asks
// for more, as the policy asks from there on.
func (b *builder) valueAt(c model.Component, name string, minor Minor) (value string, known bool) {
	if minor > b.current {
		for _, d := range demands(b.policy.At(minor), minor) {
			settable := b.place.Form != knowledge.FormOpenShift && b.place.Form != knowledge.FormProvider
			if d.name != name || !settable || d.putUpWith != "" {
				continue
			}
			// What is stricter already stays.
			if s := b.setting(c, name); !b.firm(s) || !d.met(s.Value) {
				return d.value, true
			}
		}
	}
	if s := b.setting(c, name); s != nil && s.Value != "" {
		return s.Value, b.firm(s)
	}
	return "", false
}

func (b *builder) bindsPods(minor Minor) string {
	return "pods get " + b.know.Behaviour("pod-token").At(int(minor)).Text
}

func (b *builder) generates(minor Minor) string {
	s := b.know.Behaviour("auto-generation").At(int(minor))
	if int(minor) >= minorNoAutoGen && int(minor) <= 26 {
		if v, known := b.valueAt(model.ControllerManager, gateNoAutoGeneration, minor); known {
			if v == "false" {
				return "made for every account; a deleted one is made again"
			}
			return "no new ones; those that exist stay valid"
		}
		return "made only with the gate off, which could not be seen; those that exist stay valid"
	}
	if s.From >= minorTracks {
		return "no new ones; those that exist stay valid"
	}
	return "made for every account; a deleted one is made again"
}

func (b *builder) tracks(minor Minor) string {
	switch {
	case minor < minorTracking:
		return "uses are not recorded"
	case minor >= minorTracksAlways:
		return "the day of the last use is recorded"
	}
	v, known := b.valueAt(model.APIServer, gateTracking, minor)
	switch {
	case known && v == "true", !known && minor >= minorTracks:
		return "the day of the last use is recorded"
	case !known:
		return "recorded only with the gate on, which could not be seen"
	}
	return "uses are not recorded"
}

func (b *builder) cleansAuto(minor Minor) string {
	manner, _ := b.manner(minor)
	return cleanWords[manner] + periodWords(manner, b)
}

func (b *builder) cleansManual(minor Minor) string {
	if manner, _ := b.manner(minor); manner == 0 {
		return cleanWords[0]
	}
	return "nothing, unless its account lists it in .secrets"
}

func (b *builder) extends(minor Minor) string {
	v, known := b.valueAt(model.APIServer, flagExtend, minor)
	life := periodText(b.place.ExtendedLife())
	switch {
	case v == "false":
		return "off: tokens live for about an hour; clients must read them again"
	case known:
		return "on: tokens live for up to " + life + " for clients that never read them again"
	}
	text := "on by default (not seen): tokens live for up to " + life
	if told := b.placeFacts(minor, flagExtend); len(told) > 0 && b.place.Extension == "" {
		return "not seen. " + told[0]
	}
	return text
}

func (b *builder) capsPods(minor Minor) string {
	if v, _ := b.valueAt(model.APIServer, flagExtend, minor); v != "false" {
		if len(b.expirationNote(b.maxAt(minor), minor)) > 0 {
			return "below 3607 seconds: ends extension"
		}
		return "nothing while tokens are extended"
	}
	return b.caps(minor)
}

func (b *builder) caps(minor Minor) string {
	v := b.maxAt(minor)
	switch v {
	case "":
		return "not known"
	case "0s", "0":
		return "no limit"
	}
	return "at most " + v
}

func (b *builder) maxAt(minor Minor) string {
	v, known := b.valueAt(model.APIServer, flagMaxExpiration, minor)
	if !known {
		return ""
	}
	return v
}
