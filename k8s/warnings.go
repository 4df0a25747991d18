package k8s

import (
	"slices"
	"sync"

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

func (w *warnings) list() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.texts)
}
