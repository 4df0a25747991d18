package discover

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"timebound/model"
)

func TestKubeadm130ShowsItsProcesses(t *testing.T) {
	w := plain("v1.30.14")
	w["/metrics"] = text(metricsOf("v1.30.14", "ServiceAccountTokenJTI=1", "SomethingElse=1"))
	w[trackingPath] = configMap(map[string]string{"since": "2024-05-01"})
	w[podsPath] = podList(
		staticPod("kube-apiserver", "cp1", "kube-apiserver", "--service-account-extend-token-expiration=false",
			"--service-account-issuer=https://a.example", "--service-account-issuer", "https://b.example",
			"--service-account-key-file=/etc/kubernetes/pki/sa.pub", "--feature-gates=ServiceAccountTokenJTI=true,Other=false"),
		staticPod("kube-controller-manager", "cp1", "kube-controller-manager", "--controllers=*,bootstrapsigner,tokencleaner",
			"--service-account-private-key-file=/etc/kubernetes/pki/sa.key", "--legacy-service-account-token-clean-up-period=24h"),
	)
	w[kubeadmPath] = configMap(map[string]string{"ClusterConfiguration": "apiVersion: kubeadm.k8s.io/v1beta3\napiServer:\n  extraArgs:\n    service-account-extend-token-expiration: \"true\"\n"})

	c, problems := look(t, w)

	wantProblems(t, problems)
	if c.Context != "test" || c.UID != "0b6e-42" || !strings.HasPrefix(c.Server, "https://127.0.0.1:") {
		t.Errorf("identity: %q %q %q", c.Context, c.UID, c.Server)
	}
	if len(c.Servers) != 1 || c.Servers[0].Version.Git != "v1.30.14" || c.Servers[0].Answers != versionAsks+1 {
		t.Errorf("servers: %+v", c.Servers)
	}
	if c.Platform.ID != model.PlatformKubeadm || c.Platform.How != "configmap kube-system/kubeadm-config" {
		t.Errorf("platform: %+v", c.Platform)
	}
	if c.Tracking.State != model.TrackingPresent || c.Tracking.Since.Raw != "2024-05-01" || !c.Tracking.Since.Valid {
		t.Errorf("tracking: %+v", c.Tracking)
	}
	const api, kcm = "pod kube-system/kube-apiserver-cp1", "pod kube-system/kube-controller-manager-cp1"
	wantValues(t, c, model.APIServer, "service-account-extend-token-expiration",
		"false observed "+api, "true configured configmap kube-system/kubeadm-config")
	wantValues(t, c, model.APIServer, "service-account-issuer", "https://a.example,https://b.example observed "+api)
	wantValues(t, c, model.APIServer, "service-account-key-file", "set observed "+api)
	wantValues(t, c, model.APIServer, "service-account-signing-endpoint", "unset observed "+api+": not given there")
	wantValues(t, c, model.APIServer, "service-account-lookup", "true observed "+api+": not given there")
	wantValues(t, c, model.APIServer, "ServiceAccountTokenJTI", "true observed GET /metrics", "true observed "+api)
	wantValues(t, c, model.APIServer, "Other", "false observed "+api)
	wantValues(t, c, model.APIServer, "SomethingElse")
	wantValues(t, c, model.ControllerManager, "controllers", "*,bootstrapsigner,tokencleaner observed "+kcm)
	wantValues(t, c, model.ControllerManager, "legacy-service-account-token-clean-up-period", "24h0m0s observed "+kcm)
	wantValues(t, c, model.ControllerManager, "service-account-private-key-file", "set observed "+kcm)
	wantValues(t, c, model.ControllerManager, "root-ca-file", "unset observed "+kcm+": not given there")
}

func Test124HasNoTrackingAndNoGateMetric(t *testing.T) {
	c, problems := look(t, plain("v1.24.17"))
	wantProblems(t, problems)
	if c.Tracking.State != model.TrackingAbsent {
		t.Errorf("tracking: %+v", c.Tracking)
	}
	if len(c.Observed) != 0 {
		t.Errorf("claims %+v", c.Observed)
	}
	if c.Platform != (model.Platform{ID: model.PlatformPlain, How: "nothing else was recognised"}) {
		t.Errorf("platform: %+v", c.Platform)
	}
}

