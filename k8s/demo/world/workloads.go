package world

import (
	"fmt"
	"maps"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

const appLabel = "app.kubernetes.io/name"

// shape is what all workloads of a row have in common.
type shape struct {
	row      workloadRow
	at       place
	meta     metav1.ObjectMeta
	template corev1.PodTemplateSpec
	selector map[string]string
	replicas int32
}

func (b *builder) workload(at place, w workloadRow) error {
	at, err := b.born(at, w.Created, w.Name)
	if err != nil {
		return err
	}
	s := shape{row: w, at: at, meta: b.meta(w.Kind, at, w.Name), selector: map[string]string{appLabel: w.Name}, replicas: 1}
	s.meta.Labels = maps.Clone(w.Labels)
	set(&s.meta.Labels, appLabel, w.Name)
	s.meta.Annotations = maps.Clone(w.Annotations)
	if err := s.manage(); err != nil {
		return err
	}
	s.template = corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: s.selector}, Spec: w.podSpec()}
	if w.Kind == "DaemonSet" {
		s.replicas = int32(len(b.nodes))
	}
	if w.Replicas != nil {
		s.replicas = int32(*w.Replicas)
	}
	return b.shaped(s)
}

// manage marks the object with the signs of the tool that owns its manifest.
func (s *shape) manage() error {
	tool, name, _ := strings.Cut(s.row.Managed, " ")
	switch tool {
	case "":
	case "helm":
		set(&s.meta.Labels, "app.kubernetes.io/managed-by", "Helm")
		set(&s.meta.Annotations, "meta.helm.sh/release-name", name)
		set(&s.meta.Annotations, "meta.helm.sh/release-namespace", s.at.namespace)
	case "argocd":
		set(&s.meta.Annotations, "argocd.argoproj.io/tracking-id",
			fmt.Sprintf("%s:apps/%s:%s/%s", name, s.row.Kind, s.at.namespace, s.row.Name))
	case "flux":
		set(&s.meta.Labels, "kustomize.toolkit.fluxcd.io/name", name)
		set(&s.meta.Labels, "kustomize.toolkit.fluxcd.io/namespace", "flux-system")
	default:
		return fmt.Errorf("managed: %q is none of helm, argocd, flux", s.row.Managed)
	}
	return nil
}

func (b *builder) shaped(s shape) error {
	selector := &metav1.LabelSelector{MatchLabels: s.selector}
	running := corev1.PodRunning
	switch s.row.Kind {
	case "Pod":
		b.pods(s, nil, corev1.PodPhase(s.row.Finished))
	case "Deployment":
		o := &appsv1.Deployment{ObjectMeta: s.meta, Spec: appsv1.DeploymentSpec{Replicas: &s.replicas, Selector: selector, Template: s.template}}
		rs := b.revision(s)
		b.add(o, rs)
		b.pods(s, rs, running)
	case "ReplicaSet":
		o := &appsv1.ReplicaSet{ObjectMeta: s.meta, Spec: appsv1.ReplicaSetSpec{Replicas: &s.replicas, Selector: selector, Template: s.template}}
		b.add(o)
		b.pods(s, o, running)
	case "StatefulSet":
		o := &appsv1.StatefulSet{ObjectMeta: s.meta, Spec: appsv1.StatefulSetSpec{Replicas: &s.replicas, Selector: selector, Template: s.template, ServiceName: s.row.Name}}
		b.add(o)
		b.pods(s, o, running)
	case "DaemonSet":
		o := &appsv1.DaemonSet{ObjectMeta: s.meta, Spec: appsv1.DaemonSetSpec{Selector: selector, Template: s.template}}
		o.Status.DesiredNumberScheduled = s.replicas
		b.add(o)
		b.pods(s, o, running)
	case "ReplicationController":
		o := &corev1.ReplicationController{ObjectMeta: s.meta, Spec: corev1.ReplicationControllerSpec{Replicas: &s.replicas, Selector: s.selector, Template: &s.template}}
		b.add(o)
		b.pods(s, o, running)
	case "DeploymentConfig":
		o, err := s.deploymentConfig()
		if err != nil {
			return err
		}
		b.add(o)
		rc := &corev1.ReplicationController{ObjectMeta: b.meta("ReplicationController", s.at, s.row.Name+"-1"),
			Spec: corev1.ReplicationControllerSpec{Replicas: &s.replicas, Selector: s.selector, Template: &s.template}}
		rc.OwnerReferences = owners(o)
		b.add(rc)
		b.pods(s, rc, running)
	case "Job":
		b.job(s)
	case "CronJob":
		b.add(&batchv1.CronJob{ObjectMeta: s.meta, Spec: batchv1.CronJobSpec{
			Schedule: s.row.Schedule, Suspend: &s.row.Suspended,
			JobTemplate: batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{Template: s.template}},
		}})
	default:
		return fmt.Errorf("kind %q is not known", s.row.Kind)
	}
	return nil
}

