package demo_test

import (
	"testing"

	"timebound/k8s/demo"
	"timebound/k8s/demo/contract"
	"timebound/k8s/demo/world"
)

func start(t *testing.T, w *world.World) *demo.Server {
	t.Helper()
	s, err := demo.StartWith(w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// The demo world forbids something, so the contract's all-mighty user needs a
// world without that.
func mighty(t *testing.T) *demo.Server {
	t.Helper()
	w, err := world.Load()
	if err != nil {
		t.Fatal(err)
	}
	w.Forbidden = nil
	return start(t, w)
}

func TestTheDemoClusterBehavesLikeARealOne(t *testing.T) { contract.Run(t, mighty(t).REST()) }

func TestItsTokenControllerDoesToo(t *testing.T) { contract.RunController(t, mighty(t).REST()) }
