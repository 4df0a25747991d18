package agent

import (
	"strconv"
	"time"

	"timebound/model"
)

// Kubelets ask for tokens of 3607 seconds. Those are the ones that an API
// server extends, to a life of a year, and warns about after the time that was
// asked for (k8s.io/kubernetes pkg/serviceaccount/claims.go,
// WarnOnlyBoundTokenExpirationSeconds and ExpirationExtensionSeconds).
const (
	askedSeconds = 3607
	yearSeconds  = 365 * 24 * 60 * 60
	// leewaySeconds is for how long past its end a bound token is still accepted
	// (k8s.io/kubernetes pkg/serviceaccount/claims.go, jwt.DefaultLeeway).
	leewaySeconds = 60
)

// Extension is how long an extended pod token lives, from when it was issued,
// and how that is known.
type Extension struct {
	Seconds int64 // 0: tokens are not extended, and none is ever called stale
	How     model.Source
	Where   string // the exact place, for people
}

// Life gives the extension for people: "90 days".
func (e Extension) Life() string {
	if e.Seconds <= 0 {
		return "about an hour"
	}
	return strconv.FormatInt(e.Seconds/(24*60*60), 10) + " days"
}

// Place is what is known of the cluster whose tokens are asked about.
type Place struct {
	Platform model.PlatformID
	Minor    int // of the API servers; 0 if not known
	// Setting is kube-apiserver's --service-account-extend-token-expiration, as
	// resolved; zero if that is not known.
	Setting model.Setting
	// Issuer says that the provider's OIDC issuer is known to be enabled.
	Issuer bool
}

// extensions are what providers say. The first row that fits counts; a row of
// no platform fits all.
var extensions = []struct {
	platform model.PlatformID
	from     int  // minor
	issuer   bool // only with the provider's OIDC issuer enabled
	Extension
}{
	{model.PlatformEKS, 0, false, Extension{7776000, model.SourceProvider, "Amazon EKS user guide, service accounts"}},
	{model.PlatformAKS, 30, true, Extension{0, model.SourceProvider, "Azure AKS documentation, use the OIDC issuer"}},
	{model.PlatformCCE, 0, false, Extension{yearSeconds, model.SourceProvider, "Huawei Cloud CCE documentation, service account token security improvement"}},
	{model.PlatformACK, 0, false, Extension{yearSeconds, model.SourceProvider, "Alibaba Cloud ACK documentation, service account tokens"}},
	{"", 0, false, Extension{yearSeconds, model.SourceDefault, "kubernetes pkg/serviceaccount/claims.go, ExpirationExtensionSeconds"}},
}

// ExtensionAt gives the life of an extended pod token. A flag that is known to
// be off outweighs what providers write. On AKS from 1.30 on it hangs on the
// OIDC issuer: where that is not known, the answer is that of a cluster without,
// for a token that was called stale was extended. Signers outside of the API
// server may allow less (1.32 and later), which does not show from here.
func ExtensionAt(p Place) Extension {
	if p.Setting.Value == "false" && p.Setting.Source != model.SourceUnknown {
		return Extension{How: p.Setting.Source, Where: p.Setting.Where}
	}
	for _, row := range extensions {
		if (row.platform == "" || row.platform == p.Platform) && p.Minor >= row.from && (!row.issuer || p.Issuer) {
			return row.Extension
		}
	}
	return Extension{How: model.SourceUnknown}
}

// FailsFrom gives when a stale token starts to be refused: pastWarning are the
// seconds past its warning threshold when it was seen, as audit events say
// (authentication.k8s.io/stale-token). It was issued that long and 3607 seconds
// before, and ends an extension after that; API servers accept it for a minute
// more. The zero time says that nothing can be told: tokens are not extended
// here, or the numbers do not go together, as when a token was accepted longer
// than this extension allows.
func FailsFrom(pastWarning int64, seen time.Time, e Extension) time.Time {
	age := pastWarning + askedSeconds
	if seen.IsZero() || pastWarning < 0 || e.Seconds <= askedSeconds || pastWarning > e.Seconds+leewaySeconds-askedSeconds {
		return time.Time{}
	}
	// Both are far below the 292 years that a Duration holds.
	return seen.Add(time.Duration(e.Seconds-age) * time.Second)
}

// FailsReason says when a stale token starts to be refused, in UTC days; false
// if that cannot be told.
func FailsReason(pastWarning int64, seen time.Time, e Extension) (model.Reason, bool) {
	from := FailsFrom(pastWarning, seen, e)
	if from.IsZero() {
		return model.Reason{}, false
	}
	return model.Reason{Code: CodeFailsFrom, Args: []string{from.UTC().Format(time.DateOnly), e.Life(), e.How.String()}}, true
}
