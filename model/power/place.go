package power

import (
	"net/netip"

	"timebound/model"
)

// Place says where an address is, as seen from the cluster.
type Place uint8

// The places.
const (
	PlaceUnknown Place = iota // it cannot be told
	PlaceInside
	PlaceOutside
)

// Networks are what the user says of his networks. The zero value says nothing.
type Networks struct {
	Inside  []netip.Prefix // of pods, nodes, and what carries their requests on
	Outside []netip.Prefix // where no pod or node is
}

// PlaceOf says where an address is, or a network ("198.51.100.0/24"). What the
// user said counts, Inside before Outside; beyond that only a public address is
// called outside, for who has a private one nobody can tell. A public one is no
// proof either: nodes may have them, or leave through a gateway that does. Such
// belong into Inside.
func (n Networks) PlaceOf(address string) Place {
	whole, ok := network(address)
	switch {
	case !ok:
		return PlaceUnknown
	case within(whole, n.Inside):
		return PlaceInside
	case within(whole, n.Outside):
		return PlaceOutside
	}
	for _, p := range notPublic {
		if p.Overlaps(whole) {
			return PlaceUnknown
		}
	}
	return PlaceOutside
}

// network reads an address as a network of one.
func network(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), true
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, false
	}
	a = a.Unmap().WithZone("")
	return netip.PrefixFrom(a, a.BitLen()), true
}

func within(part netip.Prefix, networks []netip.Prefix) bool {
	for _, p := range networks {
		if p.Bits() <= part.Bits() && p.Contains(part.Addr()) {
			return true
		}
	}
	return false
}

// notPublic are the addresses that do not tell where somebody is (IANA's
// registries of special-purpose addresses). Clusters use some of them for pods
// beside the private ones: shared address space, benchmarking, class E.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("224.0.0.0/3"), // multicast and class E
	netip.MustParsePrefix("::/96"),       // unspecified, loopback
	netip.MustParsePrefix("::ffff:0:0/96"),
	netip.MustParsePrefix("64:ff9b::/96"), // translated from IPv4
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("fc00::/7"),
	netip.MustParsePrefix("fe80::/10"),
	netip.MustParsePrefix("ff00::/8"),
}

// outsiders counts the callers at outside addresses, and names the busiest of
// these. Where the cluster's own addresses are known to be all there is, nobody
// is outside.
func (n Networks) outsiders(f *model.Finding, use *model.TokenUse) (count int, busiest string) {
	if f.From == model.FromInside {
		return 0, ""
	}
	for i := range use.Callers {
		if n.PlaceOf(use.Callers[i].Address) != PlaceOutside {
			continue
		}
		if count++; count == 1 {
			busiest = use.Callers[i].Address
		}
	}
	return count, busiest
}