func (b *builder) job(s shape) {
	o := &batchv1.Job{ObjectMeta: s.meta, Spec: batchv1.JobSpec{Suspend: &s.row.Suspended, Template: s.template}}
	done := metav1.NewTime(s.at.created.Add(7 * time.Minute))
	phase := corev1.PodPhase(s.row.Finished)
	switch phase {
	case corev1.PodSucceeded:
		o.Status.Succeeded, o.Status.CompletionTime = s.replicas, &done
		o.Status.Conditions = []batchv1.JobCondition{{Type: batchv1.JobComplete, Status: corev1.ConditionTrue, LastTransitionTime: done}}
	case corev1.PodFailed:
		o.Status.Failed = s.replicas
		o.Status.Conditions = []batchv1.JobCondition{{Type: batchv1.JobFailed, Status: corev1.ConditionTrue, LastTransitionTime: done}}
	default:
		phase, o.Status.Active = corev1.PodRunning, s.replicas
	}
	b.add(o)
	if !s.row.Suspended {
		b.pods(s, o, phase)
	}
}

// revision is the ReplicaSet through which a Deployment keeps its pods.
func (b *builder) revision(s shape) *appsv1.ReplicaSet {
	hash := Suffix(9, "revision", s.at.namespace, s.row.Name)
	rs := &appsv1.ReplicaSet{
		ObjectMeta: b.meta("ReplicaSet", s.at, s.row.Name+"-"+hash),
		Spec:       appsv1.ReplicaSetSpec{Replicas: &s.replicas, Selector: &metav1.LabelSelector{MatchLabels: s.selector}, Template: s.template},
	}
	yes := true
	rs.Labels = s.selector
	rs.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "Deployment", Name: s.row.Name, UID: s.meta.UID, Controller: &yes}}
	return rs
}

// pods makes the pods of a workload; owner is nil for a pod of its own.
func (b *builder) pods(s shape, owner metav1.Object, phase corev1.PodPhase) {
	if phase == "" {
		phase = corev1.PodRunning
	}
	for i := range int(s.replicas) {
		name := s.row.Name
		switch {
		case owner == nil:
		case s.row.Kind == "StatefulSet":
			name = fmt.Sprintf("%s-%d", s.row.Name, i)
		default:
			name = owner.GetName() + "-" + Suffix(5, s.at.namespace, owner.GetName(), fmt.Sprint(i))
		}
		at := s.at
		if owner != nil && phase == corev1.PodRunning {
			// Pods are younger than what made them.
			at.created = later(at.created, b.dates.now.Add(-time.Duration(number(name)%(40*24*3600))*time.Second))
		}
		pod := &corev1.Pod{ObjectMeta: b.meta("Pod", at, name), Spec: s.row.admitted(s.template.Spec, name)}
		if owner == nil {
			pod.Labels, pod.Annotations = s.meta.Labels, s.meta.Annotations
		} else {
			pod.Labels, pod.OwnerReferences = s.selector, owners(owner)
		}
		pod.Spec.NodeName = b.nodes[int(number(at.namespace+name))%len(b.nodes)]
		pod.Status.Phase = phase
		b.add(pod)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// owners makes the reference to the controlling object.
func owners(owner metav1.Object) []metav1.OwnerReference {
	yes := true
	ref := metav1.OwnerReference{Name: owner.GetName(), UID: owner.GetUID(), Controller: &yes}
	switch o := owner.(type) {
	case *appsv1.ReplicaSet:
		ref.APIVersion, ref.Kind = "apps/v1", "ReplicaSet"
	case *appsv1.StatefulSet:
		ref.APIVersion, ref.Kind = "apps/v1", "StatefulSet"
	case *appsv1.DaemonSet:
		ref.APIVersion, ref.Kind = "apps/v1", "DaemonSet"
	case *batchv1.Job:
		ref.APIVersion, ref.Kind = "batch/v1", "Job"
	case *corev1.ReplicationController:
		ref.APIVersion, ref.Kind = "v1", "ReplicationController"
	case *unstructured.Unstructured:
		ref.APIVersion, ref.Kind = o.GetAPIVersion(), o.GetKind()
	}
	return []metav1.OwnerReference{ref}
}

// deploymentConfig makes OpenShift's own kind, for which client-go has no type.
func (s shape) deploymentConfig() (*unstructured.Unstructured, error) {
	template, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&s.template)
	if err != nil {
		return nil, err
	}
	m, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&s.meta)
	if err != nil {
		return nil, err
	}
	o := &unstructured.Unstructured{Object: map[string]any{
		"metadata": m,
		"spec":     map[string]any{"replicas": int64(s.replicas), "template": template},
	}}
	o.SetGroupVersionKind(schema.GroupVersionKind{Group: "apps.openshift.io", Version: "v1", Kind: "DeploymentConfig"})
	return o, nil
}
