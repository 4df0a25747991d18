package usage

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"timebound/model"
)

func (d *decoder) use(doc useDoc) error {
	subject, err := doc.subject()
	if err != nil {
		return err
	}
	if !d.last.subject.precedes(subject, Subject.compare) {
		return errOrder
	}
	u := &Use{OriginAt: doc.OriginAt, First: doc.First, Last: doc.Last, PastWarning: doc.Past, Callers: map[CallerKey]*Caller{}}
	grain := slices.Index(grainWords[:], doc.Grain)
	origin := slices.Index(originWords[:], doc.Origin)
	switch {
	case grain < 0:
		return fmt.Errorf("no grain is called %.40q", doc.Grain)
	case origin < 0:
		return fmt.Errorf("no origin is called %.40q", doc.Origin)
	case !doc.OriginAt.fair() || !fairSpell(doc.First, doc.Last):
		return errTime
	case doc.Past < 0:
		return errors.New("secondsPastWarning is below 0")
	case !doc.Stages.into(u.Stages[:]) || !u.Codes.fromRow(doc.Codes):
		return errRow
	}
	u.Grain, u.Origin = Grain(grain), model.Origin(origin)
	if err := u.readDays(doc.Days, d.s.bounds.days); err != nil {
		return err
	}
	if most := d.s.bounds.mostCallers; len(doc.Callers) > most {
		return fmt.Errorf("it has %d callers, more than the %d allowed", len(doc.Callers), most)
	}
	var last ascending[CallerKey]
	for i := range doc.Callers {
		key, c, err := doc.Callers[i].caller()
		if err == nil && !last.precedes(key, CallerKey.compare) {
			err = errOrder
		}
		if err != nil {
			return fmt.Errorf("caller %d: %w", i+1, err)
		}
		u.Callers[d.s.texts.keepCaller(key)] = c
	}
	d.s.mergeUse(subject, u)
	return nil
}

// originWords are the origins as a document has them: what is not known is left
// out.
var originWords = [model.OriginCount]string{model.OriginAuto: model.OriginAuto.String(), model.OriginManual: model.OriginManual.String()}

// subject gives whose use it is. What has no meaning for its class is refused, or
// there would be two of one.
func (doc *useDoc) subject() (s Subject, err error) {
	for class, word := range classWords {
		if word == doc.Class {
			s.Class = class
		}
	}
	s.Account, s.Secret, s.Name = model.Key{Namespace: doc.Namespace, Name: doc.Account}, doc.Secret, doc.Name
	if s.Class == 0 {
		return s, fmt.Errorf("no class is called %.40q", doc.Class)
	}
	if s.Class&(Legacy|Stale) == 0 && s.Account != (model.Key{}) || s.Class != Legacy && s.Secret != "" ||
		s.Class&(Presented|Reviewed) == 0 && s.Name != "" || s.Class == Presented && s.Name == "" {
		return s, fmt.Errorf("a use of class %s is named otherwise", doc.Class)
	}
	return s, fair(s.Account.Namespace, s.Account.Name, s.Secret, s.Name)
}

func (u *Use) readDays(rows []row, most int) error {
	if len(rows) > most {
		return fmt.Errorf("it has %d days, more than the %d allowed", len(rows), most)
	}
	for i, r := range rows {
		if len(r) == 0 || len(r) > 1+StageCount || r[0] > uint64(lastInstant.Day()) || i > 0 && r[0] <= uint64(u.Days[i-1].Day) {
			return fmt.Errorf("day %d is none, or out of order", i+1)
		}
		c := DayCount{Day: model.Day(r[0])}
		for stage, n := range r[1:] {
			if n > math.MaxUint32 {
				return fmt.Errorf("day %d: %d is more than a day can have", i+1, n)
			}
			c.count(Stage(stage), n)
		}
		u.Days = append(u.Days, c)
	}
	return nil
}

func (doc *callerDoc) caller() (k CallerKey, c *Caller, err error) {
	k = CallerKey{doc.Agent, doc.Address, model.Key{Namespace: doc.PodNamespace, Name: doc.Pod}}
	if err := fair(k.Agent, k.Address, k.Pod.Namespace, k.Pod.Name); err != nil {
		return k, nil, err
	}
	var stages Stages
	var codes Codes
	switch {
	case !fairSpell(doc.First, doc.Last) || !doc.Stale.fair():
		return k, nil, errTime
	case !doc.Stages.into(stages[:]) || !codes.fromRow(doc.Codes):
		return k, nil, errRow
	}
	c = &Caller{First: doc.First, Last: doc.Last, Stale: doc.Stale}
	c.readNumbers(kindStage, stages[:])
	c.readNumbers(kindAnswer, doc.Codes)
	for _, part := range []struct {
		kind   kind
		counts countsDoc
		more   bool
	}{
		{kindVerb, doc.Verbs, doc.MoreVerbs}, {kindResource, doc.Resources, doc.MoreResources},
		{kindNamespace, doc.Namespaces, doc.MoreNamespaces}, {kindNode, doc.Nodes, doc.MoreNodes},
	} {
		if most := mostNames[part.kind]; len(part.counts) > most {
			return k, nil, fmt.Errorf("%d names are more than the %d allowed", len(part.counts), most)
		}
		for _, name := range slices.Sorted(maps.Keys(part.counts)) {
			if err := fair(name); err != nil {
				return k, nil, err
			}
			c.counts.add(0, part.kind, []byte(name), part.counts[name])
		}
		if part.more {
			c.counts.add(0, part.kind+1, nil, 1)
		}
	}
	return k, c, nil
}

func (c *Caller) readNumbers(first kind, numbers []uint64) {
	for i, n := range numbers {
		if n > 0 {
			c.counts.add(0, first+kind(i), nil, n)
		}
	}
}

func (c *Codes) fromRow(r row) bool {
	if len(r) > answers {
		return false
	}
	for i, n := range r {
		*c.row(answer(i)) = n
	}
	return true
}
