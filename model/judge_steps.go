package model

// protected: a known system needs it.
func (j *judge) protected(f *Finding) (Verdict, bool) {
	for i := range j.keepers {
		if k := &j.keepers[i]; k.Match.matches(f.Token) {
			f.Keeper = k
			f.because(CodeKeeper, k.Title, k.UsedBy)
			return VerdictProtected, true
		}
	}
	return 0, false
}

// dead: no API server accepts it any more
// (k8s.io/kubernetes pkg/serviceaccount/legacy.go, Validate).
func (j *judge) dead(f *Finding) (Verdict, bool) {
	t := f.Token
	if j.lookupOff {
		// Then signature and claims are enough: nothing below refuses it.
		return 0, false
	}
	if !t.Deleting.IsZero() {
		f.because(CodeDeleting, DayOf(t.Deleting).String())
		return VerdictDead, true
	}
	if !f.Orphan {
		return 0, false
	}
	if f.Account == nil {
		f.because(CodeAccountGone, t.Account)
	} else {
		f.because(CodeAccountReplaced, t.Account)
	}
	return VerdictDead, true
}

// switchedOff: the invalid-since label, in whatever state it is.
func (j *judge) switchedOff(f *Finding) (Verdict, bool) {
	since, last := f.Token.InvalidSince, f.Token.LastUsed
	if since.Absent() {
		return 0, false
	}
	if j.lookupOff {
		// The label is looked at only where secrets are; see unseen.
		return 0, false
	}
	switch j.label {
	case labelIgnored:
		f.because(CodeInvalidNoEffect, j.oldest)
		return 0, false
	case labelMixed:
		f.because(CodeInvalidMixed)
		return 0, false
	}
	switch {
	case since.Unparsable():
		f.because(CodeInvalidNoDay, since.Raw)
	case since.Day > j.a.Policy.AsOf:
		f.because(CodeInvalidFuture, since.Raw)
	case last.Valid && last.Day > since.Day:
		// A refused use is written down like any other.
		f.because(CodeKnocked, last.Raw, since.Raw)
		return VerdictKnocked, true
	case last.Valid && last.Day == since.Day:
		f.because(CodeKnockedSameDay, last.Raw)
		return VerdictKnocked, true
	default:
		f.because(CodeInvalidated, since.Raw)
	}
	if j.knockedInLog(f) {
		return VerdictKnocked, true
	}
	return VerdictInvalidated, true
}

// used: somebody presented it within the window.
func (j *judge) used(f *Finding) (Verdict, bool) {
	last, p := f.Token.LastUsed, j.a.Policy
	switch {
	case last.Absent():
		if j.watch.doubt == nil && f.Use == nil {
			f.because(CodeNeverUsed)
		}
	case last.Unparsable():
		// Told by unseen, so that a reference may still decide.
	case last.Day > p.AsOf && last.Day > p.Today:
		f.because(CodeUsedInFuture, last.Raw)
		return VerdictInUse, true
	case last.Day >= p.AsOf-Day(p.IdleAfter):
		f.because(CodeUsed, last.Raw, last.Day.Ago(p.Today))
		return VerdictInUse, true
	default:
		f.because(CodeUsedLongAgo, last.Raw, last.Day.Ago(p.Today))
	}
	return 0, false
}

// referenced: something in the cluster points at it.
func (j *judge) referenced(f *Finding) (Verdict, bool) {
	var awake, dormant []Reference
	for _, r := range f.References {
		switch {
		case r.How == RefDockercfg:
			f.because(CodePullPair, r.By.Name)
		case r.How == RefOAuthClient:
			f.because(CodeOAuthClient)
		case r.State == WorkloadActive:
			awake = append(awake, r)
		default:
			dormant = append(dormant, r)
		}
	}
	if len(awake) > 0 {
		f.because(CodeReferenced, nameReferrers(awake))
	}
	if len(dormant) > 0 {
		f.because(CodeReferencedDormant, nameReferrers(dormant))
	}
	return VerdictReferenced, len(f.References) > 0
}

