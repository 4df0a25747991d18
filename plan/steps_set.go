package plan

import (
	"fmt"
	"slices"
	"time"

	"timebound/model"
	"timebound/plan/knowledge"
)

// demand is one setting that a policy asks for.
type demand struct {
	code      string
	component model.Component
	kind      model.SettingKind
	name      string
	value     string // as it would be written
	// met says whether a value is what is asked for, or stricter.
	met func(value string) bool
	// from and to are the minors in which it can be set; outside of them the
	// version decides.
	from, to Minor
	// before and after say what the version does outside of from and to.
	before, after string
	// putUpWith is what is said where either value will do; "" if one is asked for.
	putUpWith string
	// about are the subjects of the platform's facts that belong to it.
	about []string
	// passing says that it matters only while its minors run, not afterwards.
	passing bool
	// builtIn looks further where the version leaves the gate no choice any
	// more; nil if there is nothing else to look at.
	builtIn func(*builder, *Hop, Step) Step
}

// demands gives what a phase of a policy asks for in a minor.
func demands(p knowledge.Phase, minor Minor) []demand {
	var out []demand
	if text := p.MaxTokenExpiration; text != "" {
		want, _ := time.ParseDuration(text)
		out = append(out, demand{
			code: "TB-401", component: model.APIServer, kind: model.SettingFlag, name: flagMaxExpiration, value: text, to: 1 << 30, about: []string{flagMaxExpiration},
			met: func(v string) bool {
				d, err := time.ParseDuration(v)
				return err == nil && d > 0 && d <= want
			},
		})
	}
	if extend := p.ExtendTokenExpiration; extend != nil {
		d := demand{
			code: "TB-402", component: model.APIServer, kind: model.SettingFlag, name: flagExtend, value: fmt.Sprint(*extend), to: 1 << 30, about: []string{flagExtend},
			met: func(v string) bool { return v == "false" || *extend },
		}
		if *extend {
			d.putUpWith = "pod tokens may still be extended: --service-account-extend-token-expiration"
		}
		out = append(out, d)
	}
	on := func(v string) bool { return v == "true" }
	if p.AutoGeneration != "" {
		allowed := p.AutoGeneration == "allowed"
		d := demand{
			code: "TB-403", component: model.ControllerManager, kind: model.SettingGate, name: gateNoAutoGeneration, value: "true",
			met: func(v string) bool { return v == "true" || allowed }, from: minorNoAutoGen, to: 26,
			before: "every account gets a token until 1.24", after: "built in from 1.27 on", about: []string{"auto-generation"},
		}
		if allowed && minor <= 26 {
			d.putUpWith = "token secrets may still be made for new accounts, until 1.26"
		}
		out = append(out, d)
	}
	if p.Tracking == "on" {
		out = append(out, demand{
			code: "TB-404", component: model.APIServer, kind: model.SettingGate, name: gateTracking, value: "true", met: on,
			from: minorTracking, to: 27, before: "uses can be recorded from 1.26 on", after: "built in from 1.28 on",
		})
	}
	if minor == minorCleaner {
		out = append(out, demand{
			code: "TB-406", component: model.ControllerManager, kind: model.SettingGate, name: gateCleanUp, value: "false",
			met: func(v string) bool { return v == "false" }, from: minorCleaner, to: minorCleaner, passing: true,
		})
	}
	if p.CleanUp == "on" {
		out = append(out, demand{
			code: "TB-405", component: model.ControllerManager, kind: model.SettingGate, name: gateCleanUp, value: "true", met: on,
			// In 1.28 it would delete at once: nobody is asked to switch it on there.
			from: minorCleans, to: 29, before: "left off before 1.29, where it would delete at once", after: "built in from 1.30 on",
			builtIn: (*builder).cleanerListed,
		})
	}
	return out
}

// setSteps are the gates and flags of a phase of the policy. A hop ahead asks
// only for what its phase changes.
func (b *builder) setSteps(h *Hop) []Step {
	phase := b.policy.At(h.To)
	was := map[string]string{}
	if h.Position == Ahead {
		for _, d := range demands(b.policy.At(h.From), h.From) {
			was[d.code] = d.value + d.putUpWith
		}
	}
	var steps []Step
	for _, d := range demands(phase, h.To) {
		if value, asked := was[d.code]; asked && value == d.value+d.putUpWith {
			continue
		}
		if h.Position == Past && d.passing {
			continue
		}
		steps = append(steps, b.setStep(h, d))
	}
	return steps
}

