package forecast

import (
	"context"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
	"timebound/model"
	"timebound/plan/cleaner"
)

// How much one run sees.
const (
	howManyTokens = 500
	howManyDays   = 16
	// enough tokens of a kind prove something.
	enough = 3
)

// run is one cluster and its tokens.
type run struct {
	witness
	legs    []leg
	clock   clock
	course  cleaner.Course
	tokens  []token
	cluster *controlplane.Cluster
	etcd    etcd
}

// hold lets the days go by and compares what the cleaner did with what was
// foretold.
func hold(t *testing.T, seed uint64, period time.Duration, legs []leg) {
	t.Helper()
	r := raise(t, seed, period, legs)
	fates := make([]cleaner.Fate, len(r.tokens))
	for i, k := range r.tokens {
		fates[i] = k.fate(r.course)
	}

	r.withoutTracking(t)
	r.track(t)
	began := time.Now()
	for d := range howManyDays {
		revision := ""
		if d > 0 {
			revision = r.etcd.dayGoesBy(t)
		}
		r.pass(t, revision, r.course.Today+model.Day(d), func() error {
			for _, l := range r.legs {
				if l.day == d && l.version != r.cluster.Version() {
					return r.cluster.Upgrade(t.Context(), l.version)
				}
			}
			return r.cluster.RestartControllerManager(t.Context())
		})
	}
	perDay := time.Since(began) / howManyDays
	r.clock.check(t)

	r.judge(t, fates)
	t.Logf("%d days of %s each", howManyDays, perDay.Round(10*time.Millisecond))
}

// raise starts a cluster and fills it. The cleaner is its only controller: the
// token controller would delete a token whose account is gone before the
// cleaner could leave it alone.
func raise(t *testing.T, seed uint64, period time.Duration, legs []leg) *run {
	t.Helper()
	r := &run{legs: legs}
	r.cluster = controlplanetest.Start(t, controlplane.Options{
		Version: legs[0].version, CleanerPeriod: period, CleanerOnly: true,
		// As it comes it sends 20 requests a second, and a pass may have a hundred to send.
		ControllerManagerArgs: []string{"--kube-api-qps=1000", "--kube-api-burst=1000"},
	})
	r.cluster.KillControllerManager()
	config, err := r.cluster.RESTConfig(controlplane.Admin)
	must(t, err)
	config.WarningHandler = rest.NoWarnings{} // some ways of naming a secret are out of use
	r.admin, err = kubernetes.NewForConfig(config)
	must(t, err)
	r.etcd = etcd(r.cluster.Etcd())

	r.clock = startClock(t, period)
	r.course = courseOf(r.clock, period, legs)
	r.tokens = newGenerator(seed, r.course, r.clock, period).tokens(howManyTokens)
	r.seen = map[string]*record{}
	for _, k := range r.tokens {
		r.seen[k.key()] = &record{}
	}
	fill(t, r.admin, r.tokens)
	return r
}

// pass has the cleaner go round on a day, and notes what it did. The start
// starts kube-controller-manager, which does not run between passes.
func (r *run) pass(t *testing.T, revision string, today model.Day, start func() error) {
	t.Helper()
	before := r.snapshot(t, revision)
	must(t, start())
	must(t, r.cluster.AwaitCleaner(t.Context()))
	r.cluster.KillControllerManager()
	r.compare(before, r.snapshot(t, ""), r.clock.today, today)
}

// withoutTracking has the cleaner go round while nothing says since when uses
// are recorded. The API server makes that configmap when it starts, and a
// second time not within half an hour.
func (r *run) withoutTracking(t *testing.T) {
	t.Helper()
	blind, seeing := r.course, r.course
	blind.Since = model.DayLabel{}
	seeing.Since = model.NewDayLabel("2000-01-01")
	due := 0
	for _, k := range r.tokens {
		if f := within(seeing.Fate(k.facts()), r.course.Today+1); f.Invalidated != 0 || f.Deleted != 0 {
			due++
		}
		if f := blind.Fate(k.facts()); f != (cleaner.Fate{Spared: cleaner.SparedNoTracking}) {
			t.Errorf("without the configmap the forecast is %s: %s", onDays(f.Invalidated, f.Deleted), k)
		}
	}
	if due == 0 {
		t.Error("without the configmap no token is due: this proves nothing")
	}

	tracking := r.admin.CoreV1().ConfigMaps(metav1.NamespaceSystem)
	must(t, wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, 30*time.Second, true, func(ctx context.Context) (bool, error) {
		err := tracking.Delete(ctx, trackingName, metav1.DeleteOptions{})
		if apierrors.IsNotFound(err) {
			return false, nil
		}
		return err == nil, err
	}))
	r.pass(t, r.etcd.created(t, r.tokens), r.course.Today, func() error { return r.cluster.RestartControllerManager(t.Context()) })
	for key, seen := range r.seen {
		if seen.invalidated != 0 || seen.deleted != 0 || seen.odd != nil {
			t.Errorf("without the configmap the cleaner touched %s", key)
		}
	}
}

// track says since when uses are recorded.
func (r *run) track(t *testing.T) {
	t.Helper()
	_, err := r.admin.CoreV1().ConfigMaps(metav1.NamespaceSystem).Create(t.Context(), &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: trackingName},
		Data:       map[string]string{trackingKey: r.course.Since.Raw},
	}, metav1.CreateOptions{})
	must(t, err)
}

// judge compares, token by token.
func (r *run) judge(t *testing.T, fates []cleaner.Fate) {
	t.Helper()
	const shown = 10
	differences := 0
	kinds := map[string]int{}
	for i, k := range r.tokens {
		want := within(fates[i], r.course.Today+howManyDays)
		kinds[told(want, k)]++
		got := r.seen[k.key()]
		if got.invalidated == want.Invalidated && got.deleted == want.Deleted && got.odd == nil {
			continue
		}
		if differences++; differences <= shown {
			t.Errorf("%s\n\tforetold: %s (%s)\n\tbecame:   %s %s\n\tcourse:   %s", k,
				onDays(want.Invalidated, want.Deleted), told(want, k), onDays(got.invalidated, got.deleted), strings.Join(got.odd, ", "), describe(r.course))
		}
	}
	if differences > 0 {
		t.Errorf("%d of %d tokens differ from the forecast", differences, len(r.tokens))
	}
	for _, kind := range wanted(r.course) {
		if kinds[kind] < enough {
			t.Errorf("%d tokens are %s: too few to prove anything", kinds[kind], kind)
		}
	}
	t.Logf("%d tokens: %v", len(r.tokens), kinds)
}
