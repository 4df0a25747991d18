package planpage

import (
	"cmp"
	"slices"

	"timebound/model"
	"timebound/plan"
)

// Sheet is a plan made ready for the screen: what frames ask for again and
// again was counted once. It is immutable.
type Sheet struct {
	Plan *plan.Plan
	// Upcoming are the tokens that the cleaner takes: those that something in
	// the cluster wants first, then by day.
	Upcoming []*plan.ForecastItem
	// Wanted is how many of them something in the cluster wants.
	Wanted int
	// Calendar counts them by month.
	Calendar Calendar

	subjects map[*plan.Step]Subject
	tokens   map[*plan.Step]int
	actions  map[wanted]planned
	notes    map[object]string
}

// object is what actions and notes of a plan are looked up by.
type object struct {
	kind string
	model.Key
}

type wanted struct {
	action plan.ActionKind
	object
}

type planned struct {
	action *plan.Action
	step   *plan.Step
}

// Subject says what kind of objects a step is about.
type Subject uint8

// The subjects.
const (
	Nothing   Subject = iota // the step is about a setting, or the cluster
	Tokens                   // all of its objects are token secrets
	Accounts                 // … service accounts
	Workloads                // … workloads
	Mixed                    // of several kinds, or of one without a page
)

// Make makes a plan ready. It looks at every object, and is meant for a
// command.
func Make(p *plan.Plan) *Sheet {
	s := &Sheet{Plan: p, subjects: map[*plan.Step]Subject{}, tokens: map[*plan.Step]int{}, actions: map[wanted]planned{}, notes: map[object]string{}}
	for i := range p.Hops {
		for j := range p.Hops[i].Steps {
			step := &p.Hops[i].Steps[j]
			s.subjects[step], s.tokens[step] = subjectOf(step), len(Stageable(step))
			s.index(step)
		}
	}
	s.Upcoming = make([]*plan.ForecastItem, len(p.Forecast.Items))
	for i := range p.Forecast.Items {
		s.Upcoming[i] = &p.Forecast.Items[i]
		if p.Forecast.Items[i].Wanted != "" {
			s.Wanted++
		}
	}
	slices.SortStableFunc(s.Upcoming, func(x, y *plan.ForecastItem) int {
		return cmp.Or(unwanted(x)-unwanted(y), cmp.Compare(x.First(), y.First()))
	})
	s.Calendar = newCalendar(p)
	return s
}

// index makes what is planned for workloads and accounts known by object. The
// first action of a kind counts: a plan asks for each once.
func (s *Sheet) index(step *plan.Step) {
	for i := range step.Actions {
		a := &step.Actions[i]
		at := wanted{a.Kind, object{a.On.Kind, model.Key{Namespace: a.On.Namespace, Name: a.On.Name}}}
		if _, there := s.actions[at]; a.On.Kind != secret && !there {
			s.actions[at] = planned{a, step}
		}
	}
	for i := range step.Objects {
		if o := &step.Objects[i]; o.Note != "" && o.Kind != secret {
			at := object{o.Kind, model.Key{Namespace: o.Namespace, Name: o.Name}}
			if s.notes[at] != "" {
				s.notes[at] += "; "
			}
			s.notes[at] += o.Note
		}
	}
}

// ActionOn gives the action of a kind that the plan asks for about an object
// that is no token, and its step; nil if it asks for none.
func (s *Sheet) ActionOn(action plan.ActionKind, kind string, key model.Key) (*plan.Action, *plan.Step) {
	p := s.actions[wanted{action, object{kind, key}}]
	return p.action, p.step
}

// NoteOn gives what the plan says about an object that nothing can be done to
// by itself; "" if it says nothing.
func (s *Sheet) NoteOn(kind string, key model.Key) string { return s.notes[object{kind, key}] }

func unwanted(i *plan.ForecastItem) int {
	if i.Wanted == "" {
		return 1
	}
	return 0
}

// Subject says what a step of the plan is about.
func (s *Sheet) Subject(step *plan.Step) Subject { return s.subjects[step] }

// TokenCount is how many tokens of a step are Stageable.
func (s *Sheet) TokenCount(step *plan.Step) int { return s.tokens[step] }

// Stageable gives the tokens of a step that something can be done to now: those
// of its actions, or all where it names no action. A step may also name tokens
// that have to wait.
func Stageable(step *plan.Step) []model.Key {
	var keys []model.Key
	for i := range step.Actions {
		if on := &step.Actions[i].On; on.Kind == secret {
			keys = append(keys, model.Key{Namespace: on.Namespace, Name: on.Name})
		}
	}
	if len(step.Actions) > 0 {
		return keys
	}
	for i := range step.Objects {
		if o := &step.Objects[i]; o.Kind == secret {
			keys = append(keys, model.Key{Namespace: o.Namespace, Name: o.Name})
		}
	}
	return keys
}

// secret is the kind of a token.
const secret = "Secret"

// EachObject calls do with every object behind a step, those of actions first.
func EachObject(step *plan.Step, do func(kind string, key model.Key)) {
	for i := range step.Actions {
		on := &step.Actions[i].On
		do(on.Kind, model.Key{Namespace: on.Namespace, Name: on.Name})
	}
	for i := range step.Objects {
		o := &step.Objects[i]
		do(o.Kind, model.Key{Namespace: o.Namespace, Name: o.Name})
	}
}

func subjectOf(step *plan.Step) Subject {
	found := Nothing
	EachObject(step, func(kind string, _ model.Key) {
		if s := subjectOfKind(kind); found == Nothing {
			found = s
		} else if found != s {
			found = Mixed
		}
	})
	return found
}

// subjectOfKind says on which page an object of a kind stands. Everything with
// pods is a workload; nodes and settings have no page.
func subjectOfKind(kind string) Subject {
	switch kind {
	case secret:
		return Tokens
	case "ServiceAccount":
		return Accounts
	case "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "DeploymentConfig":
		return Workloads
	}
	return Mixed
}

// Position gives the index of the hop to To, and of the one that the cluster
// stands in where there is none.
func (s *Sheet) Position(to plan.Minor) int {
	here := 0
	for i := range s.Plan.Hops {
		switch h := &s.Plan.Hops[i]; {
		case h.To == to:
			return i
		case h.Position == plan.Here:
			here = i
		}
	}
	return here
}
