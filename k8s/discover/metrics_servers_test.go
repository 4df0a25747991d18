package discover

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"timebound/k8s/demo"
	"timebound/model"
)

// authority signs certificates of API servers.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := authority{t: t, key: key, cert: &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "kubernetes"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}}
	a.cert = a.sign(a.cert, &key.PublicKey)
	return a
}

func (a authority) sign(template *x509.Certificate, public *ecdsa.PublicKey) *x509.Certificate {
	a.t.Helper()
	parent := a.cert
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert
}

func (a authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// serve starts an API server on this machine whose certificate holds the
// names, beside 127.0.0.1.
func (a authority) serve(handler http.Handler, names ...string) *httptest.Server {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	leaf := a.sign(&x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "kube-apiserver"}, DNSNames: names, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}, &key.PublicKey)
	s := httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Raw}, PrivateKey: key}}}
	s.StartTLS()
	a.t.Cleanup(s.Close)
	return s
}

func (a authority) client(s *httptest.Server) Client {
	a.t.Helper()
	client, err := NewClient(&rest.Config{Host: s.URL, BearerToken: "secret", TLSClientConfig: rest.TLSClientConfig{CAData: a.pem()}}, know)
	if err != nil {
		a.t.Fatal(err)
	}
	client.loopback = true
	return client
}

// endpointsOf is the object that names the servers.
func endpointsOf(servers ...*httptest.Server) http.HandlerFunc {
	var subsets []string
	for _, s := range servers {
		subsets = append(subsets, fmt.Sprintf(`{"addresses":[{"ip":"127.0.0.1"}],"ports":[{"name":"https","port":%s}]}`, portOf(s)))
	}
	return text(`{"kind":"Endpoints","subsets":[` + strings.Join(subsets, ",") + `]}`)
}

func portOf(s *httptest.Server) string {
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	return port
}

// counting is an API server's /metrics.
func counting(git string, started, legacy int) string {
	return metricsOf(git) + "serviceaccount_legacy_tokens_total " + strconv.Itoa(legacy) + "\nprocess_start_time_seconds " + strconv.Itoa(started) + ".25\n"
}

func TestEveryServerIsAskedByItself(t *testing.T) {
	ca := newAuthority(t)
	w := plain("v1.30.14")
	w["/metrics"] = text(counting("v1.30.14", 1700000001, 10))
	first := ca.serve(w, serviceName)
	second := ca.serve(world{"/metrics": func(rw http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" {
			t.Error("asked without credentials")
		}
		text(counting("v1.28.15", 1700000002, 20))(rw, r)
	}}, serviceName)
	w[endpointsPath] = endpointsOf(first, second)

	c, problems := Cluster(t.Context(), ca.client(first), "")

	wantProblems(t, problems)
	got := c.Counters
	if got.Endpoints != 2 || len(got.Servers) != 2 || len(got.Missing) != 0 || got.Why != "" {
		t.Fatalf("%+v", got)
	}
	for _, s := range got.Servers {
		want := map[string]int64{portOf(first): 10, portOf(second): 20}
		_, port, _ := net.SplitHostPort(s.Server)
		if s.Tokens.Legacy.Value != want[port] || s.Started.Nanosecond() != 250000000 || s.Read.IsZero() || s.Tokens.Refused.Known != (s.Version.Minor == 30) {
			t.Errorf("%+v", s)
		}
	}
	if !slices.IsSortedFunc(got.Servers, func(a, b model.ServerCounters) int { return strings.Compare(a.Server, b.Server) }) {
		t.Errorf("out of order: %+v", got.Servers)
	}
	if oldest, _ := c.Oldest(); oldest.Git != "v1.28.15" {
		t.Errorf("the older server was not seen: %+v", c.Servers)
	}
}

func TestCredentialsGoToProvenServersAlone(t *testing.T) {
	ca, other := newAuthority(t), newAuthority(t)
	var asked atomic.Int32
	thief := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	w := plain("v1.30.14")
	w["/metrics"] = text(counting("v1.30.14", 1700000001, 10))
	first := ca.serve(w, serviceName)
	kubelet, stranger := ca.serve(thief, "node-1"), other.serve(thief, serviceName)
	w[endpointsPath] = endpointsOf(kubelet, stranger)

	c, problems := Cluster(t.Context(), ca.client(first), "")

	wantProblems(t, problems)
	if asked.Load() > 0 {
		t.Error("a server that is none of the cluster's was asked")
	}
	got := c.Counters
	why := map[string]string{portOf(kubelet): "not for kubernetes.default.svc", portOf(stranger): "of another authority"}
	if len(got.Missing) != 2 {
		t.Fatalf("%+v", got)
	}
	for _, m := range got.Missing {
		_, port, _ := net.SplitHostPort(m.Server)
		if !strings.Contains(m.Why, why[port]) {
			t.Errorf("%+v", m)
		}
	}
	// What answers at the address is read all the same.
	if len(got.Servers) != 1 || got.Servers[0].Server != "" || got.Servers[0].Tokens.Legacy.Value != 10 || !strings.Contains(got.Why, "no API server could be asked") {
		t.Errorf("%+v", got)
	}
}

