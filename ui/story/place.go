package story

import (
	"net/netip"
	"strings"

	"timebound/model"
)

// place is where an address is, by what has it now: a pod, a node, or nothing
// in this cluster. The zero place says that it cannot be told.
type place struct {
	text    string // "pod payments/app-0"
	short   string // the same where there is less room
	outside bool
}

// The places of addresses that nothing in the cluster has. Pods come and go: a
// private address may have been a pod's, and no more is claimed of it.
var (
	outside = place{text: "outside the cluster", short: "outside", outside: true}
	nobodys = place{text: "no pod or node has it now", short: "no pod or node has it now", outside: true}
)

// inCluster is the place of what the cluster knows by name.
func inCluster(text string) place { return place{text: text, short: text} }

// places tells where callers are, by address. One walk over the pods does for
// all of them: stories name a few callers, and a cluster may have many pods.
func (w *writer) places(callers []model.Caller) map[string]place {
	type asked struct {
		addr netip.Addr
		text string // as the log writes it
	}
	at := map[string]asked{} // by the usual way to write an address
	for i := range callers {
		if addr, err := netip.ParseAddr(callers[i].Address); err == nil {
			at[addr.Unmap().String()] = asked{addr.Unmap(), callers[i].Address}
		}
	}
	found := map[string]place{}
	note := func(text string, p place) {
		if a, ok := at[usual(text)]; ok && found[a.text].text == "" {
			found[a.text] = p
		}
	}
	if len(at) == 0 {
		return found
	}
	inv := w.a.Inventory
	for _, n := range inv.Nodes {
		for _, text := range n.Addresses {
			note(text, inCluster("node "+n.Name))
		}
	}
	for _, wl := range inv.Workloads {
		if wl.Address != "" && wl.State == model.WorkloadActive {
			note(wl.Address, inCluster("pod "+wl.Key.String()))
		}
	}
	for _, a := range at {
		switch {
		case found[a.text].text != "":
		case a.addr.IsLoopback():
			found[a.text] = inCluster("the API server's own node")
		case !placed(inv):
		case a.addr.IsPrivate() || a.addr.IsLinkLocalUnicast():
			found[a.text] = nobodys
		default:
			found[a.text] = outside
		}
	}
	return found
}

// usual gives the usual way to write an address. IPv4 has one only, so most need
// not be read.
func usual(text string) string {
	if !strings.Contains(text, ":") {
		return text
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return text
	}
	return addr.Unmap().String()
}

// placed says that pods and nodes were read, so that an address which none of
// them has says something.
func placed(inv *model.Inventory) bool {
	return inv.Coverage.Kinds[model.KindPods].State == model.CoverageComplete && inv.Coverage.Namespaces == nil && len(inv.Nodes) > 0
}
