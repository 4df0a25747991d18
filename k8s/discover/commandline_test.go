package discover

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"timebound/model"
)

func TestReadCommandLine(t *testing.T) {
	const absent = "(whole)"
	for _, test := range []struct {
		name      string
		component model.Component
		argv      []string
		want      string // flags told, "(whole)" if a flag that is not there was not given
	}{
		{"equals sign", model.APIServer, []string{"kube-apiserver", "--service-account-lookup=false"}, "service-account-lookup=false " + absent},
		{"separate value", model.APIServer, []string{"/usr/local/bin/kube-apiserver", "--service-account-max-token-expiration", "48h"}, "service-account-max-token-expiration=48h0m0s " + absent},
		{"bare boolean", model.APIServer, []string{"kube-apiserver", "--service-account-lookup", "--profiling"}, "service-account-lookup=true " + absent},
		{"boolean in other words", model.APIServer, []string{"kube-apiserver", "--service-account-lookup=F"}, "service-account-lookup=false " + absent},
		{"a boolean takes no next word", model.APIServer, []string{"kube-apiserver", "--service-account-lookup", "false"}, "service-account-lookup=true " + absent},
		{"the last one counts", model.APIServer, []string{"kube-apiserver", "--service-account-lookup=false", "--service-account-lookup=true"}, "service-account-lookup=true " + absent},
		{"repeated and with commas", model.APIServer, []string{"kube-apiserver", "--api-audiences=a,b", "--api-audiences=c"}, "api-audiences=a,b,c " + absent},
		{"underscores", model.APIServer, []string{"kube-apiserver", "--service_account_lookup=false"}, "service-account-lookup=false " + absent},
		{"unknown flag with a value", model.APIServer, []string{"kube-apiserver", "--etcd-servers", "https://x", "-v", "2", "--service-account-lookup=false"}, "service-account-lookup=false " + absent},
		{"value that begins with a dash", model.ControllerManager, []string{"kube-controller-manager", "--controllers", "-ttl,*"}, "controllers=-ttl,* " + absent},
		{"value that looks like a flag", model.APIServer, []string{"kube-apiserver", "--api-audiences", "--service-account-lookup=false"}, "api-audiences=--service-account-lookup=false " + absent},
		{"behind two dashes nothing is a flag", model.APIServer, []string{"kube-apiserver", "--", "--service-account-lookup=false"}, absent},
		{"empty path", model.ControllerManager, []string{"kube-controller-manager", "--root-ca-file="}, "root-ca-file=unset " + absent},
		{"flags alone", model.APIServer, []string{"--service-account-lookup=false"}, "service-account-lookup=false " + absent},
		{"log wrapper", model.APIServer, []string{"/go-runner", "--log-file=/var/log/kube-apiserver.log", "kube-apiserver", "--service-account-lookup=false"}, "service-account-lookup=false " + absent},
		{"hyperkube", model.ControllerManager, []string{"/hyperkube", "controller-manager", "--root-ca-file=/ca"}, "root-ca-file=set " + absent},
		{"hyperkube with the whole name", model.APIServer, []string{"hyperkube", "kube-apiserver", "--service-account-lookup=false"}, "service-account-lookup=false " + absent},
		{"another program may add flags", model.APIServer, []string{"/start.sh", "--service-account-lookup=false"}, "service-account-lookup=false"},
		{"another program without flags", model.APIServer, []string{"/start.sh"}, ""},
		{"no command", model.APIServer, nil, ""},
		{"gates", model.APIServer, []string{"kube-apiserver", "--feature-gates=A=true,B=0", "--feature-gates=kube:B=true,other:C=true,D,:E=true"}, "A=true B=true E=true " + absent},
		{"emulated version", model.APIServer, []string{"kube-apiserver", "--emulated-version=kube=1.31"}, "emulated-version=1.31 " + absent},
		{"pod variable", model.APIServer, []string{"kube-apiserver", "--service-account-lookup=$(LOOKUP)"}, "service-account-lookup=$(LOOKUP)? " + absent},
		{"escaped pod variable", model.APIServer, []string{"kube-apiserver", "--api-audiences=$$(X)"}, "api-audiences=$$(X) " + absent},
		{"pod variable for flags", model.APIServer, []string{"kube-apiserver", "$(FLAGS)"}, ""},

		{"shell", model.APIServer, []string{"/bin/sh", "-c", "exec kube-apiserver --service-account-lookup=false --api-audiences 'a,b' 1>>/var/log/kube-apiserver.log 2>&1"}, "api-audiences=a,b service-account-lookup=false " + absent},
		{"shell with options", model.APIServer, []string{"bash", "-euo", "pipefail", "-xc", "kube-apiserver --service-account-lookup=false"}, "service-account-lookup=false " + absent},
		{"lines that go on", model.APIServer, []string{"sh", "-c", "exec /usr/bin/kube-apiserver \\\n  --service-account-lookup=false \\\n  --api-audiences=\"a\"\n"}, "api-audiences=a service-account-lookup=false " + absent},
		{"flag behind a redirection", model.APIServer, []string{"sh", "-c", "kube-apiserver --api-audiences=a &>> /log --service-account-lookup=false | tee /x"}, "api-audiences=a service-account-lookup=false " + absent},
		{"name in a path before", model.APIServer, []string{"sh", "-c", "mkdir -p /var/log/kube-apiserver; kube-apiserver --service-account-lookup=false"}, "service-account-lookup=false " + absent},
		{"comment", model.APIServer, []string{"sh", "-c", "# kube-apiserver --service-account-lookup=true\nkube-apiserver --service-account-lookup=false # --api-audiences=x"}, "service-account-lookup=false " + absent},
		{"shell variable", model.APIServer, []string{"sh", "-c", "kube-apiserver --service-account-lookup=${LOOKUP:-true} --api-audiences=a"}, "api-audiences=a service-account-lookup=${LOOKUP:-true}? " + absent},
		{"shell substitution", model.APIServer, []string{"sh", "-c", "kube-apiserver --service-account-issuer=$(cat /etc/issuer | head -1) --service-account-lookup=false"}, "service-account-issuer=$(cat /etc/issuer | head -1)? service-account-lookup=false " + absent},
		{"backticks in quotes", model.APIServer, []string{"sh", "-c", "kube-apiserver --api-audiences=\"`cat a b`\" --service-account-lookup=false"}, "api-audiences=`cat a b`? service-account-lookup=false " + absent},
		{"literal dollar", model.APIServer, []string{"sh", "-c", `kube-apiserver --api-audiences='$a'`}, "api-audiences=$a " + absent},
		{"flags from elsewhere", model.APIServer, []string{"sh", "-c", `exec kube-apiserver --api-audiences=a "$@"`, "x", "--service-account-lookup=false"}, "api-audiences=a"},
		{"two candidates", model.APIServer, []string{"sh", "-c", "if [ -f x ]; then kube-apiserver --service-account-lookup=false; else kube-apiserver --service-account-lookup=true; fi"}, ""},
		{"script without it", model.APIServer, []string{"sh", "-c", "/start.sh --service-account-lookup=false"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			flags := readCommandLine(test.component, test.argv)
			var got []string
			for _, o := range flags.observations(model.SourceProcess, "here", nil, 30) {
				switch {
				case o.Where != "here" && strings.HasSuffix(o.Where, "not given there"):
				case o.Source == model.SourceConfig:
					got = append(got, o.Name+"="+o.Value+"?")
				default:
					got = append(got, o.Name+"="+o.Value)
				}
			}
			slices.Sort(got)
			if flags.whole {
				got = append(got, absent)
			}
			if told := strings.Join(got, " "); told != test.want {
				t.Errorf("got  %q\nwant %q", told, test.want)
			}
		})
	}
}

