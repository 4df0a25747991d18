package discover

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"time"

	"timebound/model"
)

// The values of a flag of which only its presence matters.
const (
	Set   = "set"
	Unset = "unset"
)

// flagShape says how a flag is written and how its value is told.
type flagShape uint8

const (
	shapeBool     flagShape = iota // --flag alone is true; the last one counts
	shapeDuration                  // told in Go's form: 8760h0m0s; the last one counts
	shapeList                      // repeated or with commas; told with commas
	shapePresence                  // Set or Unset
	shapeGates                     // Gate=bool,…; told gate by gate
	shapeVersion                   // a minor, or component=minor
)

// valueLimit bounds the value of a flag; lists of issuers may be long.
const valueLimit = 2000

const (
	featureGates    = "feature-gates"
	emulatedVersion = "emulated-version"
)

// shapes are the flags that decide about tokens (k8s.io/kubernetes
// pkg/kubeapiserver/options/authentication.go, cmd/kube-controller-manager/app/options).
var shapes = map[model.Component]map[string]flagShape{
	model.APIServer: {
		"service-account-extend-token-expiration": shapeBool,
		"service-account-max-token-expiration":    shapeDuration,
		"service-account-issuer":                  shapeList,
		"api-audiences":                           shapeList,
		"service-account-lookup":                  shapeBool,
		"service-account-key-file":                shapePresence,
		"service-account-signing-key-file":        shapePresence,
		"service-account-signing-endpoint":        shapePresence,
		featureGates:                              shapeGates,
		emulatedVersion:                           shapeVersion,
	},
	model.ControllerManager: {
		"legacy-service-account-token-clean-up-period": shapeDuration,
		"controllers":                      shapeList,
		"service-account-private-key-file": shapePresence,
		"root-ca-file":                     shapePresence,
		featureGates:                       shapeGates,
		emulatedVersion:                    shapeVersion,
	},
}

// flagValues are the flags of one process, as far as they matter.
type flagValues struct {
	component model.Component
	raw       map[string][]string // in the order in which they were given
	// variable holds flags whose value comes from a variable that cannot be
	// seen, with the text as it stands.
	variable map[string]string
	// whole says that a flag which is not here was not given at all.
	whole bool
}

func newFlagValues(component model.Component) *flagValues {
	return &flagValues{component: component, raw: map[string][]string{}, variable: map[string]string{}}
}

func (f *flagValues) shape(name string) (flagShape, bool) {
	shape, ok := shapes[f.component][name]
	return shape, ok
}

func (f *flagValues) add(name, value string) {
	if _, wanted := f.shape(name); wanted {
		f.raw[name] = append(f.raw[name], value)
	}
}

func (f *flagValues) addVariable(name, text string) {
	if _, wanted := f.shape(name); wanted {
		f.variable[name] = text
	}
}

// observations tells the flags and gates, and for a process whose whole
// command line was seen also the defaults of the flags that are not on it.
// know gives the defaults; minor is 0 if it is not known.
func (f *flagValues) observations(source model.Source, where string, know model.FlagTable, minor int) []model.Observation {
	var seen []model.Observation
	tell := func(kind model.SettingKind, name, value string, source model.Source, where string) {
		seen = append(seen, model.Observation{
			Component: f.component, Kind: kind, Name: name, Value: value, Source: source, Where: where,
		})
	}
	for name, shape := range shapes[f.component] {
		values, given := f.raw[name]
		text, variable := f.variable[name]
		switch {
		case variable:
			tell(model.SettingFlag, name, bounded(text, valueLimit), model.SourceConfig, where+": the value comes from a variable that is not seen here")
		case shape == shapeGates:
			for gate, value := range parseGates(values) {
				tell(model.SettingGate, gate, value, source, where)
			}
		case given && shape == shapeVersion:
			if minor := emulatedMinor(values); minor != "" {
				tell(model.SettingFlag, name, minor, source, where)
			}
		case given:
			tell(model.SettingFlag, name, normal(shape, values), source, where)
		case f.whole:
			if value, ok := absent(know, f.component, name, shape, minor); ok {
				tell(model.SettingFlag, name, value, source, where+": not given there")
				seen[len(seen)-1].NotGiven = true
			}
		}
	}
	return seen
}

// absent gives what a flag that is not given stands for.
func absent(know model.FlagTable, component model.Component, name string, shape flagShape, minor int) (string, bool) {
	info, known := know.Find(component, name)
	if known && minor != 0 && !info.In(minor) {
		return "", false
	}
	if shape == shapePresence {
		return Unset, true
	}
	if !known || info.Default == "" || minor == 0 {
		return "", false
	}
	return normal(shape, []string{info.Default}), true
}

// normal writes equal values equally, however they were given.
func normal(shape flagShape, values []string) string {
	last := values[len(values)-1]
	switch shape {
	case shapeBool:
		if on, err := strconv.ParseBool(last); err == nil {
			return strconv.FormatBool(on)
		}
	case shapeDuration:
		if d, err := time.ParseDuration(last); err == nil {
			return d.String()
		}
	case shapePresence:
		if slices.ContainsFunc(listed(values), func(v string) bool { return v != "" }) {
			return Set
		}
		return Unset
	case shapeList:
		if joined := strings.Join(listed(values), ","); joined != "" {
			return bounded(joined, valueLimit)
		}
		return Unset
	}
	return bounded(last, valueLimit)
}

// listed takes lists apart: by commas, and in the bracketed CSV form in
// which a process tells its own lists ("[a,b]").
func listed(values []string) []string {
	var items []string
	for _, v := range values {
		inner, bracketed := strings.CutPrefix(v, "[")
		inner, closed := strings.CutSuffix(inner, "]")
		fields := strings.Split(v, ",")
		if bracketed && closed {
			if quoted, err := csv.NewReader(strings.NewReader(inner)).Read(); err == nil {
				fields = quoted
			} else {
				fields = strings.Split(inner, ",")
			}
		}
		for _, item := range fields {
			if item = strings.TrimSpace(item); item != "" {
				items = append(items, item)
			}
		}
	}
	return items
}

// parseGates reads --feature-gates. From 1.31 on an entry may name the
// component whose gates it means, "kube:Gate=true"; gates of others are not
// meant here. A later entry wins.
func parseGates(values []string) map[string]string {
	gates := map[string]string{}
	for _, item := range listed(values) {
		name, value, ok := strings.Cut(item, "=")
		owner, gate, owned := strings.Cut(name, ":")
		if owned {
			name = gate
		}
		on, err := strconv.ParseBool(strings.TrimSpace(value))
		if name = strings.TrimSpace(name); !ok || err != nil || name == "" || owned && !ownedByKube(owner) {
			continue
		}
		gates[short(name)] = strconv.FormatBool(on)
	}
	return gates
}

// ownedByKube says that a gate's owner is Kubernetes itself. /flagz of 1.37
// writes it as an empty name: ":ServiceAccountTokenJTI=true".
func ownedByKube(owner string) bool {
	owner = strings.TrimSpace(owner)
	return owner == "kube" || owner == ""
}

// emulatedMinor reads --emulated-version: "1.31" or "kube=1.31".
func emulatedMinor(values []string) string {
	minor := ""
	for _, item := range listed(values) {
		owner, version, owned := strings.Cut(item, "=")
		if !owned {
			owner, version = "kube", item
		}
		if owner == "kube" && version != "" {
			minor = short(strings.TrimPrefix(version, "v"))
		}
	}
	return minor
}
