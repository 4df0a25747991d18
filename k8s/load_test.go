package k8s

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"timebound/model"
)

// A list longer than a page comes whole and in order.
func TestLoadFollowsPages(t *testing.T) {
	api := newFakeAPI(t)
	api.set("secrets", someTokens(pageMetadata+3)...)
	inv, problems := mustLoad(t, api.session(t))

	if len(inv.Tokens) != pageMetadata+3 || api.asked("/secrets?") != 2 {
		t.Errorf("%d tokens in %d requests", len(inv.Tokens), api.asked("/secrets?"))
	}
	for i := 1; i < len(inv.Tokens); i++ {
		if inv.Tokens[i-1].Key.Compare(inv.Tokens[i].Key) >= 0 {
			t.Fatalf("%s comes before %s", inv.Tokens[i-1].Key, inv.Tokens[i].Key)
		}
	}
	c := inv.Coverage.Kinds[model.KindTokens]
	if c.State != model.CoverageComplete || c.Count != len(inv.Tokens) || c.Mixed || c.Cached || c.Started.IsZero() {
		t.Errorf("coverage %+v", c)
	}
	if len(problems) != 0 {
		t.Errorf("problems: %v", problems)
	}
}

// Secrets are asked for as metadata of one type, in no form that has data.
func TestLoadAsksForNoSecretData(t *testing.T) {
	api := newFakeAPI(t)
	mustLoad(t, api.session(t))
	for _, form := range strings.Split(api.accepts["secrets"], ",") {
		if !strings.Contains(form, "as=PartialObjectMetadataList") {
			t.Errorf("secrets may come as %q", form)
		}
	}
	if n, all := api.asked("secrets?fieldSelector=type%3Dkubernetes.io%2Fservice-account-token"), api.asked("/secrets"); n == 0 || n != all {
		t.Errorf("%d of %d requests for secrets select tokens", n, all)
	}
}

// Whole secrets, should a server send them, are refused.
func TestLoadRefusesWholeSecrets(t *testing.T) {
	api := newFakeAPI(t)
	api.intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/secrets") {
			return false
		}
		reply(w, map[string]any{"kind": "SecretList", "metadata": map[string]any{}, "items": someTokens(1)})
		return true
	})
	inv, _ := mustLoad(t, api.session(t))
	if c := inv.Coverage.Kinds[model.KindTokens]; c.State != model.CoverageFailed || len(inv.Tokens) != 0 {
		t.Errorf("%d tokens, coverage %+v", len(inv.Tokens), c)
	}
}

func TestLoadGoesOnAfterExpiredContinue(t *testing.T) {
	const whole = pageMetadata + 5
	tests := []struct {
		what     string
		expired  func(request int, token string) (next string, expire bool)
		mixed    bool
		failed   bool
		requests int
	}{
		{"with the token of the answer", func(n int, token string) (string, bool) {
			return fmt.Sprint(pageMetadata), token != "" && n == 2
		}, true, false, 3},
		{"by a new list, if there is no token", func(n int, token string) (string, bool) {
			return "", token != "" && n == 2
		}, false, false, 4},
		{"by a new list, if the token expires too", func(n int, _ string) (string, bool) {
			return fmt.Sprint(pageMetadata), n == 2 || n == 3
		}, false, false, 5},
		{"not for ever", func(_ int, token string) (string, bool) {
			return "", token != ""
		}, false, true, 4},
	}
	for _, test := range tests {
		t.Run(test.what, func(t *testing.T) {
			api := newFakeAPI(t)
			api.set("secrets", someTokens(whole)...)
			var n atomic.Int32
			api.intercept(func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.URL.Path, "/secrets") {
					return false
				}
				next, expire := test.expired(int(n.Add(1)), r.URL.Query().Get("continue"))
				if expire {
					fail(w, http.StatusGone, "Expired", next)
				}
				return expire
			})
			inv, _ := mustLoad(t, api.session(t))
			c := inv.Coverage.Kinds[model.KindTokens]
			if test.failed {
				if c.State != model.CoverageFailed || len(inv.Tokens) != 0 {
					t.Errorf("%d tokens, coverage %+v", len(inv.Tokens), c)
				}
			} else if c.State != model.CoverageComplete || c.Mixed != test.mixed || len(inv.Tokens) != whole {
				t.Errorf("%d tokens, coverage %+v", len(inv.Tokens), c)
			}
			if int(n.Load()) != test.requests {
				t.Errorf("%d requests, want %d", n.Load(), test.requests)
			}
		})
	}
}