func Test119IsUnderstood(t *testing.T) {
	w := plain("v1.19.16")
	c, problems := look(t, w)
	wantProblems(t, problems)
	if oldest, ok := c.Oldest(); !ok || oldest.Minor != 19 {
		t.Errorf("servers: %+v", c.Servers)
	}
}

func TestGateOfAnotherComponentIsOnlyInferred(t *testing.T) {
	w := plain("v1.28.15")
	w["/metrics"] = text(metricsOf("v1.28.15", "LegacyServiceAccountTokenCleanUp=0", "LegacyServiceAccountTokenNoAutoGeneration=1"))
	c, problems := look(t, w)
	wantProblems(t, problems)
	wantValues(t, c, model.APIServer, "LegacyServiceAccountTokenCleanUp", "false observed GET /metrics")
	wantValues(t, c, model.ControllerManager, "LegacyServiceAccountTokenCleanUp",
		"false inferred GET /metrics of kube-apiserver; kube-controller-manager reads this gate for itself and may differ")
	// Nothing reads it in 1.28 any more.
	wantValues(t, c, model.APIServer, "LegacyServiceAccountTokenNoAutoGeneration")
	wantValues(t, c, model.ControllerManager, "LegacyServiceAccountTokenNoAutoGeneration")
}

func TestTrackingIsEvidenceWhereItsGateCouldBeOff(t *testing.T) {
	for git, want := range map[string]int{"v1.26.3": 1, "v1.27.3": 1, "v1.28.15": 0, "v1.30.14": 0} {
		w := plain(git)
		w[trackingPath] = configMap(map[string]string{"since": "2024-05-01"})
		c, _ := look(t, w)
		if got := values(c, model.APIServer, "LegacyServiceAccountTokenTracking"); len(got) != want {
			t.Errorf("%s: %q", git, got)
		}
	}
}

func TestOddTracking(t *testing.T) {
	for name, test := range map[string]struct {
		answer  http.HandlerFunc
		state   model.TrackingState
		raw     string
		problem []string
	}{
		"no since":        {configMap(nil), model.TrackingPresent, "", nil},
		"garbage":         {configMap(map[string]string{"since": "soon"}), model.TrackingPresent, "soon", nil},
		"forbidden":       {status(403, "Forbidden"), model.TrackingUnreadable, "", []string{"forbidden, needs get on configmaps/" + trackingName + " in kube-system, so since when uses are recorded is not known; run \"timebound rbac --for read\""}},
		"a proxy's 404":   {http.NotFound, model.TrackingUnreadable, "", []string{"404 Not Found"}},
		"a login page":    {text("<html>log in</html>"), model.TrackingUnreadable, "", []string{"no configmap"}},
		"another kind":    {text(`{"kind":"Status"}`), model.TrackingUnreadable, "", []string{"no configmap"}},
		"data of no text": {text(`{"kind":"ConfigMap","data":{"since":7}}`), model.TrackingUnreadable, "", []string{"no configmap"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := plain("v1.30.14")
			w[trackingPath] = test.answer
			c, problems := look(t, w)
			wantProblems(t, problems, test.problem...)
			if c.Tracking.State != test.state || c.Tracking.Since.Raw != test.raw {
				t.Errorf("tracking: %+v", c.Tracking)
			}
		})
	}
}

func TestForbiddenEverywhereClaimsNothing(t *testing.T) {
	c, problems := look(t, status(http.StatusForbidden, "Forbidden"))
	wantProblems(t, problems,
		"GET /version: forbidden, needs get on /version, so the version of the API servers is not known; ClusterRole system:public-info-viewer gives it",
		"get namespace kube-system: forbidden, needs get on namespaces/kube-system",
		"get configmap kube-system/kube-apiserver-legacy-service-account-token-tracking: forbidden",
		"GET /metrics: forbidden, needs get on /metrics, so which feature gates are on is not seen; ClusterRole system:monitoring gives it",
		"list pods in kube-system: forbidden, needs list on pods",
	)
	if len(c.Observed) != 0 || len(c.Servers) != 0 || c.UID != "" || c.Tracking.State != model.TrackingUnreadable {
		t.Errorf("claims %+v", c)
	}
	if c.Platform.ID != model.PlatformPlain || !strings.Contains(c.Platform.How, "nodes were not readable") {
		t.Errorf("platform: %+v", c.Platform)
	}
}

