package k8s

import (
	"context"
	"errors"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/k8s/stream"
)

// listing is what one paged list says beside its items.
type listing struct {
	version string    // resourceVersion from which a watch goes on
	began   time.Time // server's time at which it surely had not begun
	mixed   bool      // put together from two points in time
}

// pageTries is how often a page is asked for whose answer breaks off or whose
// server fails without saying when to come again. (Where it says so, client-go
// waits and asks by itself.)
const pageTries = 3

// list reads one part of a kind, page by page, into the shelf's draft. version
// "" asks for a consistent list, "0" for whatever the API server has in its
// cache, which comes in one piece.
//
// A continue token lives for about five minutes (etcd compaction). If it runs
// out, the answer carries another one that goes on in the present; the list is
// then mixed. If that fails too, the list is begun anew, once.
func (s *Session) list(ctx context.Context, sh shelf, f form, part, version string, paged func(added int, remaining int64)) (listing, error) {
	restarted := false
	for {
		l, err := s.listOnce(ctx, sh, f, part, version, paged)
		if err == nil || sortError(err) != troubleExpired || restarted {
			return l, err
		}
		restarted = true
		sh.restart(part)
	}
}

func (s *Session) listOnce(ctx context.Context, sh shelf, f form, part, version string, paged func(int, int64)) (listing, error) {
	var l listing
	next := ""
	for first := true; first || next != ""; first = false {
		began := stamp{}
		list, added, err := s.pagePatiently(withStamp(ctx, &began), sh, f, part, version, next)
		if token := inconsistentContinue(err); token != "" && !l.mixed && next != "" {
			l.mixed, next = true, token
			continue
		}
		if err != nil {
			return l, err
		}
		if first {
			// The oldest page decides: a watch from there may repeat what
			// later pages know, but misses nothing.
			l.version, l.began = list.ResourceVersion, began.began
		}
		if list.Continue != "" && list.Continue == next {
			return l, &stream.Error{Fault: stream.Unexpected, Detail: "the same page again"}
		}
		next = list.Continue
		remaining := int64(-1)
		if list.RemainingItemCount != nil {
			remaining = *list.RemainingItemCount
		} else if next == "" {
			remaining = 0
		}
		paged(added, remaining)
	}
	return l, nil
}

// inconsistentContinue gives the token with which an expired list can go on in
// the present; "" if err is not about that.
func inconsistentContinue(err error) string {
	var status apierrors.APIStatus
	if err == nil || sortError(err) != troubleExpired || !errors.As(err, &status) {
		return ""
	}
	return status.Status().ListMeta.Continue
}

func (s *Session) pagePatiently(ctx context.Context, sh shelf, f form, part, version, next string) (metav1.ListMeta, int, error) {
	for try := 1; ; try++ {
		list, added, err := s.page(ctx, sh, f, part, version, next)
		if err == nil || try == pageTries || !worthRepeating(err) {
			return list, added, err
		}
		if !sleep(ctx, time.Duration(try*try)*200*time.Millisecond) {
			return list, 0, ctx.Err()
		}
	}
}

// worthRepeating says that a read may succeed if it is simply made again.
func worthRepeating(err error) bool {
	switch sortError(err) {
	case troubleServer, troubleAnswer:
		return true
	case troubleReach:
		return !errors.Is(err, context.DeadlineExceeded)
	}
	return false
}

func (s *Session) page(ctx context.Context, sh shelf, f form, part, version, next string) (metav1.ListMeta, int, error) {
	k := sh.about()
	req := s.client.Get().AbsPath(k.path(f, part)...).SetHeader("Accept", k.acceptList())
	if k.selector != "" {
		req.Param("fieldSelector", k.selector)
	}
	if version != "0" {
		req.Param("limit", strconv.FormatInt(k.page, 10))
	}
	if next != "" {
		req.Param("continue", next) // and no resourceVersion: the token has it
	} else if version != "" {
		req.Param("resourceVersion", version)
	}
	body, err := req.Stream(ctx)
	if err != nil {
		return metav1.ListMeta{}, 0, err
	}
	defer func() { _ = body.Close() }()
	item, add := sh.page(f, part)
	list, err := stream.ReadList(body, k.listKind, item)
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return metav1.ListMeta{}, 0, err
	}
	return list, add(), nil
}

// sleep waits for d; false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
