package controlplane

import (
	"path/filepath"
	"testing"
)

func TestUsersKeepTheirTokens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens.csv")
	first, err := prepareUsers(path, []string{Admin, "alice"})
	if err != nil {
		t.Fatal(err)
	}
	second, err := prepareUsers(path, []string{Admin, "bob"})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{Admin, "alice"} {
		if first[name] == "" || first[name] != second[name] {
			t.Errorf("token of %s was %q and became %q", name, first[name], second[name])
		}
	}
	if second["bob"] == "" {
		t.Error("the new user has no token")
	}
}

func TestUserNamesAreHarmless(t *testing.T) {
	for _, name := range []string{"", "../x", "a,b", `a"b`, "A", "-a"} {
		if _, err := (Options{Users: []string{name}}).withDefaults(); err == nil {
			t.Errorf("user %q was accepted", name)
		}
	}
}
