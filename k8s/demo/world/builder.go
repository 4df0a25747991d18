package world

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// builder turns rows into objects.
type builder struct {
	file  clusterFile
	dates dates
	world *World
	nodes []string // names of the workers
}

// place is where a row stands: its namespace, and since when.
type place struct {
	namespace string
	created   time.Time
}

func newBuilder(c clusterFile) (*builder, error) {
	d, err := c.dates()
	if err != nil {
		return nil, err
	}
	b := &builder{file: c, dates: d, world: &World{
		Name: c.Name, Now: d.now, Version: c.Version, User: c.User,
		Resources: c.Resources, Gates: c.Gates, Counters: c.Counters, Forbidden: c.Forbidden,
	}}
	for _, n := range c.Nodes {
		if err := b.node(n); err != nil {
			return nil, err
		}
	}
	for _, o := range c.Objects {
		b.add(&unstructured.Unstructured{Object: o})
	}
	for _, name := range slices.Sorted(maps.Keys(c.ConfigMaps)) {
		ns, name, _ := strings.Cut(name, "/")
		b.add(&corev1.ConfigMap{
			ObjectMeta: b.meta("ConfigMap", place{ns, d.tracking}, name),
			Data:       c.ConfigMaps[ns+"/"+name],
		})
	}
	return b, nil
}

func (b *builder) add(objects ...runtime.Object) {
	b.world.Objects = append(b.world.Objects, objects...)
}

// meta makes the metadata that every object has.
func (b *builder) meta(kind string, at place, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: name, Namespace: at.namespace, UID: UID(kind, at.namespace, name),
		CreationTimestamp: metav1.NewTime(at.created),
	}
}

// born gives the creation time of a row that may leave it out.
func (b *builder) born(at place, created, salt string) (place, error) {
	if created == "" {
		return at, nil
	}
	t, err := moment(b.dates.now, created, at.namespace+salt)
	return place{at.namespace, t}, err
}

func (b *builder) node(n nodeRow) error {
	created, err := moment(b.dates.now, n.Created, n.Name)
	if err != nil {
		return fmt.Errorf("node %s: %w", n.Name, err)
	}
	m := b.meta("Node", place{created: created}, n.Name)
	m.Labels = map[string]string{
		"kubernetes.io/hostname": n.Name, "kubernetes.io/os": "linux", "node-role.kubernetes.io/" + n.Role: "",
	}
	if n.Role == "worker" {
		b.nodes = append(b.nodes, n.Name)
	}
	b.add(&corev1.Node{
		ObjectMeta: m,
		Spec:       corev1.NodeSpec{ProviderID: "vsphere://" + string(UID("machine", n.Name))},
		Status: corev1.NodeStatus{NodeInfo: corev1.NodeSystemInfo{
			KubeletVersion: b.file.Version, OperatingSystem: "linux", Architecture: "amd64",
			OSImage: "Red Hat Enterprise Linux CoreOS 416.94", ContainerRuntimeVersion: "cri-o://1.29.6",
		}},
	})
	return nil
}

func (b *builder) namespace(ns namespaceRow) error {
	at, err := b.born(place{namespace: ns.Name}, ns.Created, ns.Name)
	if err != nil {
		return err
	}
	m := b.meta("Namespace", place{created: at.created}, ns.Name)
	m.Labels, m.Annotations = maps.Clone(ns.Labels), ns.Annotations
	if m.Labels == nil {
		m.Labels = map[string]string{}
	}
	m.Labels["kubernetes.io/metadata.name"] = ns.Name
	b.add(&corev1.Namespace{ObjectMeta: m, Status: corev1.NamespaceStatus{Phase: corev1.NamespaceActive}})

	if ns.Standard != nil {
		ns.Accounts = append(b.standard(at, *ns.Standard), ns.Accounts...)
	}
	known := map[string]bool{}
	for _, a := range ns.Accounts {
		known[a.Name] = true
		if err := b.account(at, a); err != nil {
			return fmt.Errorf("account %s: %w", a.Name, err)
		}
	}
	for _, t := range ns.Orphans {
		if err := b.token(at, t, t.Account, UID("ServiceAccount", ns.Name, t.Account, "gone")); err != nil {
			return fmt.Errorf("orphan %s: %w", t.Name, err)
		}
	}
	for _, s := range ns.Secrets {
		if err := b.secret(at, s); err != nil {
			return fmt.Errorf("secret %s: %w", s.Name, err)
		}
	}
	for _, w := range ns.Workloads {
		if w.Account == "" {
			w.Account = "default"
		}
		if !known[w.Account] {
			return fmt.Errorf("workload %s runs as account %s, which is not in the namespace", w.Name, w.Account)
		}
		if err := b.workload(at, w); err != nil {
			return fmt.Errorf("workload %s: %w", w.Name, err)
		}
	}
	return nil
}

// finish lets the upstream cleaner do what it would have done by now.
func (b *builder) finish() (*World, error) {
	clean(b.world.Objects, b.dates)
	return b.world, nil
}
