package main

import (
	"strings"
	"testing"
)

func TestConfigErrorsSayWhereAndWhatWasMeant(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"misspelt":        {"idleAfter: 90d\n# why\nminWach: 30d\n", `line 3: unknown key "minWach"; did you mean minWatch?`},
		"letter case":     {"IdleAfter: 90d\n", `line 1: unknown key "IdleAfter"; did you mean idleAfter?`},
		"nothing like it": {"colour: never\n", `line 1: unknown key "colour"; there are idleAfter, logFile, minWatch, noColor`},
		"twice":           {"noColor: true\n\nnoColor: false\n", `line 3: noColor is set on line 1 already; keep one`},
		"a list":          {"idleAfter:\n- 90d\n", `line 2: idleAfter wants one value`},
		"no value":        {"idleAfter:\n", `line 1: idleAfter wants one value`},
		"no mapping":      {"- idleAfter\n", `line 1: not a list of key: value lines`},
		"a bare word":     {"hello\n", `line 1: not a list of key: value lines`},
		"two documents":   {"noColor: true\n---\nnoColor: false\n", `holds more than one document; keep one`},
		"broken":          {"idleAfter: [\n", `line 1`},
		"a tab":           {"idleAfter: 90d\n\tminWatch: 3d\n", `line 2`},
	} {
		_, err := parseConfig([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestConfigThatSaysNothing(t *testing.T) {
	for _, text := range []string{"", "\n", "# only a comment\n", "---\n", "null\n"} {
		if values, err := parseConfig([]byte(text)); err != nil || len(values) != 0 {
			t.Errorf("%q: %v, %v", text, values, err)
		}
	}
}

func FuzzConfigNeverPanics(f *testing.F) {
	f.Add([]byte("idleAfter: 90d\nnoColor: true\n"))
	f.Add([]byte("a: &x\n  b: *x\n"))
	f.Add([]byte("\xff\xfe"))
	f.Fuzz(func(t *testing.T, text []byte) {
		values, err := parseConfig(text)
		if err != nil {
			return
		}
		for _, v := range values {
			if configKeys[v.key] == "" || v.line < 1 {
				t.Fatalf("%q gave %+v", text, v)
			}
		}
	})
}

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"same", "same", 0}, {"ab", "ba", 2}} {
		if got := editDistance(c.a, c.b); got != c.want {
			t.Errorf("%q to %q is %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
