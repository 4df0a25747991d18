package model

import "net/netip"

// Whereabouts says where a token's callers are, by the addresses that the
// cluster's pods and nodes have now. Pods come and go: an address that nobody has
// now may have been a pod's.
type Whereabouts uint8

// The whereabouts.
const (
	FromUnknown   Whereabouts = iota // no caller is known, or not by a single address
	FromInside                       // every address is a pod's or a node's
	FromElsewhere                    // no address is
	FromBoth                         // some are
	WhereaboutsN  = int(FromBoth) + 1
)

var whereaboutsWords = [WhereaboutsN]string{
	FromUnknown: "unknown", FromInside: "inside", FromElsewhere: "outside", FromBoth: "both",
}

// String gives the word people read and queries use.
func (w Whereabouts) String() string { return whereaboutsWords[w] }

// addresses knows who has an address now.
type addresses struct {
	pods  map[netip.Addr]*Workload
	nodes map[netip.Addr]bool
}

func addressesOf(inv *Inventory) addresses {
	a := addresses{map[netip.Addr]*Workload{}, map[netip.Addr]bool{}}
	for _, w := range inv.Workloads {
		if w.Address == "" || w.State != WorkloadActive {
			continue
		}
		if addr, err := netip.ParseAddr(w.Address); err == nil {
			a.pods[addr.Unmap()] = w
		}
	}
	for _, n := range inv.Nodes {
		for _, text := range n.Addresses {
			if addr, err := netip.ParseAddr(text); err == nil {
				a.nodes[addr.Unmap()] = true
			}
		}
	}
	return a
}

// of says where callers are, and which pod it is if it is one alone.
func (a addresses) of(callers []Caller) (from Whereabouts, only *Workload) {
	inside, elsewhere := false, false
	pods := map[*Workload]bool{}
	for i := range callers {
		addr, err := netip.ParseAddr(callers[i].Address)
		if err != nil {
			return FromUnknown, nil // a network, or nothing
		}
		addr = addr.Unmap()
		pod := a.pods[addr]
		switch {
		case pod != nil:
			inside, pods[pod] = true, true
		case a.nodes[addr] || addr.IsLoopback():
			inside, pods[nil] = true, true
		default:
			elsewhere = true
		}
	}
	switch {
	case inside && elsewhere:
		return FromBoth, nil
	case elsewhere:
		return FromElsewhere, nil
	case !inside:
		return FromUnknown, nil
	}
	for pod := range pods {
		if len(pods) == 1 {
			only = pod
		}
	}
	return FromInside, only
}