func TestExpiredCredentialsAreOneProblem(t *testing.T) {
	_, problems := look(t, status(http.StatusUnauthorized, "Unauthorized"))
	wantProblems(t, problems[:1], "GET /version, get namespace kube-system, ")
	for _, p := range problems[1:] {
		if strings.Contains(p.Why, "401") {
			t.Errorf("told twice: %v", p)
		}
	}
}

func TestUnreachableServerIsOneProblem(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	base, _ := url.Parse(gone.URL)
	gone.Close()
	c, problems := Cluster(t.Context(), Client{HTTP: http.DefaultClient, Base: base}, "")
	wantProblems(t, problems, "connection refused; check address and network of the API server")
	if len(c.Observed) != 0 || len(c.Servers) != 0 {
		t.Errorf("claims %+v", c)
	}
}

func TestSlowProbeTimesOutAlone(t *testing.T) {
	w := plain("v1.30.14")
	w["/metrics"] = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	client := clientOf(t, w)
	client.Timeout = 400 * time.Millisecond
	within(t, 3*time.Second, func() {
		c, problems := Cluster(t.Context(), client, "")
		wantProblems(t, problems, "GET /metrics: no answer within 400ms")
		if c.UID == "" || len(c.Servers) != 1 {
			t.Errorf("the others suffered: %+v", c)
		}
	})
}

func TestStoppedByUsIsNoProblem(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, problems := Cluster(ctx, clientOf(t, plain("v1.30.14")), "")
	wantProblems(t, problems)
}

func TestBusyServerIsAskedAgain(t *testing.T) {
	busy := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "0")
		status(http.StatusTooManyRequests, "TooManyRequests")(w, r)
	}
	w := plain("v1.30.14")
	w[identityPath] = inTurn(busy, busy, w[identityPath])
	c, problems := look(t, w)
	wantProblems(t, problems)
	if c.UID == "" {
		t.Error("gave up")
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the credentials went to %s%s", r.Host, r.URL)
	}))
	defer elsewhere.Close()
	_, problems := look(t, http.RedirectHandler(elsewhere.URL, http.StatusFound))
	if len(problems) == 0 {
		t.Error("no problem told")
	}
}

func TestGarbageEverywhere(t *testing.T) {
	for name, body := range map[string]string{
		"nothing": "", "html": "<!DOCTYPE html>\n<p>Please log in", "null": "null", "number": "7", "list": "[]", "object": "{}",
		"cut off": `{"kind":"ConfigMap","data":{"since":"20`, "deep": strings.Repeat("[", 100000), "bytes": "\x00\xff\x1b[31m",
	} {
		t.Run(name, func(t *testing.T) {
			c, problems := look(t, text(body))
			if len(c.Observed) != 0 || len(c.Servers) != 0 || c.UID != "" || c.Tracking.State != model.TrackingUnreadable || c.Platform.ID != model.PlatformPlain {
				t.Errorf("claims %+v", c)
			}
			if len(problems) == 0 {
				t.Error("no problem told")
			}
			for _, p := range problems {
				if strings.ContainsAny(p.String(), "\x1b\x00") {
					t.Errorf("raw control characters in %q", p)
				}
			}
		})
	}
}

func TestHugeAnswerIsRefused(t *testing.T) {
	w := plain("v1.30.14")
	w[podsPath] = func(rw http.ResponseWriter, _ *http.Request) {
		chunk := []byte(strings.Repeat(" ", 1<<20))
		for range 2 * bodyLimit >> 20 {
			if _, err := rw.Write(chunk); err != nil {
				return
			}
		}
	}
	_, problems := look(t, w)
	wantProblems(t, problems, "the answer is larger than 8 MB")
}
