package discover

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"timebound/model"
)

const (
	flagzV1Beta1  = "/flagz application/json;v=v1beta1;g=config.k8s.io;as=Flagz"
	flagzV1Alpha1 = "/flagz application/json;v=v1alpha1;g=config.k8s.io;as=Flagz"
	flagzText     = "/flagz text/plain"
)

// tokenFlags are what 1.37.1 tells of itself, in part.
var tokenFlags = [][2]string{
	{"api-audiences", "[]"},
	{"authorization-mode", "[Node,RBAC]"},
	{"emulated-version", "[]"},
	{"feature-gates", "kube:ServiceAccountTokenJTI=true"},
	{"service-account-extend-token-expiration", "true"},
	{"service-account-issuer", "[https://kubernetes.default.svc,https://old.example]"},
	{"service-account-key-file", "[/etc/kubernetes/pki/sa.pub]"},
	{"service-account-lookup", "true"},
	{"service-account-max-token-expiration", "24h0m0s"},
	{"service-account-signing-endpoint", ""},
	{"service-account-signing-key-file", "/etc/kubernetes/pki/sa.key"},
}

func flagzAsJSON(group string) http.HandlerFunc {
	var pairs []string
	for _, f := range tokenFlags {
		pairs = append(pairs, fmt.Sprintf("%q:%q", f[0], f[1]))
	}
	return text(fmt.Sprintf(`{"kind":"Flagz","apiVersion":%q,"metadata":{"name":"apiserver"},"flags":{%s}}`, group, strings.Join(pairs, ",")))
}

func flagzAsText(separator string) http.HandlerFunc {
	body := "\nkube-apiserver flagz\nWarning: This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees and is for debugging purposes only.\n"
	for _, f := range tokenFlags {
		body += f[0] + separator + f[1] + "\n"
	}
	return text(body)
}

func TestFlagzInEveryForm(t *testing.T) {
	notAcceptable := status(http.StatusNotAcceptable, "NotAcceptable")
	for name, answers := range map[string]world{
		"1.36":                        {flagzV1Beta1: flagzAsJSON("config.k8s.io/v1beta1")},
		"1.35":                        {"/flagz": notAcceptable, flagzV1Alpha1: flagzAsJSON("config.k8s.io/v1alpha1")},
		"1.34 with a colon":           {"/flagz": notAcceptable, flagzText: flagzAsText(":")},
		"1.34 with a colon and space": {"/flagz": notAcceptable, flagzText: flagzAsText(": ")},
		"1.34 with an equals sign":    {"/flagz": notAcceptable, flagzText: flagzAsText("=")},
		"1.34 with a space":           {"/flagz": notAcceptable, flagzText: flagzAsText(" ")},
	} {
		t.Run(name, func(t *testing.T) {
			w := plain("v1.36.3")
			for path, answer := range answers {
				w[path] = answer
			}
			c, problems := look(t, w)
			wantProblems(t, problems)
			for flag, want := range map[string]string{
				"api-audiences": "unset",
				"service-account-extend-token-expiration": "true",
				"service-account-issuer":                  "https://kubernetes.default.svc,https://old.example",
				"service-account-key-file":                "set",
				"service-account-lookup":                  "true",
				"service-account-max-token-expiration":    "24h0m0s",
				"service-account-signing-endpoint":        "unset",
				"service-account-signing-key-file":        "set",
				"ServiceAccountTokenJTI":                  "true",
			} {
				wantValues(t, c, model.APIServer, flag, want+" observed GET /flagz")
			}
			wantValues(t, c, model.APIServer, "emulated-version")
			wantValues(t, c, model.APIServer, "authorization-mode")
		})
	}
}

func TestServersWhoseFlagzDiffer(t *testing.T) {
	w := plain("v1.36.3")
	answer := func(lookup string) http.HandlerFunc {
		return text(`{"kind":"Flagz","flags":{"service-account-lookup":"` + lookup + `"}}`)
	}
	w["/flagz"] = inTurn(answer("true"), answer("false"))
	c, _ := look(t, w)
	wantValues(t, c, model.APIServer, "service-account-lookup", "false observed GET /flagz", "true observed GET /flagz")
}

func TestFlagzThatToldDefaultsIsNotBelieved(t *testing.T) {
	for git, want := range map[string]int{"v1.32.0": 0, "v1.32.2": 0, "v1.32.3": 1, "v1.33.0": 1} {
		w := plain(git)
		w["/flagz"] = status(http.StatusNotAcceptable, "NotAcceptable")
		w[flagzText] = flagzAsText("=")
		c, _ := look(t, w)
		if got := values(c, model.APIServer, "service-account-lookup"); len(got) != want {
			t.Errorf("%s: %q", git, got)
		}
	}
}

func TestOddFlagz(t *testing.T) {
	for name, test := range map[string]struct {
		answer  http.HandlerFunc
		problem []string
	}{
		"missing":        {status(404, "NotFound"), nil},
		"forbidden":      {status(403, "Forbidden"), nil},
		"no form fits":   {status(406, "NotAcceptable"), nil},
		"another kind":   {text(`{"kind":"Status"}`), []string{"GET /flagz: the answer is no Flagz"}},
		"no flags":       {text(`{"kind":"Flagz"}`), []string{"no Flagz"}},
		"a login page":   {text("<html>"), []string{"no Flagz"}},
		"server's fault": {status(500, "InternalError"), []string{"500 Internal Server Error"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := plain("v1.36.3")
			w["/flagz"] = test.answer
			c, problems := look(t, w)
			wantProblems(t, problems, test.problem...)
			if len(c.Observed) != 0 {
				t.Errorf("claims %+v", c.Observed)
			}
		})
	}
}

func FuzzParseFlagzText(f *testing.F) {
	f.Add("\nkube-apiserver flagz\nWarning: x\nservice-account-lookup: true\n")
	f.Add("flagz\na b=c\n=\n")
	f.Fuzz(func(t *testing.T, body string) {
		flags, err := parseFlagzText([]byte(body))
		if (err == nil) != (len(flags) > 0) {
			t.Errorf("%d flags and %v", len(flags), err)
		}
		for name := range flags {
			if name == "" || strings.ContainsAny(name, ":= \n") {
				t.Errorf("a flag named %q", name)
			}
		}
	})
}