// unseen: no reference and no recent use was seen; what is that worth?
func (j *judge) unseen(f *Finding) (Verdict, bool) {
	t, p := f.Token, j.a.Policy
	missing := j.unread(t.Namespace)
	if len(f.References) == 0 && len(missing) == 0 {
		defer f.because(CodeNotReferenced)
	}
	f.BlindSpots = append(f.BlindSpots, missing...)
	if f.Account == nil && !f.Orphan && t.Account != "" && j.a.Inventory.Coverage.Reads(KindAccounts, t.Namespace) {
		f.notSeen(CodeAccountListOlder)
	}
	if t.Account == "" {
		f.notSeen(CodeNoAccountNamed)
	}
	if j.a.Inventory.Coverage.Kinds[KindTokens].Cached {
		f.notSeen(CodeCachedList, string(KindTokens))
	}
	if j.watch.doubt != nil {
		f.BlindSpots = append(f.BlindSpots, *j.watch.doubt)
	}
	// Each blind spot is a missing fact. An unparsable last-used label is one
	// too: upstream's cleaner leaves such a token alone for ever.
	if t.LastUsed.Unparsable() {
		f.because(CodeLastUsedNoDay, t.LastUsed.Text())
	}
	if len(f.BlindSpots) > 0 || t.LastUsed.Unparsable() {
		f.Reasons = append(f.Reasons, f.BlindSpots...)
		return VerdictUnknown, true
	}

	created := DayOf(t.Created)
	watched := int(p.AsOf - max(j.watch.from, created))
	seen := t.LastUsed.Day
	if f.Use != nil {
		seen = max(seen, DayOf(f.Use.Last))
	}
	f.UnseenDays = max(0, min(watched, int(p.AsOf-max(j.watch.from, created, seen))))
	if watched < p.MinWatch {
		if created > j.watch.from {
			f.because(CodeCreatedLately, days(max(0, int(p.AsOf-created))), days(p.MinWatch))
		} else {
			f.because(CodeWatchedShort, days(max(0, watched)), days(p.MinWatch))
		}
		return VerdictQuiet, true
	}
	if created >= p.AsOf-Day(p.IdleAfter) {
		f.because(CodeCreatedLately, days(int(p.AsOf-created)), days(p.IdleAfter))
		return VerdictQuiet, true
	}
	f.because(CodeWatchedLong, j.spans(watched, f.UnseenDays)...)
	return VerdictIdle, true
}

// unread says what could not be read in a namespace and could hide a
// reference. It is the same for all tokens there.
func (j *judge) unread(namespace string) []Reason {
	if known, ok := j.gaps[namespace]; ok {
		return known
	}
	cov := j.a.Inventory.Coverage
	var gaps []Reason
	miss := func(kind ObjectKind, code Code, args ...string) {
		if cov.Reads(kind, namespace) {
			return
		}
		if cov.Kinds[kind].State == CoveragePending {
			gaps = append(gaps, Reason{CodeLoading, []string{string(kind)}})
			return
		}
		gaps = append(gaps, Reason{code, args})
	}
	miss(KindPods, CodePodsUnread, namespace)
	for _, kind := range templateKinds {
		miss(kind, CodeTemplatesUnread, string(kind), namespace)
	}
	miss(KindAccounts, CodeAccountsUnread, namespace)
	if _, asked := cov.Kinds[KindPullSecrets]; asked {
		miss(KindPullSecrets, CodeTemplatesUnread, string(KindPullSecrets), namespace)
	}
	j.gaps[namespace] = gaps
	return gaps
}

// spans words two spans of days. Most idle tokens of a cluster share them, so
// they are kept.
func (j *judge) spans(watched, unseen int) []string {
	k := [2]int{watched, unseen}
	if j.worded[k] == nil {
		j.worded[k] = []string{days(watched), days(unseen)}
	}
	return j.worded[k]
}
