package discover

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"timebound/model"
)

const (
	// versionAsks is how often /version is asked, each time over a new
	// connection, so that servers behind a balancer all have a chance.
	versionAsks = 5
	// skewIgnored is what the one-second grain of the Date header and the
	// way of the answer cannot tell from no difference.
	skewIgnored = 2 * time.Second
)

// versionAnswers is what /version said, asked several times.
type versionAnswers struct {
	found
	servers []model.ServerVersion
	skew    time.Duration // the server's clock minus ours, whole seconds
}

// buildInfo is the part of /version that is read. The emulation fields exist
// from 1.33 on (k8s.io/apimachinery pkg/version/types.go).
type buildInfo struct {
	GitVersion     string `json:"gitVersion"`
	Minor          string `json:"minor"`
	EmulationMinor string `json:"emulationMinor"`
}

func (c Client) askVersions(ctx context.Context) versionAnswers {
	var (
		result  versionAnswers
		lock    sync.Mutex
		all     sync.WaitGroup
		skews   []time.Duration
		lastErr error
	)
	for range versionAsks {
		all.Go(func() {
			info, skew, err := c.askVersion(ctx)
			lock.Lock()
			defer lock.Unlock()
			skews = append(skews, skew...)
			if err != nil {
				lastErr = err
				return
			}
			version, _ := model.ParseVersion(short(info.GitVersion))
			result.servers = withAnswer(result.servers, version)
			result.observed = append(result.observed, emulation(info)...)
		})
	}
	all.Wait()
	result.skew = settle(skews)
	if len(result.servers) == 0 && lastErr != nil {
		result.fail(c, loss{
			what: "GET /version", needs: "get on /version", cost: "the version of the API servers is not known",
			allow: "ClusterRole system:public-info-viewer gives it",
		}, lastErr)
	}
	return result
}

// askVersion asks once. Any answer, a refusal too, shows the server's clock.
func (c Client) askVersion(ctx context.Context) (buildInfo, []time.Duration, error) {
	var info buildInfo
	sent := c.now()
	resp, err := c.send(ctx, ask{path: "/version", accept: acceptJSON, fresh: true})
	if err != nil {
		return info, nil, err
	}
	skew := clockSkew(resp.Header.Get("Date"), sent, c.now())
	if resp.StatusCode != http.StatusOK {
		return info, skew, readRefusal(resp)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(http.MaxBytesReader(nil, resp.Body, statusLimit)).Decode(&info); err != nil {
		return info, skew, malformed("the answer is no version (%s)", short(err.Error()))
	}
	if info.GitVersion == "" {
		return info, skew, malformed("the answer names no version")
	}
	return info, skew, nil
}

// emulation reports a server that behaves like an older minor: its gates are
// those of the emulated one (k8s.io/component-base featuregate, 1.31+).
func emulation(info buildInfo) []model.Observation {
	if info.EmulationMinor == "" || info.EmulationMinor == strings.TrimRight(info.Minor, "+") {
		return nil
	}
	return []model.Observation{{
		Component: model.APIServer, Kind: model.SettingFlag, Name: "emulated-version",
		Value: "1." + info.EmulationMinor, Source: model.SourceProcess, Where: "GET /version",
	}}
}

// clockSkew compares the Date header, which is cut to whole seconds, with the
// middle of the exchange. It gives nothing if there is no usable Date.
func clockSkew(date string, sent, received time.Time) []time.Duration {
	theirs, err := http.ParseTime(date)
	if err != nil {
		return nil
	}
	ours := sent.Add(received.Sub(sent) / 2)
	return []time.Duration{theirs.Add(time.Second / 2).Sub(ours)}
}

// settle takes the median, in whole seconds; small differences count as none.
func settle(skews []time.Duration) time.Duration {
	if len(skews) == 0 {
		return 0
	}
	slices.Sort(skews)
	median := skews[len(skews)/2].Round(time.Second)
	if median.Abs() < skewIgnored {
		return 0
	}
	return median
}

// withAnswer counts one more answer, oldest version first. An empty version
// is no answer.
func withAnswer(servers []model.ServerVersion, v model.Version) []model.ServerVersion {
	if v.Git == "" {
		return servers
	}
	counted := slices.Clone(servers)
	for i := range counted {
		if counted[i].Version.Git == v.Git {
			counted[i].Answers++
			return counted
		}
	}
	counted = append(counted, model.ServerVersion{Version: v, Answers: 1})
	slices.SortStableFunc(counted, func(a, b model.ServerVersion) int {
		if order := a.Version.Compare(b.Version); order != 0 {
			return order
		}
		return strings.Compare(a.Version.Git, b.Version.Git)
	})
	return counted
}