func (b *builder) setStep(h *Hop, d demand) Step {
	s := b.step(h, d.code, d.value)
	set := b.setting(d.component, d.name)
	if set != nil && set.Source != model.SourceDefault {
		s.Facts = append([]string{knownBy(set)}, otherwise(set)...)
	}
	s.Facts = append(s.Facts, b.placeFacts(h.To, d.about...)...)
	// What is asked for may be a matter of the version alone.
	switch {
	case d.putUpWith != "": // nothing is asked for
		s.State, s.Title, s.Verify, s.Undo = NotApplicable, d.putUpWith, nil, ""
		return s
	case h.To < d.from:
		s.State, s.Facts = NotApplicable, []string{d.before}
		return s
	case h.To > d.to:
		s.State = Done
		s.Facts = append(s.Facts, d.after)
		if value, given := b.given(d.component, d.name); given && !d.met(value) && h.Position == Ahead {
			s.State = Blocked
			s.Facts = append(s.Facts, "with "+d.name+"="+value+" it does not start")
		}
		if d.builtIn != nil && s.State == Done {
			return d.builtIn(b, h, s)
		}
		return s
	}
	return b.compare(h, d, s, set)
}

// cleanerListed asks, where the gate leaves no choice any more, whether
// kube-controller-manager is told to run the cleaner.
func (b *builder) cleanerListed(h *Hop, s Step) Step {
	running, seen := b.cleanerWanted()
	switch {
	case seen && running:
	case seen:
		s.State = ToDo
		if h.Position == Past {
			s.State = Overdue
		}
		s.Facts = append([]string{"the cleaner is taken out of the list: " + knownBy(b.setting(model.ControllerManager, flagControllers))}, s.Facts...)
		s.How = []string{"# take -" + cleanerNames[1] + " (or -" + cleanerNames[0] + ") out of --controllers of kube-controller-manager"}
	case b.place.Form == knowledge.FormProvider:
		s.Facts = append(s.Facts, "whether the provider lets it run could not be seen")
	default:
		s.State = CannotTell
		s.Facts = append([]string{"--controllers of kube-controller-manager could not be seen: the cleaner may be taken out there"}, s.Facts...)
		s.Verify = append(b.arguments(flagControllers), s.Verify...)
	}
	return s
}

// compare holds what is set against what is asked for.
func (b *builder) compare(h *Hop, d demand, s Step, set *model.Setting) Step {
	differs := false
	if set != nil {
		for _, o := range set.Others {
			differs = differs || !d.met(o.Value)
		}
	}
	switch {
	case b.firm(set) && d.met(set.Value) && !differs:
		s.State = Done
		return s
	case set == nil && h.Position == Ahead:
		// The current version does not have it yet.
	case !b.firm(set):
		s.State = CannotTell
		if set != nil && set.Value != "" {
			s.Facts = append(s.Facts, "it could not be seen; the default of the version is "+set.Value)
		} else {
			s.Facts = append(s.Facts, "it could not be seen")
		}
	}
	how, reason := b.form(d.component, d.kind, d.name, d.value, h.To)
	if d.kind == model.SettingGate {
		how, reason = b.gateForm(d.component, d.name, d.value == "true", h.To)
	}
	if h.Position == Past {
		switch {
		case reason != "":
			s.State = NotApplicable
			s.Facts = append(s.Facts, reason)
		case s.State == ToDo:
			s.State = Overdue
		}
		s.Verify, s.Undo = nil, ""
		return s // what runs now asks for as much or more, and says how
	}
	if s.How = how; reason != "" {
		s.State = NotApplicable
		told := b.placeFacts(h.To, d.kind.String()+"s")
		if len(told) == 0 {
			told = []string{reason}
		}
		s.Facts = append(s.Facts, told...)
	}
	if d.name == flagMaxExpiration {
		if want, err := time.ParseDuration(d.value); err == nil {
			// Longer than what is asked for, so that the shortening shows.
			s.Verify = []string{fmt.Sprintf("kubectl create token ACCOUNT --duration %dh -o yaml | grep expirationTimestamp", int(want.Hours())+1)}
		}
		s.Facts = append(s.Facts, b.expirationNote(d.value, h.To)...)
	}
	return s
}

// expirationNote warns where a maximum ends extension by itself: pods ask for
// 3607 seconds, and only that number is extended (k8s.io/kubernetes
// pkg/registry/core/serviceaccount/storage/token.go).
func (b *builder) expirationNote(value string, minor Minor) []string {
	const asked = 3607 * time.Second
	d, err := time.ParseDuration(value)
	extend := b.policy.At(minor).ExtendTokenExpiration
	if err != nil || d == 0 || d >= asked || extend != nil && !*extend {
		return nil
	}
	return []string{"below 3607 seconds no pod token is extended any more, whatever --" + flagExtend + " says"}
}

// placeFacts tells what is known of the platform about some subjects, in a
// minor, each with how well it is known.
func (b *builder) placeFacts(minor Minor, about ...string) []string {
	var out []string
	for _, f := range b.place.Facts {
		if f.In(int(minor)) && slices.Contains(about, f.About) {
			out = append(out, f.Text+" ("+proofWords(f.Proof)+": "+f.Source+")")
		}
	}
	return out
}

func proofWords(p knowledge.Proof) string {
	switch p {
	case knowledge.ProofDocument:
		return "says the provider"
	case knowledge.ProofInferred:
		return "inferred"
	}
	return "source"
}
