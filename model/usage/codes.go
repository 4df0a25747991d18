package usage

// Codes counts answers: by hundreds, and the two refusals that matter. OK is
// everything below 400: watches end with 200, exec and port-forward with 101.
// None are ends of requests without a status.
type Codes struct {
	OK, Unauthorized, Forbidden, Other4xx, Server5xx, None uint64
}

// answer is a row of Codes.
type answer uint8

const (
	answerOK answer = iota
	answerUnauthorized
	answerForbidden
	answer4xx
	answer5xx
	answerNone
	answers = int(answerNone) + 1
)

func (c *Codes) row(a answer) *uint64 {
	return [answers]*uint64{&c.OK, &c.Unauthorized, &c.Forbidden, &c.Other4xx, &c.Server5xx, &c.None}[a]
}

func (c *Codes) add(o *Codes) {
	for a := range answer(answers) {
		*c.row(a) = plus(*c.row(a), *o.row(a))
	}
}

// answerOf gives the row of an event's status, if it is the event that counts
// for its request. A request's arrival has none; the start of a long answer has
// one that its end repeats, except where authentication fails: such a request
// has no other event (k8s.io/apiserver pkg/endpoints/filters/authn_audit.go).
func answerOf(e *Event) (a answer, counts bool) {
	switch e.Stage {
	case StageReceived:
		return 0, false
	case StageStarted:
		if e.Tells&Refused == 0 {
			return 0, false
		}
	}
	switch code := e.Code; {
	case code == 401:
		return answerUnauthorized, true
	case code == 403:
		return answerForbidden, true
	case code <= 0:
		return answerNone, true
	case code < 400:
		return answerOK, true
	case code < 500:
		return answer4xx, true
	}
	return answer5xx, true
}
