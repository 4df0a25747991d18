package k8s

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/k8s/redact"
	"timebound/k8s/stream"
	"timebound/model"
	"timebound/model/wire"
)

// handError says what failed, why, and what to do. The cause is for
// errors.Is and errors.As only: its own words are never shown.
type handError struct {
	what    string
	failure *wire.Failure
	remedy  string // "" if there is none
	cause   error  // nil if the server said it
}

func (e *handError) Error() string {
	text := e.what + ": " + e.failure.Error()
	if e.failure.Unsure {
		text += "; it may have been carried out"
	}
	if e.remedy != "" {
		text += "; " + e.remedy
	}
	return text
}

func (e *handError) Unwrap() []error {
	if e.cause == nil {
		return []error{e.failure}
	}
	return []error{e.failure, e.cause}
}

// refuse is the failure of what is not even sent.
func refuse(what, why string) error {
	return &handError{what: what, failure: &wire.Failure{Message: why, Refused: true}}
}

// noAnswer is the failure of a request without any answer.
func (h *Hand) noAnswer(c *call, err error, sent bool) error {
	e := &handError{what: c.what, failure: &wire.Failure{Unsure: sent}, cause: err}
	var refused *WriteRefusedError
	if errors.As(err, &refused) {
		e.failure.Message, e.failure.Refused, e.failure.Unsure = model.Printable(refused.Error()), true, false
		if !refused.Unlocked {
			e.remedy = "unlock changes first"
		}
		return e
	}
	p := h.session.explain(c.what, err)
	e.failure.Message = model.Printable(p.Why)
	switch {
	case sent:
		e.remedy = lookFirst
	case p.Remedy != "reload":
		e.remedy = model.Printable(p.Remedy)
	}
	return e
}

// lookFirst is what to do where a change may have been made.
const lookFirst = "look at the object before trying again"

// badAnswer is the failure of a request that went well by its status, with an
// answer that cannot be used.
func (h *Hand) badAnswer(c *call, code int, err error) error {
	e := &handError{what: c.what, failure: &wire.Failure{Code: code, Unsure: c.changes()}, cause: err}
	var fault *stream.Error
	if errors.As(err, &fault) {
		e.failure.Message = model.Printable(fault.Error())
	} else {
		e.failure.Message = model.Printable(h.session.explain(c.what, err).Why)
	}
	if e.failure.Unsure {
		e.remedy = lookFirst
	}
	return e
}

// refusal is the failure that an answer tells.
func (h *Hand) refusal(c *call, resp *http.Response, body []byte) error {
	code := resp.StatusCode
	status := readStatus(body)
	f := &wire.Failure{Code: code, Reason: model.Printable(redact.Words(string(status.Reason))), RetryAfter: retryAfter(resp, status)}
	e := &handError{what: c.what, failure: f}
	said := model.Printable(redact.Words(c.hide(status.Message)))
	switch {
	case code == http.StatusUnauthorized:
		f.Message, e.remedy = h.session.whyCertificate("the credentials are not accepted or have expired"), "log in again"
	case code == http.StatusForbidden:
		f.Message, e.remedy = c.forbidden(status.Message, said)
	case said != "":
		f.Message = said
	case code == http.StatusTooManyRequests:
		f.Message = "the server is too busy"
	default:
		f.Message = "the server did not say why"
	}
	if f.Unsure = c.changes() && mayHaveActed(code); f.Unsure {
		e.remedy = lookFirst
	}
	return e
}

// mayHaveActed says whether a change may have been made though the server, or
// what stands before it, answered with a code. Of those below 500 it was not:
// but for 408, with which a proxy gives up. Overload is told with 429.
func mayHaveActed(code int) bool {
	return code >= 500 && code != http.StatusNotImplemented || code == http.StatusRequestTimeout
}

// forbidden words a refusal of RBAC, or of admission, which has the same code.
func (c *call) forbidden(message, said string) (text, remedy string) {
	parts := refusal.FindStringSubmatch(message)
	if parts == nil && said != "" {
		return said, ""
	}
	purpose := PurposeWrite
	if c.needs.Verb == getVerb {
		purpose = PurposeRead
	}
	remedy = fmt.Sprintf("run \"timebound rbac --for %s\" for the manifest", purpose)
	needs := "needs verb " + string(c.needs.Verb) + " on " + c.needs.String()[len(c.needs.Verb)+1:]
	if parts == nil {
		return "forbidden: " + needs, remedy
	}
	user, err := strconv.Unquote(parts[1])
	if err != nil {
		user = parts[1]
	}
	text = "forbidden: user " + user + " " + needs
	if parts[2] != "" {
		text += ": " + parts[2]
	}
	return model.Printable(redact.Words(text)), remedy
}

// readStatus reads the body of a refusal; the zero Status if it is none.
func readStatus(body []byte) metav1.Status {
	var status metav1.Status
	if stream.Decode(body, &status) != nil || status.Kind != "Status" {
		return metav1.Status{}
	}
	return status
}

// retryAfter is how long the server asks to wait, by the header or the Status.
func retryAfter(resp *http.Response, status metav1.Status) time.Duration {
	header := resp.Header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(header, 10, 64); err == nil {
		return inSeconds(seconds)
	}
	if at, err := http.ParseTime(header); err == nil {
		if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
			return max(0, at.Sub(date))
		}
	}
	if status.Details != nil {
		return inSeconds(int64(status.Details.RetryAfterSeconds))
	}
	return 0
}

func inSeconds(n int64) time.Duration {
	return time.Duration(min(max(n, 0), math.MaxInt32)) * time.Second
}
