package k8s

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/k8s/redact"
	"timebound/k8s/stream"
	"timebound/model"
)

// trouble sorts what can go wrong by what somebody has to do about it.
type trouble uint8

const (
	troubleOther       trouble = iota
	troubleStopped             // we were told to stop
	troubleReach               // no connection, or one that broke
	troubleTrust               // the server's certificate is not trusted
	troubleClientCert          // the server does not accept our certificate
	troubleNoTLS               // the address speaks plain HTTP
	troublePlugin              // the credential plugin failed
	troubleCredentials         // 401
	troubleForbidden           // 403
	troubleMissing             // 404
	troubleExpired             // 410
	troubleBusy                // 429
	troubleServer              // 5xx
	troubleAnswer              // an answer that is broken off or garbled
	troubleForeign             // not a Kubernetes API
	troubleRefused             // stopped by the read-only transport
)

// wholeServer says that the trouble is with the connection and not with what
// was asked for: every other request would end the same way.
func (t trouble) wholeServer() bool {
	switch t {
	case troubleReach, troubleTrust, troubleClientCert, troubleNoTLS, troublePlugin, troubleCredentials, troubleForeign:
		return true
	}
	return false
}

// sort finds the kind of trouble an error is.
func sortError(err error) trouble {
	var answer *stream.Error
	var refused *WriteRefusedError
	switch {
	case errors.Is(err, context.Canceled):
		return troubleStopped
	case errors.As(err, &refused):
		return troubleRefused
	case errors.As(err, &answer):
		if answer.Fault == stream.Foreign {
			return troubleForeign
		}
		return troubleAnswer
	}
	if status := apierrors.APIStatus(nil); errors.As(err, &status) {
		return sortStatus(err, status.Status())
	}
	return sortTransport(err)
}

func sortStatus(err error, status metav1.Status) trouble {
	switch {
	case apierrors.IsResourceExpired(err), apierrors.IsGone(err):
		return troubleExpired
	case status.Code == http.StatusUnauthorized:
		return troubleCredentials
	case status.Code == http.StatusForbidden:
		return troubleForbidden
	case status.Code == http.StatusNotFound:
		return troubleMissing
	case status.Code == http.StatusTooManyRequests:
		return troubleBusy
	case status.Code >= 500:
		return troubleServer
	}
	return troubleOther
}

func sortTransport(err error) trouble {
	var (
		unknownCA  x509.UnknownAuthorityError
		hostname   x509.HostnameError
		invalid    x509.CertificateInvalidError
		unverified *tls.CertificateVerificationError
		record     tls.RecordHeaderError
		alert      tls.AlertError
		dns        *net.DNSError
		op         *net.OpError
		network    net.Error
	)
	text := err.Error()
	switch {
	// client-go does not wrap what a plugin says, so its words must do
	// (k8s.io/client-go plugin/pkg/client/auth/exec).
	case strings.Contains(text, "getting credentials: "):
		return troublePlugin
	case errors.As(err, &unknownCA), errors.As(err, &hostname), errors.As(err, &invalid), errors.As(err, &unverified):
		return troubleTrust
	case errors.As(err, &record), strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return troubleNoTLS
	case errors.As(err, &alert), strings.Contains(text, "remote error: tls: "):
		return troubleClientCert
	case errors.As(err, &dns), errors.As(err, &op), errors.As(err, &network),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, syscall.ECONNREFUSED), brokenConnection(err):
		return troubleReach
	}
	return troubleOther
}

// brokenConnection finds connections that end under us. HTTP/2's errors are
// types of a package inside net/http, known by their words only.
func brokenConnection(err error) bool {
	var u *url.Error
	if errors.As(err, &u) {
		return true
	}
	text := err.Error()
	return strings.Contains(text, "http2: ") || strings.Contains(text, "stream error: ") || strings.HasSuffix(text, "EOF")
}

