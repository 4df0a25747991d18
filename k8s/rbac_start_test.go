package k8s

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"timebound/model"
)

// may is a rule in a SelfSubjectRulesReview.
func may(verbs, groups, resources string) map[string]any {
	return map[string]any{"verbs": strings.Fields(verbs), "apiGroups": strings.Split(groups, " "), "resources": strings.Fields(resources)}
}

// both asks the first answer, then the second.
func both(first, second func(http.ResponseWriter, *http.Request) bool) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool { return first(w, r) || second(w, r) }
}

func told(problems []model.Problem) string {
	var lines []string
	for _, p := range problems {
		lines = append(lines, p.What+": "+p.Why)
	}
	return strings.Join(lines, "\n")
}

// A load tells what is missing and would not show, and nothing that it does
// not need.
func TestLoadProbesPermissions(t *testing.T) {
	tests := []struct {
		what   string
		groups []string
		answer func(http.ResponseWriter, *http.Request) bool
		want   string
	}{
		{"an admin", []string{"config.openshift.io"}, reviews([]map[string]any{may("*", "*", "*")}, nil, false, false), ""},
		{"a reader who may not watch", []string{"apps"}, reviews([]map[string]any{may("get list", "* ", "*")}, nil, false, false), ""},
		{"OpenShift's version is hidden", []string{"config.openshift.io"}, reviews([]map[string]any{may("get list watch", " apps batch", "*")}, nil, false, false),
			"clusterversions and infrastructures are not readable: forbidden, needs get on clusterversions.config.openshift.io,infrastructures.config.openshift.io, so OpenShift's version and topology are not seen"},
		{"it is hidden where there is none", []string{"apps"}, reviews(nil, nil, false, false), ""},
		{"a server that answers no reviews", []string{"config.openshift.io"}, func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodPost {
				return false
			}
			fail(w, http.StatusForbidden, "Forbidden", "")
			return true
		}, ""},
	}
	for _, test := range tests {
		t.Run(test.what, func(t *testing.T) {
			api := newFakeAPI(t)
			api.groups = test.groups
			api.intercept(test.answer)
			_, problems := mustLoad(t, api.session(t))
			if got := told(problems); got != test.want {
				t.Errorf("told  %s\nwant %s", got, test.want)
			}
			if n := api.asked("selfsubjectrulesreviews"); n != 1 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

// The probe runs beside the lists: here no list is answered before it is there.
func TestProbeRunsBesideTheLists(t *testing.T) {
	api := newFakeAPI(t)
	asked := make(chan struct{})
	api.intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			close(asked)
			return reviews(nil, nil, false, false)(w, r)
		}
		if strings.HasSuffix(r.URL.Path, "/secrets") {
			select {
			case <-asked:
			case <-time.After(5 * time.Second):
				t.Error("the probe waits for the lists")
			}
		}
		return false
	})
	mustLoad(t, api.session(t))
}

// A server that does not answer the probe holds up nothing.
func TestLoadDoesNotWaitForTheProbe(t *testing.T) {
	api := newFakeAPI(t)
	api.intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			<-r.Context().Done()
		}
		return r.Method == http.MethodPost
	})
	began := time.Now()
	_, problems := mustLoad(t, api.session(t))
	if took := time.Since(began); took > 3*startGrace || len(problems) > 0 {
		t.Errorf("took %s, problems %v", took, problems)
	}
}

// A feed names the kinds that may be listed but not watched, in one problem,
// whether the probe or the attempt found it out.
func TestFeedTellsWhatIsNotWatched(t *testing.T) {
	rules := []map[string]any{may("get list", "", "*"), may("watch", "", "secrets serviceaccounts replicationcontrollers nodes namespaces"), may("*", "apps batch", "*")}
	probe := reviews(rules, nil, false, false)
	noWatch := func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/pods") || r.URL.Query().Get("watch") == "" {
			return false
		}
		fail(w, http.StatusForbidden, "Forbidden", "")
		return true
	}
	held := func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("watch") != "" {
			<-r.Context().Done()
			return true
		}
		return false
	}
	const why = "pods are not watched: forbidden, needs watch on pods"
	for what, test := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request) bool
		want   string
	}{
		"found by the probe":               {both(probe, held), why + "; they are read again every minute"},
		"found by trying":                  {both(reviews(nil, nil, false, true), noWatch), why + " (the server says Forbidden); they are read again every minute"},
		"found by both":                    {both(probe, noWatch), why + " (the server says Forbidden); they are read again every minute"},
		"found by the probe, but it works": {probe, ""},
	} {
		t.Run(what, func(t *testing.T) {
			api := newFakeAPI(t)
			api.intercept(test.answer)
			seen := until(t, follow(t, api), "live, with "+test.want, func(s model.Snapshot) bool { return live(s) && told(s.Problems) == test.want })
			if seen.Inventory.Coverage.Kinds[model.KindPods].State != model.CoverageComplete {
				t.Error("pods were not read")
			}
		})
	}
}

// What cannot be listed is told by the list alone, though the probe knows too.
func TestFeedTellsEachCauseOnce(t *testing.T) {
	api := newFakeAPI(t)
	api.set("namespaces", object("PartialObjectMetadata", "/shop", nil))
	api.intercept(both(
		reviews([]map[string]any{may("get list watch", "", "secrets serviceaccounts replicationcontrollers nodes namespaces"), may("*", "apps batch", "*")}, nil, false, false),
		forbid(func(path string) bool { return strings.HasSuffix(path, "/pods") })))
	s := api.session(t)
	s.discover = func(context.Context) (model.Cluster, []model.Problem) {
		return model.Cluster{}, []model.Problem{
			{What: "list pods in kube-system", Why: "forbidden, needs list on pods, so flags are not seen"},
			{What: "GET /metrics", Why: "forbidden, needs get on /metrics, so gates are not seen"},
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	const want = "pods are not readable: forbidden, needs list on pods (the server says Forbidden)\nGET /metrics: forbidden, needs get on /metrics, so gates are not seen"
	until(t, s.Follow(ctx), want, func(s model.Snapshot) bool { return live(s) && told(s.Problems) == want })
	if _, problems := mustLoad(t, s); told(problems) != want {
		t.Errorf("told %s\nwant %s", told(problems), want)
	}
}
