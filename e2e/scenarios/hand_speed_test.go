package scenarios

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
	"timebound/k8s"
	"timebound/model/wire"
)

// Looking at every change and telling what became of it costs little: 10,000
// labels are set at four fifths at least of the pace of a bare client-go loop.
// The two take turns, so that whatever else the machine does hits both.
func TestHandSpeed(t *testing.T) {
	const secrets, turns, atOnce, bar = 1000, 10, 16, 0.8
	controlplanetest.Require(t, controlplane.Newest)
	cluster := controlplanetest.Start(t, controlplane.Options{NoControllers: true})
	config, err := cluster.RESTConfig(controlplane.Admin)
	must(t, err)
	config.QPS = -1
	bare, err := kubernetes.NewForConfig(config)
	must(t, err)
	session, err := k8s.Open(k8s.Config{REST: config})
	must(t, err)
	hand := session.Hand()
	hand.Unlock()

	const ns = "speed"
	_, err = bare.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}}, metav1.CreateOptions{})
	must(t, err)
	name := func(i int) string { return fmt.Sprintf("secret-%04d", i) }
	each := func(do func(ctx context.Context, i int) error) time.Duration {
		began := time.Now()
		group, ctx := errgroup.WithContext(t.Context())
		var next atomic.Int64
		for range atOnce {
			group.Go(func() error {
				for i := int(next.Add(1)) - 1; i < secrets; i = int(next.Add(1)) - 1 {
					if err := do(ctx, i); err != nil {
						return err
					}
				}
				return nil
			})
		}
		must(t, group.Wait())
		return time.Since(began)
	}
	each(func(ctx context.Context, i int) error {
		_, err := bare.CoreV1().Secrets(ns).Create(ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name(i)}}, metav1.CreateOptions{})
		return err
	})
	var ours, theirs time.Duration
	for turn := range turns {
		body := func(who string) []byte {
			return fmt.Appendf(nil, `{"metadata":{"labels":{"turn":"%s-%d"}}}`, who, turn)
		}
		theirs += each(func(ctx context.Context, i int) error {
			_, err := bare.CoreV1().Secrets(ns).Patch(ctx, name(i), types.MergePatchType, body("theirs"), metav1.PatchOptions{FieldManager: "timebound"})
			return err
		})
		ours += each(func(ctx context.Context, i int) error {
			on, _ := wire.TargetOf("Secret", ns, name(i))
			_, err := hand.Send(ctx, wire.Request{Verb: wire.Patch, On: on, PatchType: wire.MergePatch, Body: json.RawMessage(body("ours"))})
			return err
		})
	}
	const patches = secrets * turns
	ratio := theirs.Seconds() / ours.Seconds()
	t.Logf("%d patches, %d at once: %.0f/s, a bare loop %.0f/s, ratio %.2f", patches, atOnce, patches/ours.Seconds(), patches/theirs.Seconds(), ratio)
	if ratio < bar {
		t.Errorf("the ratio is %.2f, the bar %.2f", ratio, bar)
	}
}