// explain tells an error so that somebody can act on it. what is what was
// tried, "read the cluster prod", or what came of it, "pods are not readable".
// Bodies of requests and answers never get in: they may
// hold tokens.
func (s *Session) explain(what string, err error) model.Problem {
	t := sortError(err)
	if t.wholeServer() {
		what = "connect to " + s.Server()
	}
	p := model.Problem{What: what, Fatal: t.wholeServer()}
	switch t {
	case troubleStopped:
		p.Why = "stopped"
	case troubleRefused:
		p.Why, p.Remedy = redact.Words(err.Error()), "this is a fault of Timebound's, please report it"
	case troubleReach:
		p.Why, p.Remedy = whyUnreachable(err), "check the address in the kubeconfig, the network, a VPN or proxy"
	case troubleTrust:
		p.Why, p.Remedy = whyUntrusted(err), "set certificate-authority in the kubeconfig to the cluster's CA"
	case troubleNoTLS:
		p.Why, p.Remedy = "the server does not speak TLS", "write http:// instead of https:// in the kubeconfig, or check the port"
	case troubleClientCert:
		p.Why, p.Remedy = s.whyCertificate("the server does not accept the client certificate"), "renew the client certificate in the kubeconfig"
	case troublePlugin:
		p.Why, p.Remedy = whyPlugin(err), "run the plugin by hand, or any kubectl command, to see what it needs; then reload"
	case troubleCredentials:
		p.Why, p.Remedy = s.whyCertificate("the credentials are not accepted or have expired (401)"), "log in again, or choose another context with --context"
	case troubleForbidden:
		p.Why, p.Remedy = "forbidden"+serverWords(err), remedyRBAC
	case troubleMissing:
		p.Why, p.Remedy = "the server does not know it (404)", "check that the address in the kubeconfig is the API server's"
	case troubleExpired:
		p.Why, p.Remedy = "the list grew too old while it was read (410)", "reload"
	case troubleBusy:
		p.Why, p.Remedy = "the server is too busy (429), ten tries were turned away", "wait, then reload; or ask for a FlowSchema for this user"
	case troubleServer:
		p.Why, p.Remedy = "the server failed ("+statusCode(err)+")", "reload; if it stays, look at the API server's log"
	case troubleAnswer:
		p.Why, p.Remedy = err.Error(), "reload; if it stays, look at what stands between here and the API server"
	case troubleForeign:
		p.Why, p.Remedy = "the answer is not from a Kubernetes API", "check the address in the kubeconfig: a login page or proxy may answer in its place"
	default:
		p.Why, p.Remedy = "the request failed"+otherWords(err), "reload"
	}
	return p
}

func whyUnreachable(err error) string {
	var dns *net.DNSError
	var network net.Error
	switch {
	case errors.As(err, &dns):
		return "the name " + dns.Name + " cannot be resolved"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the connection broke"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "no answer in time"
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		return redact.Words(op.Err.Error())
	}
	return "the connection broke"
}

func whyUntrusted(err error) string {
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &hostname):
		return "the server's certificate is for another name"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate has expired or is not valid yet"
	}
	return "the server's certificate is signed by an unknown authority"
}

// whyPlugin gives the plugin's failure without what it printed, which may be
// the very credential.
func whyPlugin(err error) string {
	_, text, _ := strings.Cut(err.Error(), "getting credentials: ")
	text, _, _ = strings.Cut(text, "\n")
	if strings.HasPrefix(text, "decoding stdout") {
		text = "its output is no ExecCredential"
	}
	return "the credential plugin failed: " + redact.Words(text)
}

func statusCode(err error) string {
	var status apierrors.APIStatus
	if errors.As(err, &status) {
		code := int(status.Status().Code)
		return strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
	}
	return "no code"
}

func otherWords(err error) string {
	var status apierrors.APIStatus
	if errors.As(err, &status) {
		return " (" + statusCode(err) + ")"
	}
	return ": " + redact.Words(err.Error())
}
