package changes

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// auditLog reads the API server's log piece by piece.
type auditLog struct {
	mu     sync.Mutex
	offset int64
	writes map[string]*write // by audit id
	order  []*write
}

// write is one request of the product that could change something, as the API
// server saw it.
type write struct {
	user, verb, resource, namespace, name string

	at       time.Time // when it came
	code     int       // 0 if the server died over it
	sub      string    // subresource
	body     json.RawMessage
	dryRun   bool
	complete bool
}

// made says that the change was carried out.
func (w *write) made() bool { return w.complete && w.code >= 200 && w.code < 300 }

// mayBe says that it may have been: the server died over it, or gave up because
// the client had gone.
func (w *write) mayBe() bool { return !w.complete || w.code >= 500 || w.code == 0 }

type auditEvent struct {
	AuditID    string `json:"auditID"`
	Stage      string `json:"stage"`
	Verb       string `json:"verb"`
	RequestURI string `json:"requestURI"`
	UserAgent  string `json:"userAgent"`
	User       struct {
		Username string `json:"username"`
	} `json:"user"`
	ObjectRef struct {
		Resource    string `json:"resource"`
		Subresource string `json:"subresource"`
		Namespace   string `json:"namespace"`
		Name        string `json:"name"`
	} `json:"objectRef"`
	ResponseStatus struct {
		Code int `json:"code"`
	} `json:"responseStatus"`
	RequestObject json.RawMessage `json:"requestObject"`
	Received      time.Time       `json:"requestReceivedTimestamp"`
}

// reads are verbs that change nothing, and selfReviews what one asks about
// oneself: they leave nothing behind.
var (
	reads       = map[string]bool{"get": true, "list": true, "watch": true}
	selfReviews = map[string]bool{"selfsubjectaccessreviews": true, "selfsubjectrulesreviews": true, "selfsubjectreviews": true}
)

// read takes in what was logged since, and gives all writes of the product so
// far, in the order in which they came.
func (l *auditLog) read(path string) ([]*write, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.writes == nil {
		l.writes = map[string]*write{}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	if _, err := f.Seek(l.offset, io.SeekStart); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	whole := bytes.LastIndexByte(text, '\n') + 1 // a killed server leaves half a line
	l.offset += int64(whole)
	for line := range bytes.Lines(text[:whole]) {
		if !bytes.Contains(line, []byte(`"userAgent":"timebound/`)) {
			continue
		}
		var e auditEvent
		if err := json.Unmarshal(line, &e); err != nil {
			continue // half a line of a killed server, with the next one behind it
		}
		l.take(&e)
	}
	return append([]*write(nil), l.order...), nil
}

func (l *auditLog) take(e *auditEvent) {
	if reads[e.Verb] || selfReviews[e.ObjectRef.Resource] {
		return
	}
	w := l.writes[e.AuditID]
	if w == nil {
		w = &write{at: e.Received}
		l.writes[e.AuditID] = w
		l.order = append(l.order, w)
	}
	w.user, w.verb, w.resource, w.sub, w.namespace = e.User.Username, e.Verb, e.ObjectRef.Resource, e.ObjectRef.Subresource, e.ObjectRef.Namespace
	if e.ObjectRef.Name != "" {
		w.name = e.ObjectRef.Name
	}
	if len(e.RequestObject) > 0 {
		w.body = e.RequestObject
	}
	w.dryRun = strings.Contains(e.RequestURI, "dryRun=All") || bytes.Contains(w.body, []byte(`"dryRun":["All"]`))
	if e.Stage == "ResponseComplete" || e.Stage == "Panic" {
		w.code, w.complete = e.ResponseStatus.Code, true
	}
}