func TestDefaultsOnlyOfWhatTheVersionHas(t *testing.T) {
	flags := readCommandLine(model.ControllerManager, []string{"kube-controller-manager", "--leader-elect=true"})
	for minor, want := range map[int]string{0: "", 27: "", 28: "8760h0m0s", 37: "8760h0m0s"} {
		got := ""
		for _, o := range flags.observations(model.SourceProcess, "here", know.Flags, minor) {
			if o.Name == "legacy-service-account-token-clean-up-period" {
				got = o.Value
			}
		}
		if got != want {
			t.Errorf("minor %d: %q, want %q", minor, got, want)
		}
	}
}

func TestPodsThatProveNothing(t *testing.T) {
	lookup := "--service-account-lookup=false"
	alike := staticPod("kube-apiserver", "alike", "kube-apiserver", lookup)
	delete(alike["metadata"].(map[string]any), "annotations")
	over := staticPod("kube-apiserver", "over", "kube-apiserver", lookup)
	over["status"] = map[string]any{"phase": "Failed"}
	going := staticPod("kube-apiserver", "going", "kube-apiserver", lookup)
	going["metadata"].(map[string]any)["deletionTimestamp"] = "2026-01-01T00:00:00Z"
	other := staticPod("etcd", "cp1", "kube-apiserver", lookup)
	w := plain("v1.30.14")
	w[podsPath] = podList(alike, over, going, other)
	c, problems := look(t, w)
	wantProblems(t, problems)
	if len(c.Observed) != 0 {
		t.Errorf("claims %+v", c.Observed)
	}
}

