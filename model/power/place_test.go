package power

import (
	"net/netip"
	"testing"
)

func TestPlaces(t *testing.T) {
	said := Networks{
		Inside:  []netip.Prefix{netip.MustParsePrefix("203.0.113.7/32"), netip.MustParsePrefix("2001:db8:1::/48")},
		Outside: []netip.Prefix{netip.MustParsePrefix("10.9.0.0/16"), netip.MustParsePrefix("203.0.113.0/24")},
	}
	for _, c := range []struct {
		address       string
		nothing, said Place
	}{
		{"198.51.100.4", PlaceOutside, PlaceOutside},
		{"2001:db8:1::5", PlaceOutside, PlaceInside},
		{"2001:db8:2::5", PlaceOutside, PlaceOutside},
		{"203.0.113.7", PlaceOutside, PlaceInside}, // a gateway of the cluster's
		{"203.0.113.8", PlaceOutside, PlaceOutside},
		{"10.9.1.2", PlaceUnknown, PlaceOutside}, // the other data centre
		{"10.8.1.2", PlaceUnknown, PlaceUnknown},
		{"172.15.0.1", PlaceOutside, PlaceOutside},
		{"172.16.0.1", PlaceUnknown, PlaceUnknown},
		{"192.168.1.1", PlaceUnknown, PlaceUnknown},
		{"100.64.0.1", PlaceUnknown, PlaceUnknown},
		{"100.128.0.1", PlaceOutside, PlaceOutside},
		{"169.254.1.1", PlaceUnknown, PlaceUnknown},
		{"127.0.0.1", PlaceUnknown, PlaceUnknown},
		{"240.1.2.3", PlaceUnknown, PlaceUnknown}, // pods of some providers
		{"::1", PlaceUnknown, PlaceUnknown},
		{"fd00::1", PlaceUnknown, PlaceUnknown},
		{"fe80::1%eth0", PlaceUnknown, PlaceUnknown},
		{"::ffff:10.9.1.2", PlaceUnknown, PlaceOutside},
		{"::ffff:198.51.100.4", PlaceOutside, PlaceOutside},
		// Networks, where there were too many addresses.
		{"198.51.100.0/24", PlaceOutside, PlaceOutside},
		{"10.9.3.0/24", PlaceUnknown, PlaceOutside},
		{"10.0.0.0/8", PlaceUnknown, PlaceUnknown}, // more than what was said
		{"172.0.0.0/8", PlaceUnknown, PlaceUnknown},
		{"203.0.113.0/24", PlaceOutside, PlaceOutside},
		{"0.0.0.0/0", PlaceUnknown, PlaceUnknown},
		{"", PlaceUnknown, PlaceUnknown},
		{"gateway.example.com", PlaceUnknown, PlaceUnknown},
		{"198.51.100.4:443", PlaceUnknown, PlaceUnknown},
	} {
		if got := (Networks{}).PlaceOf(c.address); got != c.nothing {
			t.Errorf("%s is at %d, want %d", c.address, got, c.nothing)
		}
		if got := said.PlaceOf(c.address); got != c.said {
			t.Errorf("with what was said, %s is at %d, want %d", c.address, got, c.said)
		}
	}
}

// Whatever a log says for an address, it is looked at and no more.
func FuzzPlaceOf(f *testing.F) {
	for _, s := range []string{"198.51.100.4", "10.0.0.0/8", "::ffff:1.2.3.4/96", "fe80::1%eth0", "::/0", "1.2.3.4/99", ""} {
		f.Add(s)
	}
	n := Networks{Inside: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), {}}}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := netip.ParseAddr(s)
		if place := n.PlaceOf(s); err == nil && a.Unmap().IsPrivate() && place == PlaceOutside {
			t.Errorf("%s is private and called outside", s)
		}
	})
}