func TestServersThatDoNotAnswerAreNamed(t *testing.T) {
	ca := newAuthority(t)
	w := plain("v1.30.14")
	w["/metrics"] = text(counting("v1.30.14", 1700000001, 10))
	first := ca.serve(w, serviceName)
	second := ca.serve(world{"/metrics": text(counting("v1.30.14", 1700000002, 20))}, serviceName)
	silent := ca.serve(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), serviceName)
	forbidden := ca.serve(world{"/metrics": status(http.StatusForbidden, "Forbidden")}, serviceName)
	moved := ca.serve(http.RedirectHandler(second.URL+"/metrics", http.StatusFound), serviceName)
	empty := ca.serve(world{"/metrics": text("hello\n")}, serviceName)
	w[endpointsPath] = endpointsOf(second, silent, forbidden, moved, empty)

	var c model.Cluster
	within(t, directWait+2*time.Second, func() { c, _ = Cluster(t.Context(), ca.client(first), "") })

	why := map[string]string{portOf(silent): "no answer within 2s", portOf(forbidden): "forbidden, needs get on /metrics",
		portOf(moved): "302", portOf(empty): "no metrics of kube-apiserver"}
	if len(c.Counters.Missing) != len(why) || c.Counters.Endpoints != 5 || c.Counters.Why != "" {
		t.Fatalf("%+v", c.Counters)
	}
	for _, m := range c.Counters.Missing {
		_, port, _ := net.SplitHostPort(m.Server)
		if !strings.Contains(m.Why, why[port]) {
			t.Errorf("%+v, want %q", m, why[port])
		}
	}
	// The one behind the address is one more than those that were asked.
	if total := c.Counters.Total(); len(c.Counters.Servers) != 2 || total.Legacy.Value != 30 {
		t.Errorf("%+v", c.Counters.Servers)
	}
}

func TestWhoIsBehindTheAddressIsNotCountedTwice(t *testing.T) {
	start := time.Unix(1700000000, 0)
	one := metricsAnswer{tokens: model.TokenCounters{Legacy: model.Counter{Known: true, Value: 5}}, started: start}
	s := serversAnswer{endpoints: []string{"a:1", "b:1"}, readings: map[string]metricsAnswer{"a:1": one}}
	unsaid := one
	unsaid.started = time.Time{}
	another := one
	another.started = start.Add(time.Second)
	for name, c := range map[string]struct {
		behind metricsAnswer
		want   int
	}{
		"the same": {one, 1}, "another": {another, 2}, "not said": {unsaid, 1}, "none": {metricsAnswer{}, 1},
	} {
		if got := s.counters(c.behind); len(got.Servers) != c.want {
			t.Errorf("%s: %+v", name, got.Servers)
		}
	}
}

func TestNobodyElseIsAsked(t *testing.T) {
	ca := newAuthority(t)
	trusted := rest.TLSClientConfig{CAData: ca.pem()}
	for why, cfg := range map[string]*rest.Config{
		"without TLS":               {Host: "http://10.0.0.1"},
		"certificates are not":      {Host: "https://10.0.0.1", TLSClientConfig: rest.TLSClientConfig{Insecure: true}},
		"names no certificate":      {Host: "https://10.0.0.1"},
		"through a gateway":         {Host: "https://rancher.example/k8s/clusters/c-1", TLSClientConfig: trusted},
		"leads to one address only": {Host: "https://10.0.0.1", Transport: http.DefaultTransport},
	} {
		client, err := NewClient(cfg, know)
		if err != nil || client.Direct != nil || !strings.Contains(client.NotDirect, why) {
			t.Errorf("%s: %v, %q, %v", why, client.Direct, client.NotDirect, err)
		}
		if got := client.askServers(t.Context()).counters(metricsAnswer{}); got.Why != client.NotDirect {
			t.Errorf("%s: %+v", why, got)
		}
	}
	if client, err := NewClient(&rest.Config{Host: "https://10.0.0.1", TLSClientConfig: trusted}, know); err != nil || client.Direct == nil {
		t.Errorf("%q, %v", client.NotDirect, err)
	}
}

