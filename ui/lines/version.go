package lines

import (
	"strings"

	"timebound/model"
)

// Version writes a version as people speak of it: "v1.29.6" for
// v1.29.6+aba1e8d and v1.29.6-eks-a5565ad. That it is a pre-release stays. Where
// versions are told in full, write them as reported.
func Version(v model.Version) string {
	git, _, _ := strings.Cut(v.String(), "+")
	if base, suffix, cut := strings.Cut(git, "-"); cut && v.Known() {
		for _, stage := range []string{"alpha", "beta", "rc"} {
			if strings.HasPrefix(suffix, stage) {
				return git
			}
		}
		return base
	}
	return git
}
