package main

// scene is what somebody does before the picture is taken.
type scene struct {
	name          string
	width, height int
	light         bool
	noColor       bool
	// keys are pressed one after the other: names of keys, or text to type.
	keys []string
}

// The sizes of the pictures, in cells.
const (
	wide, high   = 120, 36
	small, short = 80, 24
)

var scenes = []scene{
	{name: "overview", width: wide, height: high, keys: keys("1")},
	{name: "tokens", width: wide, height: high, keys: keys("2", "/", "ns:payments", "enter", "jjj", "space", "jjj", "space", "jj", "space", "jjj")},
	{name: "accounts", width: wide, height: high, keys: keys("3", "/", "ns:payments", "enter", "jj")},
	{name: "workloads", width: wide, height: high, keys: keys("4", "/", "ns:payments", "enter", "jj")},
	{name: "cluster", width: wide, height: high, keys: keys("5")},
	{name: "filter", width: wide, height: high, keys: keys("2", "/", "verdict:idle export")},
	{name: "details", width: wide, height: high, keys: keys("2", "/", "legacy-app-token", "enter", "enter")},
	{name: "help", width: wide, height: high, keys: keys("2", "?")},
	{name: "tokens-light", width: wide, height: high, light: true, keys: keys("2", "/", "ns:legacy*", "enter", "jjjjj")},
	{name: "overview-80x24", width: small, height: short, keys: keys("1")},
	{name: "tokens-80x24", width: small, height: short, keys: keys("2", "j")},
	{name: "overview-no-color", width: wide, height: high, noColor: true, keys: keys("1")},
}

func keys(names ...string) []string { return names }
