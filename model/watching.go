package model

// watching says whether the API servers write down who used a token, and
// since when. Silence means something only while it holds.
type watching struct {
	// from is the first whole day on which uses were recorded; valid only if
	// doubt is nil.
	from Day
	// doubt is why silence means nothing; nil if it means something.
	doubt *Reason
}

// The minors in which the API server's behaviour changed (k8s.io/kubernetes
// pkg/features/kube_features.go and pkg/serviceaccount/legacy.go).
const (
	minorTracking     = 26 // last-used labels, alpha
	minorInvalidSince = 29 // the invalid-since label is honoured
	minorNoAutoGen    = 24 // LegacyServiceAccountTokenNoAutoGeneration, on by default
)

const gateTracking = "LegacyServiceAccountTokenTracking"

func watchingOf(c Cluster) watching {
	doubt := func(code Code, args ...string) watching { return watching{doubt: &Reason{code, args}} }
	switch c.Tracking.State {
	case TrackingPending:
		return doubt(CodeLoading, string(KindTracking))
	case TrackingUnreadable:
		return doubt(CodeTrackingUnread)
	case TrackingAbsent:
		return doubt(CodeTrackingAbsent)
	}
	if !c.Tracking.Since.Valid {
		return doubt(CodeTrackingNoDay, c.Tracking.Since.Raw)
	}
	oldest, known := c.Oldest()
	if !known {
		return doubt(CodeVersionUnknown)
	}
	if oldest.Minor < minorTracking {
		return doubt(CodeTrackingPartly, oldest.String())
	}
	for _, o := range c.Observed {
		if o.Kind == SettingGate && o.Name == gateTracking && o.Component == APIServer && o.Value == "false" {
			return doubt(CodeTrackingPartly, gateTracking+"=false")
		}
	}
	from, _ := c.Tracking.FirstDay()
	return watching{from: from}
}
