package model

import (
	"fmt"
	"strconv"
	"strings"
)

// Version is a Kubernetes version as /version or a kubelet reports it.
type Version struct {
	Minor int    // 30 for v1.30.14; 0 if unknown. The major is always 1.
	Patch int    // 14 for v1.30.14
	Git   string // as reported: "v1.29.6+aba1e8d"
}

// ParseVersion reads a gitVersion ("v1.30.14", "v1.27.3-gke.100",
// "v1.29.6+aba1e8d"). Suffixes after the patch are kept in Git only.
func ParseVersion(git string) (Version, error) {
	rest, ok := strings.CutPrefix(git, "v1.")
	if !ok {
		rest, ok = strings.CutPrefix(git, "1.")
	}
	if !ok {
		return Version{Git: git}, fmt.Errorf("%q is not a Kubernetes version (v1.MINOR.PATCH)", git)
	}
	minorText, patchText, _ := strings.Cut(rest, ".")
	minor, err := strconv.Atoi(leadingDigits(minorText))
	if err != nil {
		return Version{Git: git}, fmt.Errorf("%q is not a Kubernetes version (v1.MINOR.PATCH)", git)
	}
	// A missing patch is fine: "v1.30" names a minor.
	patch, _ := strconv.Atoi(leadingDigits(patchText))
	return Version{Minor: minor, Patch: patch, Git: git}, nil
}

func leadingDigits(s string) string {
	for i, r := range s {
		if r < '0' || r > '9' {
			return s[:i]
		}
	}
	return s
}

// Known says that the version was understood.
func (v Version) Known() bool { return v.Minor > 0 }

// String gives the version as reported, or "unknown".
func (v Version) String() string {
	if v.Git == "" {
		return "unknown"
	}
	return v.Git
}

// MinorName gives "1.30".
func (v Version) MinorName() string { return MinorName(v.Minor) }

// MinorName gives "1.30" for 30.
func MinorName(minor int) string { return "1." + strconv.Itoa(minor) }

// Compare orders by minor, then patch.
func (v Version) Compare(o Version) int {
	if v.Minor != o.Minor {
		return v.Minor - o.Minor
	}
	return v.Patch - o.Patch
}

// Oldest gives the lowest API server version seen, and false if none was
// understood. Safety rules go by the oldest server: a token refused by one
// server may still be accepted by another.
func (c Cluster) Oldest() (Version, bool) {
	var oldest Version
	for _, s := range c.Servers {
		if !s.Version.Known() {
			return Version{}, false
		}
		if !oldest.Known() || s.Version.Compare(oldest) < 0 {
			oldest = s.Version
		}
	}
	return oldest, oldest.Known()
}
