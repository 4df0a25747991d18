package k8s

import (
	"net/http"
	"slices"
	"sync"

	utilnet "k8s.io/apimachinery/pkg/util/net"

	"timebound/k8s/redact"
)

// maxWarnings bounds what a server that warns about everything can make us keep.
const maxWarnings = 100

// warnings keeps the Warning headers of answers, each text once. client-go's
// default prints them to stderr, which is no place to write under a dashboard.
type warnings struct {
	mu    sync.Mutex
	texts []string
}

// HandleWarningHeader implements rest.WarningHandler. 299 is the only code
// that API servers send (k8s.io/apimachinery pkg/util/net NewWarningHeader).
func (w *warnings) HandleWarningHeader(code int, _, text string) {
	if code != 299 || text == "" {
		return
	}
	text = redact.Words(text)
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.texts) < maxWarnings && !slices.Contains(w.texts, text) {
		w.texts = append(w.texts, text)
	}
}

// take keeps the warnings of an answer that client-go did not see.
func (w *warnings) take(h http.Header) {
	if len(h["Warning"]) == 0 {
		return
	}
	found, _ := utilnet.ParseWarningHeaders(h["Warning"])
	for _, f := range found {
		w.HandleWarningHeader(f.Code, f.Agent, f.Text)
	}
}

func (w *warnings) list() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.texts)
}
