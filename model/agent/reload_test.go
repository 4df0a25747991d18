package agent

import (
	"strings"
	"testing"

	"timebound/model"
)

func TestReload(t *testing.T) {
	for _, c := range []struct {
		raw  string
		want Reload
		code model.Code
	}{
		{"kubectl/v1.11.9 (linux/amd64) kubernetes/16236ce", DoesNotReload, CodeReadsOnce},
		{"kubectl/v1.12.0 (linux/amd64) kubernetes/0ed3388", Reloads, CodeReadsAgain},
		{"kubelet/v1.37.1 (linux/amd64) kubernetes/0ed3388", Reloads, CodeReadsAgain},
		{"kubectl/v0.0.0 (linux/amd64) kubernetes/$Format", CannotTell, CodeGoUnknown},
		// A name and a version that somebody else's program may have.
		{"kubectl/v1.28.5 (linux/amd64) kubernetes/$Format", CannotTell, CodeGoUnknown},
		{"kubectl/v1.28.5 (linux/amd64) kubernetes/0ed3388f2a", CannotTell, CodeGoUnknown},
		{"kubectl/v1.28.5", CannotTell, CodeNotKnown},
		{"manager/v1.28.5 (linux/amd64) kubernetes/0ed3388", CannotTell, CodeGoUnknown},
		{"oc/4.4.30 (linux/amd64) kubernetes/0ed3388", CannotTell, CodeGoUnknown},
		{"oc/4.5.0 (linux/amd64) kubernetes/0ed3388", Reloads, CodeReadsAgain},
		{"oc/3.11.0 (linux/amd64) kubernetes/0ed3388", CannotTell, CodeGoUnknown},

		{"Swagger-Codegen/1.0.0/python", DoesNotReload, CodeReadsOnce},
		{"Swagger-Codegen/99.0.0/python", DoesNotReload, CodeReadsOnce},
		{"OpenAPI-Generator/11.0.0/python", DoesNotReload, CodeReadsOnce},
		{"OpenAPI-Generator/11.99.9/python", DoesNotReload, CodeReadsOnce},
		{"OpenAPI-Generator/12.0.0a1/python", CannotTell, CodeBeforeRelease},
		{"OpenAPI-Generator/12.0.0/python", CannotTell, CodePythonEither},
		{"OpenAPI-Generator/24.2.2/python", CannotTell, CodePythonEither},
		{"OpenAPI-Generator/24.2.3/python", Reloads, CodeReadsAgain},
		{"OpenAPI-Generator/31.0.0/python", Reloads, CodeReadsAgain},
		{"OpenAPI-Generator//python", CannotTell, CodeNoVersion},

		{"Swagger-Codegen/1.0-SNAPSHOT/java", DoesNotReload, CodeReadsOnce},
		{"OpenAPI-Generator/1.0-SNAPSHOT/java", CannotTell, CodeJavaEither},
		{"Kubernetes Java Client/10.0.1-SNAPSHOT", Reloads, CodeReadsAgain},
		{"Kubernetes Java Client", Reloads, CodeReadsAgain},

		{"fabric8-kubernetes-client/2.2.0", DoesNotReload, CodeReadsOnce},
		{"fabric8-kubernetes-client/4.13.3", DoesNotReload, CodeReadsOnce},
		{"fabric8-kubernetes-client/5.0.0", DoesNotReload, CodeReadsOnce},
		{"fabric8-kubernetes-client/5.0.1", OnlyAfter401, CodeReadsAfterRefusal},
		{"fabric8-kubernetes-client/5.12.3", OnlyAfter401, CodeReadsAfterRefusal},
		{"fabric8-kubernetes-client/5.12.4", Reloads, CodeReadsAgain},
		{"fabric8-kubernetes-client/5.12.4.redhat-00001", Reloads, CodeReadsAgain},
		{"fabric8-kubernetes-client/5.13", Reloads, CodeReadsAgain},
		{"fabric8-kubernetes-client/6.0.0", OnlyAfter401, CodeReadsAfterRefusal},
		{"fabric8-kubernetes-client/6.0.9", OnlyAfter401, CodeReadsAfterRefusal},
		{"fabric8-kubernetes-client/6.1-SNAPSHOT", CannotTell, CodeBeforeRelease},
		{"fabric8-kubernetes-client/6.1.0", Reloads, CodeReadsAgain},
		{"fabric8-kubernetes-client/7.4-SNAPSHOT", Reloads, CodeReadsAgain},
		{"fabric8-kubernetes-client/unknown", CannotTell, CodeNoVersion},

		{"kubernetes-client-javascript/2.0.0", Reloads, CodeReadsAgain},
		{"node-fetch/1.0 (+https://github.com/bitinn/node-fetch)", CannotTell, CodePlainHTTP},
		{"kubernetes-csharp/20.0.84", Reloads, CodeReadsAgain},
		{"kubernetes-client-core/0.1.0.0", CannotTell, CodeNoVersion},
		{"Swagger-Codegen/1.0.0/ruby", CannotTell, CodeNotKnown},
		{"OpenAPI-Generator/1.0.0/go", CannotTell, CodeNotKnown},
		{"rest-client/2.1.0 (linux x86_64) ruby/2.7.6p219", CannotTell, CodePlainHTTP},
		{"Go-http-client/1.1", CannotTell, CodePlainHTTP},
		{"Helm/3.12.0", CannotTell, CodeNotKnown},
		{"", CannotTell, CodeNoAgent},
	} {
		v := Judge(Parse(c.raw), false)
		if v.Reload != c.want || v.Reason.Code != c.code {
			t.Errorf("%q: %s (%s), want %s (%s)", c.raw, v.Reload, v.Reason.Code, c.want, c.code)
		}
	}
}

