package usage

import (
	"net/netip"
	"strings"

	"timebound/model"
)

// Grain is how finely callers are told apart.
type Grain uint8

// The grains, from fine to coarse. Whom one of them takes for the same, all
// coarser ones do: so a key can be made coarser without the event it came from.
const (
	GrainFull      Grain = iota // agent as sent, address, pod
	GrainProduct                // product of the agent without version, address, pod
	GrainNetwork                // product, network of 256 addresses (IPv6: /64)
	GrainWide                   // product, network of 65,536 addresses (IPv6: /48)
	GrainEverybody              // not at all
	grains         = int(GrainEverybody) + 1
)

// elsewhere is the network of what is not an address.
const elsewhere = "(other)"

// CallerKey tells callers apart at a grain.
type CallerKey struct {
	Agent   string
	Address string
	Pod     model.Key
}

// compare orders keys by agent, address, pod.
func (k CallerKey) compare(o CallerKey) int {
	if c := strings.Compare(k.Agent, o.Agent); c != 0 {
		return c
	}
	if c := strings.Compare(k.Address, o.Address); c != 0 {
		return c
	}
	return k.Pod.Compare(o.Pod)
}

// callerOf gives the key of whoever sent e. Its strings may be borrowed.
func (t *texts) callerOf(e *Event, g Grain) CallerKey {
	if g == GrainEverybody {
		return CallerKey{}
	}
	return t.coarser(CallerKey{t.fit(e.Agent), t.fit(e.Peer), t.fitKey(e.Pod)}, GrainFull, g)
}

// coarser gives k, a key of the grain from, as it is at the grain to.
func (t *texts) coarser(k CallerKey, from, to Grain) CallerKey {
	if from >= to {
		return k
	}
	if to == GrainEverybody {
		return CallerKey{}
	}
	if from < GrainProduct {
		k.Agent = product(k.Agent)
	}
	if to >= GrainNetwork {
		k.Address, k.Pod = t.network(k.Address, from, to), model.Key{}
	}
	return k
}

// product gives the name of the program in a User-Agent header: "kubectl" of
// "kubectl/v1.30.1 (linux/amd64) kubernetes/6911225".
func product(agent string) string {
	if i := strings.IndexAny(agent, "/ "); i >= 0 {
		return agent[:i]
	}
	return agent
}

// networkBits are the lengths of the prefixes of IPv4 and IPv6.
var networkBits = [grains][2]int{GrainNetwork: {24, 64}, GrainWide: {16, 48}}

// network gives the network of an address, or of a smaller network if that is
// what the grain from has.
func (t *texts) network(address string, from, to Grain) string {
	var addr netip.Addr
	if from < GrainNetwork {
		addr, _ = netip.ParseAddr(address)
	} else if prefix, err := netip.ParsePrefix(address); err == nil {
		addr = prefix.Addr()
	}
	addr = addr.Unmap().WithZone("")
	if !addr.IsValid() {
		return elsewhere
	}
	bits := networkBits[to][0]
	if addr.Is6() {
		bits = networkBits[to][1]
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return elsewhere
	}
	t.scratch = prefix.AppendTo(t.scratch[:0])
	return t.keepBytes(t.scratch)
}
