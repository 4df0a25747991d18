package k8s

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/k8s/redact"
	"timebound/model"
)

// What to do about a missing permission; remedyRBAC about one to read.
const (
	remedyHead = `run "timebound rbac --for `
	remedyTail = `" for the manifest`
	remedyRBAC = remedyHead + string(PurposeRead) + remedyTail
)

// needs names the permission of a rule that is in the words of
// `kubectl auth can-i`: "needs list on pods" for "list pods".
func needs(rule string) string {
	verb, what, _ := strings.Cut(rule, " ")
	return "needs " + verb + " on " + what
}

// explainUnread tells that objects of a kind could not be read in some
// namespaces; none means in all of them. It fits a line: a few namespaces are
// named, more are counted.
func (s *Session) explainUnread(k *kind, namespaces []string, err error) model.Problem {
	const told = 3
	what, in := k.resource, ""
	switch n := len(namespaces); {
	case n > 2:
		what += fmt.Sprintf(" of %d namespaces", n)
		in = " in " + strings.Join(namespaces[:told], ", ")
		if n > told {
			in += fmt.Sprintf(" and %d more", n-told)
		}
	case n > 0:
		what += " of " + strings.Join(namespaces, " and ")
	}
	p := s.explain(what+" are not readable", err)
	if sortError(err) == troubleForbidden {
		p.Why, p.Remedy = "forbidden"+in+", "+needs(k.rule())+serverWords(err), k.remedy()
	}
	return p
}

// refusal is the sentence in which an API server refuses a request
// (k8s.io/apiserver pkg/endpoints/handlers/responsewriters forbiddenMessage):
// who may not do what, and what the authorizers had to say.
var refusal = regexp.MustCompile(`^(?:(?:\S+(?: "[^"]*")? is )?forbidden: )?User ("(?:[^"\\]|\\.)*") cannot [a-z]+ (?:path "[^"]*"|resource "[^"]*" in API group "[^"]*"(?: in the namespace "[^"]*"| at the cluster scope))(?:: (.+))?$`)

// serverWords gives what an API server's own message on a refusal adds: who
// was refused, and why. What was asked for is told already. A proxy's page is
// not repeated.
func serverWords(err error) string {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return ""
	}
	st := status.Status()
	if st.Message == "" || st.Details != nil && unstructured(st.Details.Causes) {
		return " (403)"
	}
	parts := refusal.FindStringSubmatch(st.Message)
	if parts == nil {
		return " (" + redact.Words(st.Message) + ")"
	}
	words, err := strconv.Unquote(parts[1])
	if err != nil {
		words = parts[1]
	}
	words = "user " + words
	if parts[2] != "" {
		words += ": " + parts[2]
	}
	return " (" + redact.Words(words) + ")"
}

// unstructured says that the answer was no Status, so that its message quotes
// the body (k8s.io/apimachinery api/errors NewGenericServerResponse).
func unstructured(causes []metav1.StatusCause) bool {
	for i := range causes {
		if causes[i].Type == metav1.CauseTypeUnexpectedServerResponse {
			return true
		}
	}
	return false
}
