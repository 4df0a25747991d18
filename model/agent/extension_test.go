package agent

import (
	"math"
	"strings"
	"testing"
	"time"

	"timebound/model"
)

func TestExtensionAt(t *testing.T) {
	off := model.Setting{Value: "false", Source: model.SourceProcess, Where: "pod kube-system/kube-apiserver-cp1"}
	for name, c := range map[string]struct {
		place Place
		want  int64
		how   model.Source
	}{
		"upstream":                       {Place{Platform: model.PlatformPlain, Minor: 28}, 31536000, model.SourceDefault},
		"nothing known":                  {Place{}, 31536000, model.SourceDefault},
		"EKS":                            {Place{Platform: model.PlatformEKS, Minor: 21}, 7776000, model.SourceProvider},
		"AKS before 1.30, issuer":        {Place{Platform: model.PlatformAKS, Minor: 29, Issuer: true}, 31536000, model.SourceDefault},
		"AKS from 1.30, issuer":          {Place{Platform: model.PlatformAKS, Minor: 30, Issuer: true}, 0, model.SourceProvider},
		"AKS from 1.30, issuer unknown":  {Place{Platform: model.PlatformAKS, Minor: 30}, 31536000, model.SourceDefault},
		"CCE":                            {Place{Platform: model.PlatformCCE, Minor: 25}, 31536000, model.SourceProvider},
		"ACK":                            {Place{Platform: model.PlatformACK, Minor: 25}, 31536000, model.SourceProvider},
		"flag off":                       {Place{Platform: model.PlatformKubeadm, Minor: 30, Setting: off}, 0, model.SourceProcess},
		"flag off outweighs a provider":  {Place{Platform: model.PlatformEKS, Minor: 30, Setting: off}, 0, model.SourceProcess},
		"flag on says nothing of length": {Place{Platform: model.PlatformEKS, Setting: model.Setting{Value: "true", Source: model.SourceProcess}}, 7776000, model.SourceProvider},
		"value of nowhere":               {Place{Setting: model.Setting{Value: "false", Source: model.SourceUnknown}}, 31536000, model.SourceDefault},
	} {
		e := ExtensionAt(c.place)
		if e.Seconds != c.want || e.How != c.how || e.Where == "" {
			t.Errorf("%s: %+v, want %d %s", name, e, c.want, c.how)
		}
	}
}

func TestFailsFrom(t *testing.T) {
	seen := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	year, eks, none := Extension{Seconds: 31536000}, Extension{Seconds: 7776000}, Extension{}
	const day = 24 * 60 * 60
	for name, c := range map[string]struct {
		past int64
		seen time.Time
		e    Extension
		want string // "" for the zero time
	}{
		"just stale":            {0, seen, year, "2027-03-01T10:59:53Z"},
		"one second":            {1, seen, year, "2027-03-01T10:59:52Z"},
		"a day":                 {day, seen, year, "2027-02-28T10:59:53Z"},
		"on EKS":                {0, seen, eks, "2026-05-30T10:59:53Z"},
		"on EKS, old":           {89 * day, seen, eks, "2026-03-02T10:59:53Z"},
		"at its very end":       {31536000 - 3607, seen, year, "2026-03-01T12:00:00Z"},
		"within the leeway":     {31536000 - 3607 + 60, seen, year, "2026-03-01T11:59:00Z"},
		"beyond the leeway":     {31536000 - 3607 + 61, seen, year, ""},
		"older than EKS allows": {91 * day, seen, eks, ""},
		"not extended":          {10, seen, none, ""},
		"shorter than asked":    {10, seen, Extension{Seconds: 3607}, ""},
		"before the threshold":  {-1, seen, year, ""},
		"largest number":        {math.MaxInt64, seen, year, ""},
		"smallest number":       {math.MinInt64, seen, year, ""},
		"never seen":            {0, time.Time{}, year, ""},
		"another time zone":     {0, seen.In(time.FixedZone("", -8*3600)), year, "2027-03-01T10:59:53Z"},
	} {
		got := ""
		if at := FailsFrom(c.past, c.seen, c.e); !at.IsZero() {
			got = at.UTC().Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestFailsReason(t *testing.T) {
	seen := time.Date(2026, 3, 1, 13, 30, 0, 0, time.UTC)
	seen = seen.In(time.FixedZone("", 12*3600)) // where it is the next day already
	r, ok := FailsReason(0, seen, ExtensionAt(Place{Platform: model.PlatformEKS}))
	if text := Text(r); !ok || !strings.Contains(text, "refused from 2026-05-30 on") || !strings.Contains(text, "90 days (provider document)") {
		t.Errorf("%v %q", ok, text)
	}
	if _, ok := FailsReason(0, seen, Extension{}); ok {
		t.Error("a token that is not extended is said to fail on some day")
	}
}
