package gen

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// Options say what to generate and how.
type Options struct {
	Size    Size
	Seed    uint64      // another seed gives another cluster of the same size
	Workers int         // concurrent writes; zero means 24
	Done    func(Phase) // told after each phase; may be nil
}

// Phase is one finished part of the work.
type Phase struct {
	Kind  string // such as "tokens"
	Count int
	Took  time.Duration
}

// Fill writes the objects. Those that exist already are left as they are, so a
// run that was cut short can be run again.
func Fill(ctx context.Context, config *rest.Config, opts Options) error {
	if err := opts.Size.check(); err != nil {
		return err
	}
	if opts.Workers < 1 {
		opts.Workers = 24
	}
	w, err := newWriter(config, opts)
	if err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	for _, step := range []struct {
		kind  string
		count int
		write func(context.Context, int) error
	}{
		{"namespaces", len(w.plan.namespaces), w.writeNamespace},
		{"accounts", len(w.plan.accounts), w.writeAccount},
		{"tokens", len(w.plan.tokens), w.writeToken},
		{"secrets", opts.Size.Secrets, w.writeSecret},
		{"pods", len(w.plan.pods), w.writePod},
	} {
		began := time.Now()
		if err := each(ctx, step.count, opts.Workers, step.write); err != nil {
			return fmt.Errorf("generate %s: %w", step.kind, err)
		}
		if opts.Done != nil {
			opts.Done(Phase{Kind: step.kind, Count: step.count, Took: time.Since(began)})
		}
	}
	return nil
}

// writer turns the plan into requests.
type writer struct {
	client kubernetes.Interface
	opts   Options
	plan   *plan
	ca     []byte
	uids   []types.UID // of the accounts, known once they are written
}

func newWriter(config *rest.Config, opts Options) (*writer, error) {
	config = rest.CopyConfig(config)
	// Protobuf costs the server a third of what JSON does, and it is the server
	// that limits us.
	config.ContentType = runtime.ContentTypeProtobuf
	config.QPS = -1
	if err := rest.LoadTLSFiles(config); err != nil {
		return nil, fmt.Errorf("read the cluster's CA: %w", err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	return &writer{
		client: client,
		opts:   opts,
		plan:   newPlan(opts.Size, rand.New(rand.NewPCG(opts.Seed, 0)), time.Now().UTC()),
		ca:     config.CAData,
		uids:   make([]types.UID, opts.Size.Accounts),
	}, nil
}

// random is the source for the i-th object's own bytes. Each object has its
// own, so that the order in which workers get there does not matter.
func (w *writer) random(i int) *rand.Rand { return rand.New(rand.NewPCG(w.opts.Seed, uint64(i)+1)) }

func (w *writer) writeNamespace(ctx context.Context, i int) error {
	_, err := w.client.CoreV1().Namespaces().Create(ctx, namespaceObject(w.plan.namespaces[i]), metav1.CreateOptions{})
	return unlessExists(err)
}

func (w *writer) writeAccount(ctx context.Context, i int) error {
	o := w.plan.accountObject(i)
	accounts := w.client.CoreV1().ServiceAccounts(o.Namespace)
	got, err := accounts.Create(ctx, o, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		got, err = accounts.Get(ctx, o.Name, metav1.GetOptions{})
	}
	if err != nil {
		return err
	}
	w.uids[i] = got.UID
	return nil
}

// writeToken signs its fields as whoever would have made such a token.
func (w *writer) writeToken(ctx context.Context, i int) error {
	t := w.plan.tokens[i]
	o := w.plan.tokenObject(i, w.random(i), w.uids[t.account], w.ca)
	manager := "kubectl-create"
	if t.listed {
		manager = "kube-controller-manager"
	}
	_, err := w.client.CoreV1().Secrets(o.Namespace).Create(ctx, o, metav1.CreateOptions{FieldManager: manager})
	return unlessExists(err)
}

func (w *writer) writeSecret(ctx context.Context, i int) error {
	o := w.plan.secretObject(i, w.random(i), w.opts.Size.SecretBytes)
	_, err := w.client.CoreV1().Secrets(o.Namespace).Create(ctx, o, metav1.CreateOptions{})
	return unlessExists(err)
}

func (w *writer) writePod(ctx context.Context, i int) error {
	o := w.plan.podObject(i)
	_, err := w.client.CoreV1().Pods(o.Namespace).Create(ctx, o, metav1.CreateOptions{})
	return unlessExists(err)
}

func unlessExists(err error) error {
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// each calls do for 0 … n-1, from several workers, until one fails.
func each(ctx context.Context, n, workers int, do func(context.Context, int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range workers {
		group.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return nil
				}
				if err := do(ctx, i); err != nil {
					return err
				}
			}
		})
	}
	return group.Wait()
}
