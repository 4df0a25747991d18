package trim

import (
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	batchv1beta1 "k8s.io/api/batch/v1beta1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"timebound/model"
)

// template keeps an object that makes pods.
func template(kind string, m *metav1.ObjectMeta, spec *corev1.PodSpec, state model.WorkloadState) *model.Workload {
	w := &model.Workload{
		Key:        Key(m),
		Kind:       kind,
		UID:        own(string(m.UID)),
		Generation: m.Generation,
		Created:    created(m),
		State:      state,
		Owner:      controller(m),
		ManagedBy:  managedBy(m),
	}
	keepSpec(w, spec)
	return w
}

// scaled reads a replica count. nil means 1, the API's default.
func scaled(replicas *int32) model.WorkloadState {
	if replicas != nil && *replicas == 0 {
		return model.WorkloadZero
	}
	return model.WorkloadActive
}

// Deployment keeps what its pods will name.
func Deployment(o *appsv1.Deployment) *model.Workload {
	return template("Deployment", &o.ObjectMeta, &o.Spec.Template.Spec, scaled(o.Spec.Replicas))
}

// StatefulSet keeps what its pods will name.
func StatefulSet(o *appsv1.StatefulSet) *model.Workload {
	return template("StatefulSet", &o.ObjectMeta, &o.Spec.Template.Spec, scaled(o.Spec.Replicas))
}

// DaemonSet keeps what its pods will name.
func DaemonSet(o *appsv1.DaemonSet) *model.Workload {
	return template("DaemonSet", &o.ObjectMeta, &o.Spec.Template.Spec, model.WorkloadActive)
}

// spokenFor says that an object is controlled by one of a kind that is read
// too, whose template speaks for it. Controlled by anything else, such as an
// Argo Rollout, the object's own template is all there is to see.
func spokenFor(m *metav1.ObjectMeta, group, kind string) bool {
	ref := metav1.GetControllerOfNoCopy(m)
	return ref != nil && ref.Kind == kind && strings.HasPrefix(ref.APIVersion, group+"/")
}

// ReplicaSet leaves out those of a Deployment.
func ReplicaSet(o *appsv1.ReplicaSet) *model.Workload {
	if spokenFor(&o.ObjectMeta, "apps", "Deployment") {
		return nil
	}
	return template("ReplicaSet", &o.ObjectMeta, &o.Spec.Template.Spec, scaled(o.Spec.Replicas))
}

// ReplicationController leaves out those of a DeploymentConfig.
func ReplicationController(o *corev1.ReplicationController) *model.Workload {
	if o.Spec.Template == nil || spokenFor(&o.ObjectMeta, OpenShiftApps.Group, "DeploymentConfig") {
		return nil
	}
	return template("ReplicationController", &o.ObjectMeta, &o.Spec.Template.Spec, scaled(o.Spec.Replicas))
}

// Job leaves out those of a CronJob.
func Job(o *batchv1.Job) *model.Workload {
	if spokenFor(&o.ObjectMeta, "batch", "CronJob") {
		return nil
	}
	state := model.WorkloadActive
	switch {
	case jobFinished(o.Status.Conditions):
		state = model.WorkloadFinished
	case o.Spec.Suspend != nil && *o.Spec.Suspend:
		state = model.WorkloadSuspended
	}
	return template("Job", &o.ObjectMeta, &o.Spec.Template.Spec, state)
}

func jobFinished(conditions []batchv1.JobCondition) bool {
	for i := range conditions {
		c := &conditions[i]
		if c.Status == corev1.ConditionTrue && (c.Type == batchv1.JobComplete || c.Type == batchv1.JobFailed) {
			return true
		}
	}
	return false
}

func suspended(suspend *bool) model.WorkloadState {
	if suspend != nil && *suspend {
		return model.WorkloadSuspended
	}
	return model.WorkloadActive
}

// CronJob keeps what its pods will name.
func CronJob(o *batchv1.CronJob) *model.Workload {
	return template("CronJob", &o.ObjectMeta, &o.Spec.JobTemplate.Spec.Template.Spec, suspended(o.Spec.Suspend))
}

// CronJobBeta is for servers before 1.21, which have CronJobs in
// batch/v1beta1 only.
func CronJobBeta(o *batchv1beta1.CronJob) *model.Workload {
	return template("CronJob", &o.ObjectMeta, &o.Spec.JobTemplate.Spec.Template.Spec, suspended(o.Spec.Suspend))
}

// OpenShiftApps is the API group of OpenShiftDeploymentConfig.
var OpenShiftApps = schema.GroupVersion{Group: "apps.openshift.io", Version: "v1"}

// OpenShiftDeploymentConfig is as much of OpenShift's DeploymentConfig as decides about
// tokens (openshift/api apps/v1). It is read as JSON.
type OpenShiftDeploymentConfig struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct {
		// Replicas is no pointer upstream: a missing one means 0.
		Replicas int32                   `json:"replicas"`
		Template *corev1.PodTemplateSpec `json:"template"`
	} `json:"spec"`
}

// DeepCopyObject makes it a runtime.Object, so that watches can decode it.
func (d *OpenShiftDeploymentConfig) DeepCopyObject() runtime.Object {
	c := *d
	c.ObjectMeta = *d.ObjectMeta.DeepCopy()
	c.Spec.Template = d.Spec.Template.DeepCopy()
	return &c
}

// DeploymentConfig keeps what its pods will name; nil without a template.
func DeploymentConfig(o *OpenShiftDeploymentConfig) *model.Workload {
	if o.Spec.Template == nil {
		return nil
	}
	return template("DeploymentConfig", &o.ObjectMeta, &o.Spec.Template.Spec, scaled(&o.Spec.Replicas))
}
