package scenarios

import (
	"strings"
	"time"

	"timebound/e2e/controlplane"
	"timebound/plan"
)

// setup is one way to set a control plane up. The same four are gone through on
// every version, from nothing to what the gradual policy asks for last.
type setup struct {
	name      string
	apiServer []string
	// Of kube-controller-manager.
	controllers   []string
	noCleaner     bool
	cleanerPeriod time.Duration

	// granted is the life of a token that is asked for with ten years, podToken
	// that of one which a kubelet asks for.
	granted, podToken time.Duration
	// generates and cleans say what kube-controller-manager really does.
	generates, cleans bool
}

// apply sets a control plane up.
func (u setup) apply(o *controlplane.Options) {
	o.APIServerArgs, o.ControllerManagerArgs = u.apiServer, u.controllers
	o.NoCleaner, o.CleanerPeriod = u.noCleaner, u.cleanerPeriod
}

// slug is its name in names of objects.
func (u setup) slug() string { return strings.ReplaceAll(u.name, " ", "-") }

const (
	// tenYears is longer than any maximum here.
	tenYears = 87600 * time.Hour
	month    = 720 * time.Hour
	// extended is how long a pod's token lives with extension on
	// (k8s.io/kubernetes pkg/serviceaccount/claims.go).
	extended = 365 * 24 * time.Hour
	// asked is what kubelets ask for: 3607 seconds.
	asked = time.Hour + 7*time.Second
)

// tokenIDs is a gate that every version from 1.30 on takes.
const tokenIDs = "ServiceAccountTokenJTI"

// setups are the four ways, with the gates that a minor knows set wrong first
// and right then.
func setups(minor int) []setup {
	all := []setup{
		{name: "nothing set", apiServer: []string{"--service-account-lookup=false"}, granted: tenYears, podToken: extended},
		{name: "a month", apiServer: []string{"--service-account-max-token-expiration=720h"}, granted: month, podToken: extended},
		// Below 3607 seconds nothing is extended, though extension is on.
		{name: "an hour", apiServer: []string{"--service-account-max-token-expiration=1h"}, granted: time.Hour, podToken: time.Hour},
		{
			name:      "as the policy asks",
			apiServer: []string{"--service-account-max-token-expiration=3600s", "--service-account-extend-token-expiration=false"},
			granted:   time.Hour, podToken: time.Hour,
		},
	}
	for i := range all {
		u, wrong := &all[i], i == 0
		switch {
		case minor <= 26:
			// Given to kube-controller-manager alone, as it is the one that reads it.
			u.controllers, u.generates = gate(autoGenerationOff, !wrong), wrong
			if minor == 26 {
				u.apiServer = append(u.apiServer, gate(tracking, !wrong)...)
			}
		case minor == 28 && wrong:
			u.controllers = gate(cleanUp, false)
		case minor == 28 && i == 1: // as it comes
		case minor == 28:
			u.cleanerPeriod, u.cleans = 8760*time.Hour, true
		case wrong:
			u.noCleaner = true
		case i == 1:
			// The first mention of a controller decides, and the usual list
			// names the cleaner.
			u.controllers, u.cleans = []string{"--controllers=-legacy-service-account-token-cleaner"}, true
			u.apiServer = append(u.apiServer, gate(tokenIDs, true)...)
		default:
			u.cleans = true
		}
	}
	return all
}

func gate(name string, on bool) []string {
	if on {
		return []string{"--feature-gates=" + name + "=true"}
	}
	return []string{"--feature-gates=" + name + "=false"}
}

// standing is how one step must stand for each way of looking at each setup; ""
// is not asked.
type standing struct {
	id string
	// Of "nothing set", without any static pod to read flags from: by somebody
	// who may read objects only, and by an administrator, who sees /metrics and
	// /flagz too.
	objects, outside plan.State
	// With static pods, one for each setup.
	seen [4]plan.State
}

// The states, short enough for a table.
const (
	done    = plan.Done
	todo    = plan.ToDo
	overdue = plan.Overdue
	blocked = plan.Blocked
	tell    = plan.CannotTell
	na      = plan.NotApplicable
)

func always(s plan.State) [4]plan.State { return [4]plan.State{s, s, s, s} }

