package lines

import (
	"testing"

	"timebound/model"
)

func TestVersionsWithoutTheirBuild(t *testing.T) {
	for git, want := range map[string]string{
		"v1.29.6": "v1.29.6", "v1.29.6+aba1e8d": "v1.29.6", "v1.27.3-gke.100": "v1.27.3", "v1.30.2-eks-1552ad0": "v1.30.2",
		"v1.31.0-rc.1": "v1.31.0-rc.1", "v1.38.0-alpha.2.17+1234567": "v1.38.0-alpha.2.17", "something-else": "something-else", "": "unknown",
	} {
		v, _ := model.ParseVersion(git)
		if got := Version(v); got != want {
			t.Errorf("%q: %q, want %q", git, got, want)
		}
	}
}