func TestEndpointsThatCannotBeRead(t *testing.T) {
	ca := newAuthority(t)
	for name, c := range map[string]struct {
		slice, endpoints http.HandlerFunc
		want             string
	}{
		"forbidden": {status(http.StatusForbidden, "Forbidden"), status(http.StatusForbidden, "Forbidden"), "needs get on endpointslices"},
		"broken":    {text(`{"endpoints":7}`), text("<html>"), "could not be read: the answer is no object"},
		"one": {text(`{"endpoints":[{"addresses":["127.0.0.1"]}],"ports":[{"name":"https","port":6443}]}`), nil,
			"the cluster names one address"},
		"none": {text(`{}`), nil, "names no addresses"},
	} {
		w := plain("v1.30.14")
		w[slicePath] = c.slice
		if c.endpoints != nil {
			w[endpointsPath] = c.endpoints
		}
		got, _ := Cluster(t.Context(), ca.client(ca.serve(w, serviceName)), "")
		if !strings.Contains(got.Counters.Why, c.want) || len(got.Counters.Servers) != 1 || got.Counters.Servers[0].Server != "" {
			t.Errorf("%s: %+v", name, got.Counters)
		}
	}
}

func TestServerAddresses(t *testing.T) {
	https := []endpointPort{{"metrics", 1}, {"https", 6443}}
	var many []string
	for i := range 50 {
		many = append(many, fmt.Sprintf("10.0.0.%d", i))
	}
	for name, c := range map[string]struct {
		addresses []string
		ports     []endpointPort
		want      string
	}{
		"in order, once":   {[]string{"10.0.0.2", "10.0.0.1", "10.0.0.2", "fd00::1", "::ffff:10.0.0.1"}, https, "10.0.0.1:6443 10.0.0.2:6443 [fd00::1]:6443"},
		"no other machine": {[]string{"127.0.0.1", "::1", "0.0.0.0", "::", "169.254.169.254", "fe80::1", "224.0.0.1", "255.255.255.255", "::ffff:127.0.0.1"}, https, ""},
		"no addresses":     {[]string{"", "evil.example", "10.0.0.1:80", "fd00::1%eth0", "10.0.0.1/8", "10.0.0"}, https, ""},
		"no port":          {[]string{"10.0.0.1"}, nil, ""},
		"odd ports":        {[]string{"10.0.0.1"}, []endpointPort{{"https", 70000}}, ""},
		"port 0":           {[]string{"10.0.0.1"}, []endpointPort{{"https", 0}}, ""},
	} {
		if got := strings.Join(Client{}.serverAddresses(nil, c.addresses, c.ports), " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := (Client{}).serverAddresses(nil, many, https); len(got) != 50 {
		t.Errorf("%d servers", len(got))
	}
}

func TestOnlySomeOfManyServersAreAsked(t *testing.T) {
	ca := newAuthority(t)
	var asked atomic.Int32
	w := plain("v1.30.14")
	first := ca.serve(w, serviceName)
	var servers []*httptest.Server
	for range maxServers + 3 {
		servers = append(servers, ca.serve(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			asked.Add(1)
			fmt.Fprint(rw, metricsOf("v1.30.14"))
		}), serviceName))
	}
	w[endpointsPath] = endpointsOf(servers...)
	c, _ := Cluster(t.Context(), ca.client(first), "")
	if asked.Load() != maxServers || len(c.Counters.Missing) != 3 || c.Counters.Endpoints != maxServers+3 {
		t.Errorf("%d asked, %+v", asked.Load(), c.Counters.Missing)
	}
}

func TestDemoCounts(t *testing.T) {
	server, err := demo.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	client, err := NewClient(server.REST(), know)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := Cluster(t.Context(), client, "demo")
	if len(c.Counters.Servers) != 1 || c.Counters.Why == "" {
		t.Fatalf("%+v", c.Counters)
	}
	got := c.Counters.Servers[0].Tokens
	for name, counter := range map[string]model.Counter{"legacy": got.Legacy, "stale": got.Stale, "valid": got.Valid, "auto": got.Auto, "manual": got.Manual, "refused": got.Refused} {
		if !counter.Known || counter.Value == 0 {
			t.Errorf("%s: %+v", name, counter)
		}
	}
	if c.Refused != got.Refused || got.Auto.Value+got.Manual.Value+got.Refused.Value > got.Legacy.Value {
		t.Errorf("%+v, refused %+v", got, c.Refused)
	}
}
