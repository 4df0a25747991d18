package discover

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"k8s.io/client-go/rest"
)

const (
	// serviceName is a name that every API server's certificate holds, because pods
	// know it by that, and that no kubelet's certificate can hold: asking for it
	// proves that an address is an API server of this cluster before credentials
	// are sent there.
	serviceName = "kubernetes.default.svc"
	// directWait is how long an address may take to answer. From outside of the
	// cluster's network most never do.
	directWait = 2 * time.Second
)

// direct makes a client for API servers at addresses of their own, with the
// same credentials; nil, and why, where these must not be sent anywhere else.
func direct(cfg *rest.Config, base *url.URL) (*http.Client, string) {
	switch {
	case cfg.Transport != nil:
		return nil, "this connection leads to one address only"
	case base.Scheme != "https":
		return nil, "the address is without TLS, so nothing would prove another one to be this cluster's"
	case cfg.Insecure:
		return nil, "certificates are not checked, so nothing would prove another address to be this cluster's"
	case len(cfg.CAData) == 0 && cfg.CAFile == "":
		return nil, "the kubeconfig names no certificate authority that would prove an address to be an API server of this cluster"
	case base.Path != "" && base.Path != "/":
		return nil, "the address leads through a gateway, whose credentials are not the API servers'"
	}
	alone := rest.CopyConfig(cfg)
	alone.ServerName = serviceName
	client, err := rest.HTTPClientFor(alone)
	if err != nil {
		return nil, short(err.Error())
	}
	return stayHere(client), ""
}

// askMetricsAt asks one API server by itself.
func (c Client) askMetricsAt(ctx context.Context, server string) (metricsAnswer, error) {
	one := c
	one.HTTP, one.Base = c.Direct, &url.URL{Scheme: "https", Host: server}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	patience := time.AfterFunc(directWait, cancel)
	resp, err := one.open(ctx, ask{path: metricsPath, accept: acceptText})
	if !patience.Stop() && err != nil {
		return metricsAnswer{}, errNoAnswer
	}
	if err != nil {
		return metricsAnswer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	m, err := readMetrics(resp.Body)
	m.read = c.now()
	if m.counts() {
		// What was read before the answer broke off is good.
		return m, nil
	}
	if err == nil {
		err = malformed("the answer holds no metrics of kube-apiserver")
	}
	return m, err
}

var errNoAnswer = fmt.Errorf("no answer within %s", directWait)

// whyNotDirect tells in one line why a server could not be asked by itself.
func whyNotDirect(err error) string {
	var name x509.HostnameError
	var authority x509.UnknownAuthorityError
	var r *refusal
	switch {
	case errors.As(err, &name):
		return "its certificate is not for " + serviceName + ", so no credentials were sent"
	case errors.As(err, &authority):
		return "its certificate is of another authority than the kubeconfig's, so no credentials were sent"
	case errors.As(err, &r) && r.code == http.StatusForbidden:
		return "forbidden, needs get on /metrics"
	case errors.Is(err, context.DeadlineExceeded) || timedOut(err):
		return errNoAnswer.Error()
	}
	return short(bare(err).Error())
}