func TestStaleOutweighsTheName(t *testing.T) {
	for raw, want := range map[string]model.Code{
		"kubelet/v1.37.1 (linux/amd64) kubernetes/0ed3388": CodeStaleAllTheSame,
		"OpenAPI-Generator/31.0.0/python":                  CodeStaleAllTheSame,
		"manager/v0.0.0 (linux/amd64) kubernetes/$Format":  CodeStaleHolder,
		"":                                 CodeStaleHolder,
		"OpenAPI-Generator/11.0.0/python":  CodeReadsOnce,
		"fabric8-kubernetes-client/5.12.0": CodeReadsAfterRefusal,
	} {
		if v := Judge(Parse(raw), true); v.Reason.Code != want {
			t.Errorf("%q: %s, want %s", raw, v.Reason.Code, want)
		}
	}
}

// Every library is judged, and bands are in order, from the beginning on.
func TestTablesAreWhole(t *testing.T) {
	reached := map[model.Code]bool{CodeNoAgent: true, CodeNoVersion: true, CodeBeforeRelease: true,
		CodeStaleAllTheSame: true, CodeStaleHolder: true, CodeFailsFrom: true}
	for library, list := range bands {
		if list[0].from != (number{}) {
			t.Errorf("%q: nothing is said of its first versions", library)
		}
		for i, b := range list {
			reached[b.code] = true
			if i > 0 && !list[i-1].from.less(b.from) {
				t.Errorf("%q: band %v is out of order", library, b.from)
			}
		}
	}
	for library, code := range others {
		reached[code] = true
		if _, twice := bands[library]; twice {
			t.Errorf("%q is judged twice", library)
		}
	}
	for name, library := range libraries {
		if name != strings.ToLower(name) {
			t.Errorf("library %q is not in lower case", name)
		}
		wantJudged(t, library)
	}
	for _, languages := range generators {
		for _, library := range languages {
			wantJudged(t, library)
		}
	}
	for _, c := range Codes() {
		if !reached[c.Code] {
			t.Errorf("%s is never said", c.Code)
		}
		if strings.Count(c.Text, "%s") > 3 || c.Text == "" || c.Severity == model.SeverityDoubt && c.Remedy == "" {
			t.Errorf("%s: text %q, remedy %q", c.Code, c.Text, c.Remedy)
		}
		if known := c.Code.Info(); !strings.HasPrefix(known.Text, "unknown code") && known != c {
			t.Errorf("%s means something else elsewhere: %q", c.Code, known.Text)
		}
	}
}

func wantJudged(t *testing.T, library Library) {
	t.Helper()
	_, banded := bands[library]
	_, other := others[library]
	if !banded && !other {
		t.Errorf("nothing is said of %q", library)
	}
}

func TestProgramsAreInOrder(t *testing.T) {
	seen := map[string]bool{}
	for i, p := range programs {
		if seen[p.name] {
			t.Errorf("%q is there twice", p.name)
		}
		seen[p.name] = true
		if p.name != strings.ToLower(p.name) || p.title == "" || len(p.title) > nameLimit || p.kind == "" {
			t.Errorf("row %+v", p)
		}
		// A row that an earlier, wider one hides is never found.
		for _, before := range programs[:i] {
			wide, open := strings.CutSuffix(before.name, "*")
			if open && strings.HasSuffix(p.name, "*") && strings.HasPrefix(p.name, wide) {
				t.Errorf("%q is hidden by %q", p.name, before.name)
			}
		}
	}
}

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]struct {
		number    number
		early, ok bool
	}{
		"1.2.3":                  {number{1, 2, 3}, false, true},
		"1.2":                    {number{1, 2, 0}, false, true},
		"1":                      {number{1}, false, true},
		"1.2.3.4":                {number{1, 2, 3}, false, true},
		"1.2.3-rc1":              {number{1, 2, 3}, true, true},
		"1.2.3rc1":               {number{1, 2, 3}, true, true},
		"1.2-SNAPSHOT":           {number{1, 2}, true, true},
		"1.27.4+k3s1":            {number{1, 27, 4}, false, true},
		"5.12.4.redhat-001":      {number{5, 12, 4}, false, true},
		"1.2.3.Final":            {number{1, 2, 3}, false, true},
		"1.":                     {number{1}, true, true},
		"99999999999999999999.1": {number{numberLimit, 1}, false, true},
		"":                       {number{}, true, false},
		"x":                      {number{}, true, false},
	} {
		n, early, ok := parseNumber(text)
		if n != want.number || early != want.early || ok != want.ok {
			t.Errorf("%q: %v early %v ok %v, want %+v", text, n, early, ok, want)
		}
	}
}
