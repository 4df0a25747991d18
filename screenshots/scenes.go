package main

import "timebound/model"

// scene is what somebody does before the picture is taken.
type scene struct {
	name          string
	width, height int
	light         bool
	noColor       bool
	loading       bool // the picture is taken in the first second
	logs          bool // audit logs were read
	// keys are pressed one after the other: names of keys, or text to type.
	keys []string
}

// The sizes of the pictures, in cells.
const (
	wide, high   = 120, 36
	small, short = 80, 24
	huge, tall   = 200, 60
)

var scenes = []scene{
	{name: "overview", width: wide, height: high, keys: keys("1")},
	{name: "loading", width: wide, height: high, loading: true, keys: keys("1")},
	{name: "tokens", width: wide, height: high, keys: keys("2", "/", "ns:payments", "enter", "jjj", "space", "jjj", "space", "jj", "space", "jjj")},
	{name: "accounts", width: wide, height: high, keys: keys("3", "/", "ns:payments", "enter", "jj")},
	{name: "workloads", width: wide, height: high, keys: keys("4", "/", "ns:payments", "enter", "jj")},
	{name: "cluster", width: wide, height: high, keys: keys("5")},
	{name: "filter", width: wide, height: high, keys: keys("2", "/", "verdict:idle export")},
	{name: "details", width: wide, height: high, keys: keys("2", "/", "legacy-app-token", "enter", "enter")},
	{name: "account-details", width: wide, height: high, keys: keys("3", "/", "ns:payments deployer", "enter", "enter")},
	{name: "problems", width: wide, height: high, keys: keys("2", "!")},
	{name: "help", width: wide, height: high, keys: keys("2", "?")},
	{name: "tokens-light", width: wide, height: high, light: true, keys: keys("2", "/", "ns:legacy*", "enter", "jjjjj")},
	{name: "overview-200x60", width: huge, height: tall, keys: keys("1")},
	{name: "overview-80x24", width: small, height: short, keys: keys("1")},
	{name: "tokens-80x24", width: small, height: short, keys: keys("2", "j")},
	{name: "plan", width: wide, height: high, keys: keys("6", "jjjjjjjjjj")},
	{name: "plan-80x24", width: small, height: short, keys: keys("6", "l")},
	{name: "plan-forecast", width: wide, height: high, keys: keys("6", "f", "jjj")},
	{name: "plan-impact", width: wide, height: high, keys: keys("6", "x")},
	{name: "plan-light", width: wide, height: high, light: true, keys: keys("6", "l", "jj")},
	{name: "staged", width: wide, height: high, keys: staging(few, "jj")},
	{name: "review", width: wide, height: high, keys: staging(few, "v", "g")},
	{name: "review-light", width: small, height: short, light: true, keys: staging(few, "v", "g")},
	{name: "confirm", width: wide, height: high, keys: staging(few, "v", "enter", "de")},
	{name: "run", width: wide, height: high, keys: staging(many, "v", "enter", "demo", "enter")},
	{name: "users", width: wide, height: high, logs: true, keys: keys("2", "/", "ns:ci verdict:in-use", "enter", "jjjjj")},
	{name: "users-details", width: wide, height: high, logs: true, keys: keys("2", "/", "release-bot", "enter", "enter")},
	{name: "overview-logs", width: huge, height: tall, light: true, logs: true, keys: keys("1")},
	{name: "stale", width: wide, height: high, logs: true, keys: keys("3", "/", "ns:checkout cart", "enter", "enter")},
	{name: "overview-no-color", width: wide, height: high, noColor: true, keys: keys("1")},
}

// staging stages tokens to switch off, those that the query finds, tokens to
// delete that were switched off long enough, and workloads to project.
func staging(query string, more ...string) []string {
	return append([]string{
		"2", "/", query, "enter", "*", "i", wait, "esc", "esc",
		"/", "ns:checkout verdict:invalidated", "enter", "*", "d",
		"4", "/", "ns:payments kind:deployment", "enter", "j", "p", wait, "jjj", "p", wait,
		"7",
	}, more...)
}

// The tokens to switch off: few, so that the review shows more than these, or many.
const (
	few  = "ns:legacy-crm verdict:idle"
	many = "ns:payments,legacy-* verdict:idle"
)

// snapshot is what the dashboard is given.
func (s scene) snapshot(c *cluster) model.Snapshot {
	switch {
	case s.loading:
		return c.firstSecond()
	case s.logs:
		return c.withLogs()
	}
	return c.snapshot
}

func keys(names ...string) []string { return names }
