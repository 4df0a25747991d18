package controlplane

import "testing"

func TestParseRelease(t *testing.T) {
	for _, text := range []string{"1.37.1", "v1.37.1"} {
		r, err := parseRelease(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if r.module() != "v1.37.1" || r.staging() != "v0.37.1" {
			t.Errorf("%q: module %s, staging %s", text, r.module(), r.staging())
		}
	}
	for _, text := range []string{"", "1.37", "1.37.x", "1.-3.0", "2.0.0", "1.37.1-rc.0", "latest"} {
		if r, err := parseRelease(text); err == nil {
			t.Errorf("%q was read as %s", text, r)
		}
	}
}
