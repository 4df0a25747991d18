package usage

// Stages counts events per stage.
type Stages [StageCount]uint64

// Requests gives how many requests the events are of. Each has one event per
// stage at most; which stages are written is up to the audit policy. A request that
// is answered at length may not have ended yet, so of these the more of begun and
// ended count, beside all others that ended. Where arrivals are written, there are
// as many at least. The order of events and how they are split up do not matter.
func (s Stages) Requests() uint64 {
	ended := plus(s[StageComplete], s[StagePanic])
	return max(s[StageUnknown], s[StageReceived], plus(ended, max(s[StageStarted], s[StageEnded])))
}

func (s *Stages) add(o Stages) {
	for i, n := range o {
		s[i] = plus(s[i], n)
	}
}

// place gives under which stage an event is counted.
func (e *Event) place() Stage {
	if (e.Stage == StageComplete || e.Stage == StagePanic) && e.atLength() {
		return StageEnded
	}
	return e.Stage.row()
}

// row gives the place of a stage; of one that does not exist, that of the
// unknown.
func (s Stage) row() Stage {
	if s < StageEnded {
		return s
	}
	return StageUnknown
}

// atLength says that a request is answered at length, so that its answer's begin
// is an event of its own (k8s.io/kubernetes
// pkg/controlplane/apiserver/config.go, BasicLongRunningRequestCheck).
func (e *Event) atLength() bool {
	switch e.Verb {
	case "watch", "proxy":
		return true
	}
	switch e.Subresource {
	case "attach", "exec", "log", "portforward", "proxy":
		return true
	}
	return false
}