// standings are what the gradual policy's plan must say on each minor: a year
// from 1.24 on, a month from 1.26, an hour without extension from 1.28.
var standings = map[int][]standing{
	24: {
		//      objects  outside  nothing set · a month · an hour · as the policy asks
		{"1.24/TB-205", blocked, blocked, always(blocked)},
		{"1.24/TB-211", tell, tell, [4]plan.State{todo, done, done, done}},
		{"1.24/TB-313", tell, tell, [4]plan.State{blocked, done, done, done}},
		{"1.24/TB-401", tell, tell, [4]plan.State{todo, done, done, done}},
		{"1.24/TB-402", na, na, always(na)}, // put up with
		{"1.24/TB-403", na, na, always(na)}, // put up with
		{"1.24/TB-501", done, done, always(done)},
		{"1.24/TB-503", tell, tell, [4]plan.State{todo, done, done, done}},
		{"1.26/TB-201", tell, tell, always(done)},
		{"1.26/TB-203", tell, tell, always(done)},
		{"1.26/TB-401", tell, tell, [4]plan.State{todo, done, done, done}},
		{"1.26/TB-403", tell, tell, [4]plan.State{todo, done, done, done}},
		{"1.26/TB-404", todo, todo, always(todo)}, // 1.24 has no such gate
		{"1.26/TB-501", todo, todo, always(todo)},
		{"1.27/TB-201", tell, tell, [4]plan.State{blocked, done, done, done}},
		{"1.28/TB-201", tell, tell, [4]plan.State{blocked, done, done, done}},
		{"1.28/TB-401", tell, tell, [4]plan.State{todo, todo, done, done}},
		{"1.28/TB-402", tell, tell, [4]plan.State{todo, todo, todo, done}},
		{"1.29/TB-201", tell, tell, always(blocked)}, // the name is gone
	},
	26: {
		{"1.24/TB-401", tell, tell, [4]plan.State{overdue, done, done, done}},
		{"1.24/TB-403", na, na, always(na)}, // put up with
		{"1.26/TB-205", tell, todo, [4]plan.State{todo, done, done, done}},
		{"1.26/TB-211", tell, tell, [4]plan.State{todo, done, done, done}},
		// Of what kube-controller-manager does, kube-apiserver's metrics say nothing.
		{"1.26/TB-313", tell, tell, [4]plan.State{blocked, done, done, done}},
		{"1.26/TB-401", tell, tell, [4]plan.State{todo, done, done, done}},
		{"1.26/TB-402", na, na, always(na)}, // put up with
		{"1.26/TB-403", tell, tell, [4]plan.State{todo, done, done, done}},
		{"1.26/TB-404", tell, todo, [4]plan.State{todo, done, done, done}},
		{"1.26/TB-501", done, done, always(done)},
		{"1.26/TB-502", tell, tell, [4]plan.State{tell, tell, done, done}}, // used once it is recorded
		{"1.26/TB-503", tell, tell, [4]plan.State{todo, done, done, done}},
		{"1.26/TB-505", tell, tell, always(tell)}, // no audit log is read
		{"1.27/TB-201", tell, tell, [4]plan.State{blocked, done, done, done}},
		{"1.27/TB-203", tell, tell, always(done)},
		{"1.28/TB-201", tell, tell, [4]plan.State{blocked, done, done, done}},
		{"1.28/TB-401", tell, tell, [4]plan.State{todo, todo, done, done}},
		{"1.28/TB-402", tell, tell, [4]plan.State{todo, todo, todo, done}},
		{"1.29/TB-201", tell, tell, always(blocked)}, // the names are gone
	},
	28: {
		{"1.24/TB-401", tell, tell, [4]plan.State{overdue, done, done, done}},
		{"1.26/TB-401", tell, tell, [4]plan.State{overdue, done, done, done}},
		{"1.26/TB-403", done, done, always(done)},
		{"1.26/TB-404", done, done, always(done)},
		// Without lookup nothing is recorded, whatever the configmap says.
		{"1.28/TB-205", tell, "", [4]plan.State{blocked, done, done, done}},
		{"1.28/TB-211", tell, tell, [4]plan.State{todo, done, done, done}},
		{"1.28/TB-401", tell, tell, [4]plan.State{todo, todo, done, done}},
		{"1.28/TB-402", tell, tell, [4]plan.State{todo, todo, todo, done}},
		{"1.28/TB-403", done, done, always(done)},
		{"1.28/TB-404", done, done, always(done)},
		{"1.28/TB-406", tell, tell, [4]plan.State{done, "", todo, todo}}, // there it deletes at once
		{"1.28/TB-501", done, done, always(done)},
		{"1.28/TB-502", tell, tell, [4]plan.State{tell, tell, done, done}}, // used once it is recorded
		{"1.28/TB-503", done, done, always(done)},
		{"1.28/TB-505", tell, tell, always(tell)}, // no audit log is read
		{"1.29/TB-201", tell, tell, always(done)},
		{"1.29/TB-203", tell, tell, always(done)},
		{"1.29/TB-506", todo, todo, always(todo)},
		{"1.30/TB-201", tell, tell, [4]plan.State{blocked, done, done, done}},
		// In 1.28 the gate is off by default, which keeps nothing from starting;
		// whether the cleaner then runs is a matter of --controllers.
		{"1.30/TB-405", tell, tell, [4]plan.State{blocked, todo, done, done}},
		{"1.37/TB-201", tell, tell, [4]plan.State{blocked, done, blocked, blocked}},
	},
	30: {
		{"1.24/TB-401", tell, tell, [4]plan.State{overdue, done, done, done}},
		{"1.26/TB-401", tell, tell, [4]plan.State{overdue, done, done, done}},
		{"1.28/TB-401", tell, tell, [4]plan.State{overdue, overdue, done, done}},
		{"1.28/TB-402", tell, tell, [4]plan.State{overdue, overdue, overdue, done}},
		{"1.30/TB-205", tell, "", [4]plan.State{blocked, done, done, done}},
		{"1.30/TB-211", tell, tell, [4]plan.State{todo, done, done, done}},
		{"1.30/TB-401", tell, tell, [4]plan.State{todo, todo, done, done}},
		{"1.30/TB-402", tell, tell, [4]plan.State{todo, todo, todo, done}},
		{"1.30/TB-403", done, done, always(done)},
		{"1.30/TB-404", done, done, always(done)},
		{"1.30/TB-405", tell, tell, [4]plan.State{todo, done, done, done}},
		{"1.30/TB-501", done, done, always(done)},
		{"1.30/TB-502", tell, tell, [4]plan.State{tell, tell, done, done}}, // used once it is recorded
		{"1.30/TB-503", done, done, always(done)},
		{"1.30/TB-505", tell, tell, always(tell)}, // no audit log is read
		{"1.30/TB-506", done, done, always(done)},
		{"1.37/TB-201", tell, tell, always(done)},
		{"1.37/TB-203", tell, tell, always(done)},
	},
	37: {
		{"1.24/TB-401", tell, overdue, [4]plan.State{overdue, done, done, done}},
		{"1.26/TB-401", tell, overdue, [4]plan.State{overdue, done, done, done}},
		{"1.28/TB-401", tell, overdue, [4]plan.State{overdue, overdue, done, done}},
		{"1.28/TB-402", tell, overdue, [4]plan.State{overdue, overdue, overdue, done}},
		{"1.37/TB-205", tell, blocked, [4]plan.State{blocked, done, done, done}},
		{"1.37/TB-211", tell, todo, [4]plan.State{todo, done, done, done}},
		{"1.37/TB-401", tell, todo, [4]plan.State{todo, todo, done, done}},
		{"1.37/TB-402", tell, todo, [4]plan.State{todo, todo, todo, done}},
		{"1.37/TB-403", done, done, always(done)},
		{"1.37/TB-404", done, done, always(done)},
		{"1.37/TB-405", tell, tell, [4]plan.State{todo, done, done, done}},
		{"1.37/TB-501", done, done, always(done)},
		{"1.37/TB-502", tell, tell, [4]plan.State{tell, tell, done, done}}, // used once it is recorded
		{"1.37/TB-503", done, done, always(done)},
		{"1.37/TB-505", tell, tell, always(tell)}, // no audit log is read
		{"1.37/TB-506", done, done, always(done)},
	},
}
