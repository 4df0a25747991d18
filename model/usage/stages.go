package usage

// Stages counts events per stage.
type Stages [StageCount]uint64

// Requests gives how many requests the events are of. Each has one event per
// stage at most, and ends by Complete or by Panic; which stages are written is up
// to the audit policy. So there were as many as the stage seen most often tells,
// whatever the order and however the events are split up.
func (s Stages) Requests() uint64 {
	return max(s[StageUnknown], s[StageReceived], s[StageStarted], plus(s[StageComplete], s[StagePanic]))
}

func (s *Stages) add(o Stages) {
	for i, n := range o {
		s[i] = plus(s[i], n)
	}
}

// row gives the place of a stage; of one that does not exist, that of the
// unknown.
func (s Stage) row() Stage {
	if int(s) < StageCount {
		return s
	}
	return StageUnknown
}
