package model

import "slices"

// judge holds what is the same for every token of one inventory.
type judge struct {
	a        *Assessment
	accounts map[Key]*Account
	keepers  []Keeper
	watch    watching
	label    labelEffect
	// oldest is the oldest API server version, for people.
	oldest    string
	lookupOff bool
	rotates   rotation
	gaps      map[string][]Reason // by namespace: what was not read there
	audit     auditView
	worded    map[[2]int][]string // see spans
}

// labelEffect says whether the invalid-since label refuses a token.
type labelEffect uint8

const (
	labelHonoured labelEffect = iota // every API server is 1.29 or later
	labelIgnored                     // every API server is older
	labelMixed                       // some are, or a version is not known
)

const flagLookup = "service-account-lookup"

func newJudge(a *Assessment, keepers []Keeper, accounts map[Key]*Account) *judge {
	c := a.Inventory.Cluster
	j := &judge{
		a: a, accounts: accounts, keepers: keepersOn(keepers, c.Platform.ID),
		watch: watchingOf(c), label: labelEffectOf(c), gaps: map[string][]Reason{}, worded: map[[2]int][]string{},
	}
	oldest, _ := c.Oldest()
	j.oldest = oldest.String()
	for _, o := range c.Observed {
		if o.Kind == SettingFlag && o.Name == flagLookup && o.Component == APIServer && o.Value == "false" {
			j.lookupOff = true
		}
	}
	if j.lookupOff {
		j.watch.doubt = &Reason{Code: CodeLookupOff}
	}
	j.rotates = rotationOf(a.Settings, oldest)
	j.audit = auditViewOf(a)
	return j
}

func labelEffectOf(c Cluster) labelEffect {
	older, newer := 0, 0
	for _, s := range c.Servers {
		switch {
		case !s.Version.Known():
			return labelMixed
		case s.Version.Minor < minorInvalidSince:
			older++
		default:
			newer++
		}
	}
	switch {
	case older == 0 && newer > 0:
		return labelHonoured
	case newer == 0 && older > 0:
		return labelIgnored
	}
	return labelMixed
}

// rotation says whether the token controller replaces an auto-generated token
// that is deleted.
type rotation uint8

const (
	rotatesNot rotation = iota
	rotatesMaybe
	rotatesAlways
)

// rotationOf follows k8s.io/kubernetes
// pkg/controller/serviceaccount/tokens_controller.go: it always does up to
// 1.23, and up to 1.26 with the gate off. The gate's default is on, but a
// default that nobody could check is no knowledge.
func rotationOf(settings []Setting, oldest Version) rotation {
	if oldest.Known() && oldest.Minor < minorNoAutoGen {
		return rotatesAlways
	}
	for _, s := range settings {
		switch {
		case s.Kind != SettingGate || s.Name != gateNoAutoGeneration:
		case s.Value == "false":
			return rotatesAlways
		case s.Source > SourceLocked:
			// Evidence is what another process says of a gate that kube-controller-manager
			// reads for itself; a configuration is an intention.
			return rotatesMaybe
		}
	}
	return rotatesNot
}

// steps are ordered from what nobody may touch to what nobody would miss; the
// first that applies decides, the others add their facts.
var steps = [...]func(*judge, *Finding) (Verdict, bool){
	(*judge).protected, (*judge).dead, (*judge).switchedOff, (*judge).used, (*judge).recorded, (*judge).referenced, (*judge).unseen,
}

// judge fills a finding in.
func (j *judge) judge(f *Finding) {
	j.origin(f)
	j.attach(f)
	f.UnseenDays = -1
	decided := false
	for _, step := range steps {
		before := len(f.Reasons)
		v, applies := step(j, f)
		if applies && !decided {
			f.Verdict, decided = v, true
			moveToFront(f.Reasons, before)
		}
	}
	j.addContext(f)
}

// moveToFront rotates the reasons from index on to the front, in place.
func moveToFront(reasons []Reason, index int) {
	slices.Reverse(reasons[:index])
	slices.Reverse(reasons[index:])
	slices.Reverse(reasons)
}

// addContext adds what does not decide but matters for the next step.
func (j *judge) addContext(f *Finding) {
	switch f.Origin {
	case OriginManual:
		f.because(CodeManual)
	case OriginAuto:
		f.because(CodeAuto)
		switch j.rotates {
		case rotatesAlways:
			f.because(CodeRotates)
		case rotatesMaybe:
			f.because(CodeRotatesUnknown)
		}
		if f.Account.EnforceMountable {
			f.because(CodeMountableList)
		}
	}
}

// origin settles whose token it is, by upstream's own rule.
func (j *judge) origin(f *Finding) {
	t := f.Token
	f.Account = j.accounts[Key{t.Namespace, t.Account}]
	if f.Account == nil {
		if j.accountsRead(t) {
			// The account is gone, and its .secrets with it. What it was made
			// as cannot be told any more.
			f.Orphan = t.Account != ""
		}
		return
	}
	if t.AccountUID != "" && t.AccountUID != f.Account.UID {
		f.Orphan = true
		return
	}
	f.Origin = OriginManual
	for _, name := range f.Account.Secrets {
		if name == t.Name {
			f.Origin = OriginAuto
			return
		}
	}
}

// accountsRead says that the list of accounts proves something about this
// token: it covers the namespace and began after the token was made.
func (j *judge) accountsRead(t *Token) bool {
	cov := j.a.Inventory.Coverage
	return cov.Reads(KindAccounts, t.Namespace) && t.Created.Before(cov.Kinds[KindAccounts].Started)
}

// usualReasons is how many reasons most findings have: one allocation each.
const usualReasons = 4

func (f *Finding) because(code Code, args ...string) {
	if f.Reasons == nil {
		f.Reasons = make([]Reason, 0, usualReasons)
	}
	f.Reasons = append(f.Reasons, Reason{code, args})
}

func (f *Finding) notSeen(code Code, args ...string) {
	f.BlindSpots = append(f.BlindSpots, Reason{code, args})
}
