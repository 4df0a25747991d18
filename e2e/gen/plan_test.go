package gen

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/validation"
)

func draw(size Size, seed uint64) *plan {
	today := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	return newPlan(size, rand.New(rand.NewPCG(seed, 0)), today)
}

func TestPlanIsRepeatable(t *testing.T) {
	size := Size{Namespaces: 3, Accounts: 50, Tokens: 60, Pods: 40}
	if !reflect.DeepEqual(draw(size, 1), draw(size, 1)) {
		t.Error("the same seed gave two clusters")
	}
	if reflect.DeepEqual(draw(size, 1), draw(size, 2)) {
		t.Error("two seeds gave the same cluster")
	}
}

func TestPlanNamesAreValidAndUnique(t *testing.T) {
	p := draw(Large(), 1)
	seen := map[string]bool{}
	check := func(kind, namespace, name string) {
		if wrong := validation.IsDNS1123Label(name); len(wrong) > 0 {
			t.Errorf("%s %q: %v", kind, name, wrong)
		}
		key := kind + " " + namespace + "/" + name
		if seen[key] {
			t.Errorf("%s twice", key)
		}
		seen[key] = true
	}
	for _, name := range p.namespaces {
		check("namespace", "", name)
	}
	for _, a := range p.accounts {
		check("account", a.namespace, a.name)
	}
	for _, token := range p.tokens {
		check("secret", p.accounts[token.account].namespace, token.name)
	}
	for _, o := range p.pods {
		check("pod", p.accounts[o.account].namespace, o.name)
	}
}

// Every kind of token that Timebound tells apart must occur, and none may be
// nearly all there is.
func TestPlanIsVaried(t *testing.T) {
	p := draw(Large(), 1)
	counts := map[string]int{}
	for _, token := range p.tokens {
		for trait, has := range map[string]bool{
			"listed": token.listed, "manual": !token.listed, "mounted": token.mounted,
			"used": token.used != "", "unused": token.used == "", "invalidated": token.invalid != "",
		} {
			if has {
				counts[trait]++
			}
		}
	}
	for _, trait := range []string{"listed", "manual", "mounted", "used", "unused", "invalidated"} {
		if share := float64(counts[trait]) / float64(len(p.tokens)); share < 0.01 || share > 0.9 {
			t.Errorf("%s: %.1f %% of the tokens", trait, 100*share)
		}
	}
}

func TestPodsReachOnlyForTheirAccountsTokens(t *testing.T) {
	p := draw(Size{Namespaces: 5, Accounts: 100, Tokens: 120, Pods: 2000}, 7)
	reached := 0
	for _, o := range p.pods {
		if o.reach == byNothing {
			continue
		}
		reached++
		if owner := p.tokens[o.token].account; owner != o.account {
			t.Errorf("pod %s of account %d reaches for a token of account %d", o.name, o.account, owner)
		}
	}
	if reached == 0 {
		t.Error("no pod reaches for a token")
	}
}
