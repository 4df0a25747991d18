package discover

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"timebound/model"
)

func TestTwoServersBehindOneAddress(t *testing.T) {
	w := plain("v1.29.14")
	w[versionPath] = inTurn(version("v1.29.14"), version("v1.28.15"))
	c, problems := look(t, w)
	wantProblems(t, problems)
	if len(c.Servers) != 2 || c.Servers[0].Version.Git != "v1.28.15" || c.Servers[0].Answers != 2 || c.Servers[1].Answers != 4 {
		t.Errorf("servers: %+v", c.Servers)
	}
	if oldest, _ := c.Oldest(); oldest.Minor != 28 {
		t.Errorf("oldest: %v", oldest)
	}
}

func TestVersionIsAskedOverSeparateConnections(t *testing.T) {
	var lock sync.Mutex
	connections := map[string]int{}
	w := plain("v1.30.14")
	answer := w[versionPath]
	w[versionPath] = func(rw http.ResponseWriter, r *http.Request) {
		lock.Lock()
		connections[r.RemoteAddr]++
		lock.Unlock()
		answer(rw, r)
	}
	look(t, w)
	if len(connections) != versionAsks {
		t.Errorf("%d requests came over %d connections: %v", versionAsks, len(connections), connections)
	}
}

func TestServerThatOnlyItsMetricsShow(t *testing.T) {
	w := plain("v1.29.14")
	w["/metrics"] = text(metricsOf("v1.28.15"))
	c, problems := look(t, w)
	wantProblems(t, problems, "lacks the counters of 1.29 and later, but /version says v1.29.14")
	if oldest, _ := c.Oldest(); oldest.Minor != 28 {
		t.Errorf("servers: %+v", c.Servers)
	}
}

func TestGatesAreReadByTheVersionThatToldThem(t *testing.T) {
	w := plain("v1.30.14")
	w["/metrics"] = text(metricsOf("v1.28.15", "LegacyServiceAccountTokenCleanUp=1"))
	c, _ := look(t, w)
	// 1.30 reads this gate no more; the server that answered does.
	wantValues(t, c, model.APIServer, "LegacyServiceAccountTokenCleanUp", "true observed GET /metrics")
}

func TestUnknownVersionIsKeptAsItStands(t *testing.T) {
	w := plain("v1.30.14")
	w[versionPath] = text(`{"major":"","minor":"","gitVersion":"v0.0.0-master+$Format:%H$"}`)
	c, _ := look(t, w)
	if _, known := c.Oldest(); known || len(c.Servers) != 2 {
		t.Errorf("servers: %+v", c.Servers)
	}
}

func TestEmulatedVersion(t *testing.T) {
	for _, test := range []struct {
		minor, emulated string
		want            []string
	}{
		{"33", "31", []string{"1.31 observed GET /version"}},
		{"33", "33", nil},
		{"33+", "33", nil},
		{"32", "", nil},
	} {
		w := plain("v1.33.1")
		w[versionPath] = text(fmt.Sprintf(`{"major":"1","minor":%q,"emulationMajor":"1","emulationMinor":%q,"gitVersion":"v1.33.1"}`, test.minor, test.emulated))
		c, _ := look(t, w)
		wantValues(t, c, model.APIServer, "emulated-version", test.want...)
	}
}

func TestClockSkew(t *testing.T) {
	for _, test := range []struct {
		name  string
		ahead []time.Duration // of the server, answer by answer
		want  time.Duration
	}{
		{"same clock", []time.Duration{0}, 0},
		{"a second is no difference", []time.Duration{time.Second}, 0},
		{"ahead", []time.Duration{90 * time.Second}, 90 * time.Second},
		{"behind", []time.Duration{-2 * time.Hour}, -2 * time.Hour},
		{"one server of five is wrong", []time.Duration{0, 0, 0, 0, time.Hour}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			now := time.Date(2026, 3, 1, 12, 0, 0, 500e6, time.UTC)
			var answers []http.HandlerFunc
			for _, ahead := range test.ahead {
				answers = append(answers, func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Date", now.Add(ahead).Format(http.TimeFormat))
					version("v1.30.14")(w, r)
				})
			}
			w := plain("v1.30.14")
			w[versionPath] = inTurn(answers...)
			client := clientOf(t, w)
			client.Now = func() time.Time { return now }
			c, _ := Cluster(t.Context(), client, "")
			if c.ClockSkew != test.want {
				t.Errorf("skew %v, want %v", c.ClockSkew, test.want)
			}
		})
	}
}

func TestRefusalShowsTheClockToo(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	client := clientOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", now.Add(time.Minute).Format(http.TimeFormat))
		status(http.StatusForbidden, "Forbidden")(w, r)
	}))
	client.Now = func() time.Time { return now }
	c, _ := Cluster(t.Context(), client, "")
	if c.ClockSkew.Round(time.Minute) != time.Minute {
		t.Errorf("skew %v", c.ClockSkew)
	}
}