func TestServersWithDifferentFlagsAreBothTold(t *testing.T) {
	w := plain("v1.30.14")
	w[podsPath] = podList(
		staticPod("kube-apiserver", "cp1", "kube-apiserver", "--service-account-lookup=false"),
		staticPod("kube-apiserver", "cp2", "kube-apiserver", "--service-account-lookup=true"),
	)
	c, _ := look(t, w)
	wantValues(t, c, model.APIServer, "service-account-lookup",
		"false observed pod kube-system/kube-apiserver-cp1", "true observed pod kube-system/kube-apiserver-cp2")
}

func TestHostileNamesAreMadeVisible(t *testing.T) {
	w := plain("v1.30.14")
	w[podsPath] = podList(staticPod("kube-apiserver", "\x1b[31m", "kube-apiserver", "--service-account-issuer=\u202ehttps", "--service-account-lookup=$(\x1b)"))
	w[versionPath] = text(`{"gitVersion":"v1.30.14\u001b[2J"}`)
	w[trackingPath] = func(rw http.ResponseWriter, _ *http.Request) {
		rw.WriteHeader(500)
		rw.Write([]byte(`{"kind":"Status","message":"\u001b[31mno"}`))
	}
	c, problems := look(t, w)
	shown := c.Servers[0].Version.Git
	for _, o := range c.Observed {
		shown += o.Value + o.Where
	}
	for _, p := range problems {
		shown += p.String()
	}
	if strings.ContainsAny(shown, "\x1b\u202e") {
		t.Errorf("raw control characters in %q", shown)
	}
}

func FuzzSplitShell(f *testing.F) {
	f.Add("exec kube-apiserver --a='x y' --b=\"$(cat f)\" \\\n --c >>/log 2>&1 # end")
	f.Add("`")
	f.Add("${")
	f.Add("\"\\")
	f.Fuzz(func(t *testing.T, script string) {
		total := 0
		for _, words := range splitShell(script) {
			if len(words) == 0 {
				t.Error("an empty command")
			}
			for _, w := range words {
				total += len(w.text)
			}
		}
		if total > len(script) {
			t.Errorf("%q grew to %d bytes", script, total)
		}
		readCommandLine(model.APIServer, []string{"sh", "-c", "kube-apiserver " + script})
	})
}

func FuzzParseGates(f *testing.F) {
	f.Add("A=true,kube:B=false")
	f.Add(`["A=true","B=f"]`)
	f.Fuzz(func(t *testing.T, value string) {
		for name, on := range parseGates([]string{value}) {
			if name == "" || on != "true" && on != "false" {
				t.Errorf("%q gives %q=%q", value, name, on)
			}
		}
	})
}
