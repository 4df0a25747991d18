package k8s

import (
	"context"
	"net/http"
	"time"
)

// stamp takes the server's time at which a request was surely not yet begun.
type stamp struct{ began time.Time }

type stampKey struct{}

// withStamp makes the next answer to a request of ctx leave its time in st.
func withStamp(ctx context.Context, st *stamp) context.Context {
	return context.WithValue(ctx, stampKey{}, st)
}

// clocked reads the server's clock off each answer. An API server sends the
// Date header after it has read its store, so Date alone would claim too much:
// a token made in between would count as seen. Date less the time that the
// answer took, measured here, lies before the reading, and is sound.
type clocked struct{ next http.RoundTripper }

func (c *clocked) RoundTrip(req *http.Request) (*http.Response, error) {
	sent := time.Now()
	resp, err := c.next.RoundTrip(req)
	st, ok := req.Context().Value(stampKey{}).(*stamp)
	if !ok || err != nil {
		return resp, err
	}
	if date, derr := http.ParseTime(resp.Header.Get("Date")); derr == nil {
		st.began = date.Add(-time.Since(sent))
	} else {
		st.began = sent
	}
	return resp, err
}

// WrappedRoundTripper lets client-go find the transport underneath.
func (c *clocked) WrappedRoundTripper() http.RoundTripper { return c.next }
