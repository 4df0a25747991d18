package scenarios

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"timebound/model"
)

// Presenting a token moves its last-used day, and the verdict with it, from
// when API servers write that down. Before, silence proves nothing.
func (s *stage) aUseIsSeen(t *testing.T) {
	t.Parallel()
	ns := s.namespace(t, "use")
	s.account(t, ns, "robot")
	token := s.token(t, ns, "token", "robot")
	s.use(t, token)

	if !s.tracks() {
		f := s.look(t, looker, longAfter).token(t, ns, "token")
		wantVerdict(t, f, model.VerdictUnknown, model.CodeTrackingAbsent)
		if has(f.Reasons, model.CodeNeverUsed) || f.UnseenDays != -1 {
			t.Errorf("where uses are not recorded, the token is called unused: %s, unseen for %d days", texts(f.Reasons), f.UnseenDays)
		}
		return
	}
	s.awaitUse(t, token)
	f := s.look(t, looker, 0).token(t, ns, "token")
	wantToday(t, f.Token.LastUsed)
	wantVerdict(t, f, model.VerdictInUse, model.CodeUsed)

	// In two hundred days that use is long ago, if it stays the last.
	f = s.look(t, looker, longAfter).token(t, ns, "token")
	wantVerdict(t, f, model.VerdictIdle, model.CodeUsedLongAgo)
}

// The invalid-since label switches a token off from 1.29 on. Who presents it
// all the same leaves a trace. Before, the label does nothing.
func (s *stage) invalidatedAndKnocked(t *testing.T) {
	t.Parallel()
	ns := s.namespace(t, "invalidated")
	s.account(t, ns, "robot")
	token := s.token(t, ns, "token", "robot")
	yesterday := (model.DayOf(time.Now()) - 1).String()
	s.label(t, token, model.LabelInvalidSince, yesterday)

	if !s.refuses() {
		f := s.look(t, looker, 0).token(t, ns, "token")
		wantReasons(t, f, model.CodeInvalidNoEffect)
		if f.Verdict == model.VerdictInvalidated || f.Verdict == model.VerdictKnocked {
			t.Errorf("a token that works is called %s", f.Verdict)
		}
		s.use(t, token)
		return
	}
	wantVerdict(t, s.look(t, looker, 0).token(t, ns, "token"), model.VerdictInvalidated, model.CodeInvalidated)

	s.awaitRefusal(t, token)
	s.awaitUse(t, token)
	f := s.look(t, looker, 0).token(t, ns, "token")
	wantToday(t, f.Token.LastUsed)
	wantVerdict(t, f, model.VerdictKnocked, model.CodeKnocked)

	// Without the label it works again.
	s.label(t, token, model.LabelInvalidSince, "")
	await(t, "the token is accepted again", func(context.Context) (bool, error) { return s.present(t, token) == nil, nil })
	wantVerdict(t, s.look(t, looker, 0).token(t, ns, "token"), model.VerdictInUse, model.CodeUsed)

	// API servers remember for ten seconds that they accepted a token.
	s.label(t, token, model.LabelInvalidSince, model.DayOf(time.Now()).String())
	s.awaitRefusal(t, token)
	wantVerdict(t, s.look(t, looker, 0).token(t, ns, "token"), model.VerdictKnocked, model.CodeKnockedSameDay)
}

// awaitUse waits until the API server has written a use down, which it does
// after it has answered.
func (s *stage) awaitUse(t *testing.T, token *corev1.Secret) {
	t.Helper()
	s.awaitSecret(t, token.Namespace, token.Name, "is labelled as used", func(o *corev1.Secret) bool {
		return o.Labels[model.LabelLastUsed] != ""
	})
}

// awaitRefusal presents a token until it is refused, as must come true within
// 15 seconds.
func (s *stage) awaitRefusal(t *testing.T, token *corev1.Secret) {
	t.Helper()
	began := time.Now()
	await(t, "the token is refused", func(context.Context) (bool, error) {
		err := s.present(t, token)
		if err != nil && !apierrors.IsUnauthorized(err) {
			return false, err
		}
		return err != nil, nil
	})
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("the token was refused only after %s", took)
	}
}

// wantToday allows for midnight between the use and now.
func wantToday(t *testing.T, label model.DayLabel) {
	t.Helper()
	today := model.DayOf(time.Now())
	if !label.Valid || label.Day != today && label.Day != today-1 {
		t.Errorf("last used on %q, want %s", label.Raw, today)
	}
}
