package scenarios

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
)

// templatePointings are the objects that carry a pod template. No controller
// runs that would make pods of them: the template alone has to do.
func templatePointings() []pointing {
	in := func(kind, name string, state model.WorkloadState, make func(*testing.T, *stage, string, string)) pointing {
		return pointing{name: name, how: model.RefVolume, kind: kind, where: "volume creds", state: state, make: make}
	}
	return []pointing{
		in("Deployment", "deployment", model.WorkloadActive, func(t *testing.T, s *stage, namespace, name string) {
			t.Helper()
			s.deployment(t, namespace, name, 3)
		}),
		in("Deployment", "deployment-zero", model.WorkloadZero, func(t *testing.T, s *stage, namespace, name string) {
			t.Helper()
			owner := s.deployment(t, namespace, name, 0)
			s.replicaSet(t, namespace, "owned-replicaset", name, metav1.OwnerReference{
				APIVersion: "apps/v1", Kind: "Deployment", Name: name, UID: owner.UID, Controller: new(true),
			})
		}),
		in("ReplicaSet", "replicaset", model.WorkloadActive, func(t *testing.T, s *stage, namespace, name string) {
			t.Helper()
			s.replicaSet(t, namespace, name, name)
		}),
		in("ReplicationController", "replicationcontroller", model.WorkloadActive, replicationController),
		in("StatefulSet", "statefulset", model.WorkloadActive, statefulSet),
		in("DaemonSet", "daemonset", model.WorkloadActive, daemonSet),
		in("Job", "job", model.WorkloadActive, func(t *testing.T, s *stage, namespace, name string) {
			t.Helper()
			s.job(t, namespace, name, name)
		}),
		in("CronJob", "cronjob-suspended", model.WorkloadSuspended, func(t *testing.T, s *stage, namespace, name string) {
			t.Helper()
			owner := s.cronJob(t, namespace, name)
			s.job(t, namespace, "owned-job", name, metav1.OwnerReference{
				APIVersion: "batch/v1", Kind: "CronJob", Name: name, UID: owner.UID, Controller: new(true),
			})
		}),
	}
}

// template mounts a secret.
func template(secret string) corev1.PodTemplateSpec {
	spec := podSpec()
	spec.Volumes = secretVolume(secret)
	return corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels(secret)}, Spec: spec}
}

func labels(name string) map[string]string { return map[string]string{"app": name} }

func selector(name string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: labels(name)}
}

func (s *stage) deployment(t *testing.T, namespace, name string, replicas int32) *appsv1.Deployment {
	t.Helper()
	o, err := s.admin.AppsV1().Deployments(namespace).Create(t.Context(), &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       appsv1.DeploymentSpec{Replicas: &replicas, Selector: selector(name), Template: template(name)},
	}, metav1.CreateOptions{})
	must(t, err)
	return o
}

func (s *stage) replicaSet(t *testing.T, namespace, name, secret string, owners ...metav1.OwnerReference) {
	t.Helper()
	_, err := s.admin.AppsV1().ReplicaSets(namespace).Create(t.Context(), &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{Name: name, OwnerReferences: owners},
		Spec:       appsv1.ReplicaSetSpec{Selector: selector(secret), Template: template(secret)},
	}, metav1.CreateOptions{})
	must(t, err)
}

func replicationController(t *testing.T, s *stage, namespace, name string) {
	t.Helper()
	_, err := s.admin.CoreV1().ReplicationControllers(namespace).Create(t.Context(), &corev1.ReplicationController{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       corev1.ReplicationControllerSpec{Selector: labels(name), Template: new(template(name))},
	}, metav1.CreateOptions{})
	must(t, err)
}

func statefulSet(t *testing.T, s *stage, namespace, name string) {
	t.Helper()
	_, err := s.admin.AppsV1().StatefulSets(namespace).Create(t.Context(), &appsv1.StatefulSet{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       appsv1.StatefulSetSpec{ServiceName: name, Selector: selector(name), Template: template(name)},
	}, metav1.CreateOptions{})
	must(t, err)
}

func daemonSet(t *testing.T, s *stage, namespace, name string) {
	t.Helper()
	_, err := s.admin.AppsV1().DaemonSets(namespace).Create(t.Context(), &appsv1.DaemonSet{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       appsv1.DaemonSetSpec{Selector: selector(name), Template: template(name)},
	}, metav1.CreateOptions{})
	must(t, err)
}

func jobSpec(secret string) batchv1.JobSpec {
	once := template(secret)
	once.Spec.RestartPolicy = corev1.RestartPolicyNever
	return batchv1.JobSpec{Template: once}
}

func (s *stage) job(t *testing.T, namespace, name, secret string, owners ...metav1.OwnerReference) {
	t.Helper()
	_, err := s.admin.BatchV1().Jobs(namespace).Create(t.Context(), &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Name: name, OwnerReferences: owners},
		Spec:       jobSpec(secret),
	}, metav1.CreateOptions{})
	must(t, err)
}

func (s *stage) cronJob(t *testing.T, namespace, name string) *batchv1.CronJob {
	t.Helper()
	o, err := s.admin.BatchV1().CronJobs(namespace).Create(t.Context(), &batchv1.CronJob{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       batchv1.CronJobSpec{Schedule: "@daily", Suspend: new(true), JobTemplate: batchv1.JobTemplateSpec{Spec: jobSpec(name)}},
	}, metav1.CreateOptions{})
	must(t, err)
	return o
}
