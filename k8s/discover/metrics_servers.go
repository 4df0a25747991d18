package discover

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"sync"

	"timebound/model"
)

// maxServers bounds how many API servers are asked one by one.
const maxServers = 9

// The objects in which API servers write down their own addresses
// (k8s.io/kubernetes pkg/controlplane/reconcilers). The second is for those
// who may not read the first.
const (
	slicePath     = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes"
	endpointsPath = "/api/v1/namespaces/default/endpoints/kubernetes"
)

// serversAnswer is what API servers said that were asked one by one.
type serversAnswer struct {
	endpoints []string // address and port, in order
	readings  map[string]metricsAnswer
	missing   []model.MissingServer
	why       string // why nobody was asked; "" otherwise
}

// askServers asks every API server for its metrics. Whoever cannot be asked is
// named: from outside of the cluster's network that is normal, and no problem.
func (c Client) askServers(ctx context.Context) serversAnswer {
	if c.Direct == nil {
		return serversAnswer{why: c.NotDirect}
	}
	var result serversAnswer
	if result.endpoints, result.why = c.askEndpoints(ctx); len(result.endpoints) < 2 {
		// The one endpoint is what stands behind the address.
		return result
	}
	result.readings = map[string]metricsAnswer{}
	var lock sync.Mutex
	var all sync.WaitGroup
	for i, server := range result.endpoints {
		if i >= maxServers {
			result.missing = append(result.missing, model.MissingServer{Server: server, Why: fmt.Sprintf("only %d are asked", maxServers)})
			continue
		}
		all.Go(func() {
			m, err := c.askMetricsAt(ctx, server)
			lock.Lock()
			defer lock.Unlock()
			if err != nil {
				result.missing = append(result.missing, model.MissingServer{Server: server, Why: whyNotDirect(err)})
				return
			}
			result.readings[server] = m
		})
	}
	all.Wait()
	slices.SortFunc(result.missing, func(a, b model.MissingServer) int {
		return slices.Index(result.endpoints, a.Server) - slices.Index(result.endpoints, b.Server)
	})
	return result
}

// askEndpoints gives the addresses of the API servers, or why they are not
// known.
func (c Client) askEndpoints(ctx context.Context) ([]string, string) {
	var slice struct {
		Endpoints []struct{ Addresses []string }
		Ports     []endpointPort
	}
	err := c.decode(ctx, slicePath, &slice)
	if err == nil {
		var addresses []string
		for _, e := range slice.Endpoints {
			addresses = append(addresses, e.Addresses...)
		}
		return c.serverAddresses(nil, addresses, slice.Ports), ""
	}
	var old struct {
		Subsets []struct {
			Addresses []struct{ IP string }
			Ports     []endpointPort
		}
	}
	if c.decode(ctx, endpointsPath, &old) == nil {
		var servers []string
		for _, s := range old.Subsets {
			var addresses []string
			for _, a := range s.Addresses {
				addresses = append(addresses, a.IP)
			}
			servers = c.serverAddresses(servers, addresses, s.Ports)
		}
		return servers, ""
	}
	if answered(err, http.StatusForbidden) {
		return nil, "which API servers there are is forbidden to read, needs get on endpointslices.discovery.k8s.io/kubernetes in default"
	}
	return nil, "which API servers there are could not be read: " + short(bare(err).Error())
}

type endpointPort struct {
	Name string
	Port int
}

// decode reads an object.
func (c Client) decode(ctx context.Context, path string, into any) error {
	body, err := c.body(ctx, ask{path: path, accept: acceptJSON})
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return malformed("the answer is no object (%s)", short(err.Error()))
	}
	return nil
}

// serverAddresses adds addresses with their port, in order and each once. Those
// that cannot be another machine's are left out: nobody but a forger writes
// them there.
func (c Client) serverAddresses(servers, addresses []string, ports []endpointPort) []string {
	at := slices.IndexFunc(ports, func(p endpointPort) bool { return p.Name == "https" })
	if at < 0 {
		return servers
	}
	port := ports[at].Port
	for _, text := range addresses {
		ip, err := netip.ParseAddr(text)
		if err != nil || port < 1 || port > 65535 || ip.Zone() != "" || !c.far(ip.Unmap()) {
			continue
		}
		server := net.JoinHostPort(ip.Unmap().String(), strconv.Itoa(port))
		if at, found := slices.BinarySearch(servers, server); !found {
			servers = slices.Insert(servers, at, server)
		}
	}
	return servers
}

func (c Client) far(ip netip.Addr) bool {
	return ip.IsGlobalUnicast() || ip.IsLoopback() && c.loopback
}

// counters puts together what was read of each server and behind the address.
func (s serversAnswer) counters(behind metricsAnswer) model.Counters {
	all := model.Counters{Endpoints: len(s.endpoints), Missing: s.missing, Why: s.why}
	known := false // who answered at the address is among the others
	for _, server := range s.endpoints {
		if m, ok := s.readings[server]; ok {
			all.Servers = append(all.Servers, m.reading(server))
			// A process is told by its start. Where it is not said, the one behind the
			// address may be anybody, and is left out rather than counted twice.
			known = known || behind.started.IsZero() || m.started.IsZero() || m.started.Equal(behind.started)
		}
	}
	if behind.counts() && !known {
		all.Servers = append([]model.ServerCounters{behind.reading("")}, all.Servers...)
	}
	switch {
	case all.Why != "" || len(s.readings) > 0:
	case len(s.endpoints) == 0:
		all.Why = "the cluster names no addresses of API servers"
	case len(s.endpoints) == 1:
		all.Why = "the cluster names one address; several API servers may stand behind it"
	default:
		all.Why = "no API server could be asked by itself: " + s.missing[0].Why
	}
	return all
}

// versions adds the versions of those that were asked by themselves.
func (s serversAnswer) versions(servers []model.ServerVersion) []model.ServerVersion {
	for _, server := range s.endpoints {
		if m, ok := s.readings[server]; ok {
			servers = withAnswer(servers, m.build)
		}
	}
	return servers
}
