package k8s

import (
	"context"
	"time"

	"timebound/k8s/redact"
	"timebound/k8s/stream"
	"timebound/model"
)

// serverVersion asks for the version. It is the first request to a cluster: if
// it fails, so would all others, and a credential plugin should be started
// once for that and not a dozen times.
func (s *Session) serverVersion(ctx context.Context) (model.Version, error) {
	ctx, cancel := context.WithTimeout(ctx, firstAnswer)
	defer cancel()
	var info struct {
		GitVersion string `json:"gitVersion"`
	}
	err := s.getJSON(ctx, &info, "version")
	switch {
	case err == nil && info.GitVersion == "":
		return model.Version{}, &stream.Error{Fault: stream.Foreign}
	case err == nil:
		// A version that cannot be parsed is kept as it was given.
		v, _ := model.ParseVersion(redact.Words(info.GitVersion))
		return v, nil
	case sortError(err) == troubleMissing:
		return model.Version{}, &stream.Error{Fault: stream.Foreign}
	case sortError(err) == troubleForbidden:
		// system:public-info-viewer was taken away; the rest may work.
		return model.Version{}, nil
	}
	return model.Version{}, err
}

// firstAnswer is how long a server may take to answer at all, a credential
// plugin's time included.
const firstAnswer = 60 * time.Second

// oldestSupported is the first minor whose API this was written for: 1.19 and
// older lack selectors and warnings that are relied on.
const oldestSupported = 20

// oldServer is the problem of a server that is too old; nil if it is not.
func oldServer(v model.Version) *model.Problem {
	if !v.Known() || v.Minor >= oldestSupported {
		return nil
	}
	return &model.Problem{
		What:   "the API server is " + v.Git,
		Why:    "Timebound supports " + model.MinorName(oldestSupported) + " and later; what follows may lack things",
		Remedy: "upgrade the cluster first",
	}
}