// forbid answers 403 where the filter says so.
func forbid(filter func(path string) bool) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if !filter(r.URL.Path) {
			return false
		}
		fail(w, http.StatusForbidden, "Forbidden", "")
		return true
	}
}

func TestLoadWithOneKindForbidden(t *testing.T) {
	api := newFakeAPI(t)
	api.set("secrets", someTokens(2)...)
	api.set("namespaces", object("PartialObjectMetadata", "/ns-0", nil), object("PartialObjectMetadata", "/ns-1", nil))
	api.intercept(forbid(func(path string) bool { return strings.HasSuffix(path, "/pods") }))
	inv, problems := mustLoad(t, api.session(t))

	c := inv.Coverage.Kinds[model.KindPods]
	if c.State != model.CoverageFailed || len(c.Gaps) != 1 {
		t.Fatalf("coverage of pods %+v", c)
	}
	if g := c.Gaps[0]; g.Reason != model.GapForbidden || g.Rule != "list pods" || g.Namespace != "" {
		t.Errorf("gap %+v", g)
	}
	if inv.Coverage.Reads(model.KindPods, "ns-0") || !inv.Coverage.Reads(model.KindAccounts, "ns-0") {
		t.Error("coverage of pods is claimed, or that of accounts denied")
	}
	if len(inv.Tokens) != 2 || !hasProblem(problems, "pods are not readable", "forbidden, needs list on pods", `timebound rbac --for read`) {
		t.Errorf("%d tokens, problems %v", len(inv.Tokens), problems)
	}
}

func TestLoadWithRightsInSomeNamespaces(t *testing.T) {
	onlyShop := func(path string) bool {
		return strings.HasPrefix(path, "/api") && !strings.Contains(path, "/namespaces/shop/") && !strings.HasSuffix(path, "/namespaces")
	}
	objects := []any{object("PartialObjectMetadata", "shop/a", nil), object("PartialObjectMetadata", "bank/b", nil)}
	namespaces := []any{object("PartialObjectMetadata", "/bank", nil), object("PartialObjectMetadata", "/shop", nil)}

	t.Run("found by trying", func(t *testing.T) {
		api := newFakeAPI(t)
		api.set("secrets", objects...)
		api.set("namespaces", namespaces...)
		api.intercept(forbid(onlyShop))
		inv, problems := mustLoad(t, api.session(t))
		c := inv.Coverage.Kinds[model.KindTokens]
		if c.State != model.CoveragePartial || len(c.Gaps) != 1 || c.Gaps[0].Namespace != "bank" {
			t.Errorf("coverage %+v", c)
		}
		if got := tokenNames(inv); len(got) != 1 || got[0] != "shop/a" {
			t.Errorf("tokens %v", got)
		}
		if !inv.Coverage.Reads(model.KindTokens, "shop") || inv.Coverage.Reads(model.KindTokens, "bank") {
			t.Error("coverage claims the wrong namespaces")
		}
		if !hasProblem(problems, "secrets of bank are not readable", "forbidden, needs list on secrets") {
			t.Errorf("problems %v", problems)
		}
	})
	t.Run("named with -n", func(t *testing.T) {
		api := newFakeAPI(t)
		api.set("secrets", objects...)
		api.intercept(forbid(onlyShop))
		s := api.session(t)
		s.only = []string{"shop"}
		inv, _ := mustLoad(t, s)
		if c := inv.Coverage.Kinds[model.KindTokens]; c.State != model.CoverageComplete || len(inv.Tokens) != 1 {
			t.Errorf("%d tokens, coverage %+v", len(inv.Tokens), c)
		}
		if inv.Coverage.Reads(model.KindTokens, "bank") {
			t.Error("coverage claims a namespace that was not asked for")
		}
		if api.asked("/api/v1/secrets") != 0 {
			t.Error("asked for all namespaces")
		}
	})
	t.Run("namespaces cannot be listed", func(t *testing.T) {
		api := newFakeAPI(t)
		api.intercept(forbid(func(path string) bool {
			return strings.HasPrefix(path, "/api/") && !strings.HasSuffix(path, "/serviceaccounts")
		}))
		_, problems := mustLoad(t, api.session(t))
		if !hasProblem(problems, "secrets are not readable", "-n") {
			t.Errorf("problems %v", problems)
		}
	})
}

func TestLoadWithNoRightsIsAnError(t *testing.T) {
	api := newFakeAPI(t)
	api.intercept(forbid(func(path string) bool { return path != "/version" && path != "/apis" }))
	_, _, err := api.session(t).Load(context.Background(), nil)
	var load *LoadError
	if !errors.As(err, &load) || !strings.Contains(err.Error(), "nothing could be read") || load.Problem.Remedy == "" {
		t.Errorf("got %v", err)
	}
}

// An answer that breaks off gives no rows and no claim.
func TestLoadWithTruncatedAnswer(t *testing.T) {
	api := newFakeAPI(t)
	api.intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/secrets") {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"kind":"PartialObjectMetadataList","metadata":{},"items":[{"metadata":{"name":"a","namespace":"b"}},{"meta`)
		return true
	})
	inv, problems := mustLoad(t, api.session(t))
	c := inv.Coverage.Kinds[model.KindTokens]
	if c.State != model.CoverageFailed || len(c.Gaps) != 1 || c.Gaps[0].Reason != model.GapTruncated || len(inv.Tokens) != 0 {
		t.Errorf("%d tokens, coverage %+v", len(inv.Tokens), c)
	}
	if !hasProblem(problems, "secrets are not readable", "broke off") || api.asked("/secrets?") != pageTries {
		t.Errorf("problems %v after %d requests", problems, api.asked("/secrets?"))
	}
}

// 429 with Retry-After is obeyed, by client-go, and the load completes.
func TestLoadWaitsWhenToldTo(t *testing.T) {
	api := newFakeAPI(t)
	api.set("secrets", someTokens(3)...)
	var first, second atomic.Int64
	api.intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/secrets") {
			return false
		}
		if first.CompareAndSwap(0, time.Now().UnixNano()) {
			w.Header().Set("Retry-After", "1")
			fail(w, http.StatusTooManyRequests, "TooManyRequests", "")
			return true
		}
		second.CompareAndSwap(0, time.Now().UnixNano())
		return false
	})
	inv, _ := mustLoad(t, api.session(t))
	waited := time.Duration(second.Load() - first.Load())
	t.Logf("waited %s", waited)
	if len(inv.Tokens) != 3 || waited < time.Second {
		t.Errorf("%d tokens after %s", len(inv.Tokens), waited)
	}
}

// A server of 1.19: CronJobs in v1beta1 only, and a word about its age.
func TestLoadOldServer(t *testing.T) {
	api := newFakeAPI(t)
	api.version = "v1.19.16"
	api.set("cronjobs", object("CronJob", "shop/nightly", map[string]any{
		"spec": map[string]any{"suspend": true, "jobTemplate": map[string]any{"spec": map[string]any{"template": map[string]any{"spec": map[string]any{
			"serviceAccountName": "runner", "imagePullSecrets": []any{map[string]any{"name": "pull"}},
		}}}}},
	}))
	api.intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/apis/batch/v1/cronjobs" {
			return false
		}
		http.Error(w, "404 page not found", http.StatusNotFound)
		return true
	})
	inv, problems := mustLoad(t, api.session(t))
	if len(inv.Workloads) != 1 || inv.Workloads[0].State != model.WorkloadSuspended || inv.Workloads[0].Account != "runner" {
		t.Errorf("workloads %+v", inv.Workloads)
	}
	if !hasProblem(problems, "v1.19.16", "1.20") {
		t.Errorf("problems %v", problems)
	}
	if c := inv.Coverage.Kinds[model.KindDeploymentConfigs]; c.State != model.CoverageNotServed {
		t.Errorf("deploymentconfigs: %+v", c)
	}
}

// What only OpenShift has is asked for only there.
func TestLoadOpenShift(t *testing.T) {
	api := newFakeAPI(t)
	api.groups = []string{"apps", "apps.openshift.io", "config.openshift.io"}
	api.intercept(func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case r.URL.Path == "/apis/apps.openshift.io/v1/deploymentconfigs":
			reply(w, map[string]any{"kind": "DeploymentConfigList", "metadata": map[string]any{}, "items": []any{
				object("DeploymentConfig", "shop/web", map[string]any{"spec": map[string]any{"replicas": 0, "template": map[string]any{
					"spec": map[string]any{"volumes": []any{map[string]any{"name": "v", "secret": map[string]any{"secretName": "web-token"}}}},
				}}}),
			}})
			return true
		case strings.Contains(r.URL.RawQuery, "dockercfg"):
			pull := object("PartialObjectMetadata", "shop/web-dockercfg-1", nil)
			pull["metadata"].(map[string]any)["annotations"] = map[string]any{
				model.AnnotationAccountName: "web", model.AnnotationOpenShiftTokenName: "web-token",
				model.AnnotationOpenShiftTokenValue: "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln",
			}
			reply(w, map[string]any{"kind": "PartialObjectMetadataList", "metadata": map[string]any{}, "items": []any{
				pull, object("PartialObjectMetadata", "shop/registry-password", nil),
			}})
			return true
		}
		return false
	})
	inv, _ := mustLoad(t, api.session(t))
	if len(inv.PullSecrets) != 1 || inv.PullSecrets[0].TokenSecret != "web-token" || inv.PullSecrets[0].Account != "web" {
		t.Errorf("pull secrets %+v", inv.PullSecrets)
	}
	if len(inv.Workloads) != 1 || inv.Workloads[0].State != model.WorkloadZero || inv.Workloads[0].Secrets[0].Secret != "web-token" {
		t.Errorf("workloads %+v", inv.Workloads)
	}
}

// Started lies before the moment at which the server read its store, by the
// server's clock.
func TestLoadStartedIsServerTime(t *testing.T) {
	api := newFakeAPI(t)
	serverNow := time.Now().Add(-3 * time.Hour).Truncate(time.Second)
	api.intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Date", serverNow.UTC().Format(http.TimeFormat))
		return false
	})
	inv, _ := mustLoad(t, api.session(t))
	started := inv.Coverage.Kinds[model.KindAccounts].Started
	if started.After(serverNow) || serverNow.Sub(started) > 5*time.Second {
		t.Errorf("started %s, the server's clock said %s", started, serverNow)
	}
}

func TestLoadStopsAtOnce(t *testing.T) {
	api := newFakeAPI(t)
	api.intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/version" {
			return false
		}
		<-r.Context().Done()
		return true
	})
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(100*time.Millisecond, cancel)
	began := time.Now()
	_, _, err := api.session(t).Load(ctx, nil)
	if !errors.Is(err, context.Canceled) || time.Since(began) > 2*time.Second {
		t.Errorf("%v after %s", err, time.Since(began))
	}
}

func TestLoadReportsProgress(t *testing.T) {
	api := newFakeAPI(t)
	api.set("secrets", someTokens(pageMetadata+1)...)
	var steps []model.Progress
	_, _, err := api.session(t).Load(context.Background(), func(p model.Progress) {
		if p.Kind == model.KindTokens {
			steps = append(steps, p)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	last := steps[len(steps)-1]
	if len(steps) != 4 || steps[0].Count != 0 || steps[1].Count != pageMetadata || steps[1].Total != -1 || !last.Done || last.Failed || last.Total != pageMetadata+1 {
		t.Errorf("steps %+v", steps)
	}
}

func TestNamespaces(t *testing.T) {
	api := newFakeAPI(t)
	api.set("namespaces", object("PartialObjectMetadata", "/shop", nil), object("PartialObjectMetadata", "/bank", nil))
	s := api.session(t)
	if names, err := s.Namespaces(t.Context()); err != nil || strings.Join(names, " ") != "bank shop" {
		t.Errorf("%v, %v", names, err)
	}
	api.intercept(forbid(func(string) bool { return true }))
	var load *LoadError
	if _, err := s.Namespaces(t.Context()); !errors.As(err, &load) || load.Problem.Remedy != remedyRBAC {
		t.Errorf("got %v", err)
	}
}
