package trim

import (
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
)

// Every place in a pod spec that upstream's VisitPodSecretNames visits
// (k8s.io/kubernetes pkg/api/v1/pod/util.go).
func TestPodSecretPlaces(t *testing.T) {
	yes := true
	local := &corev1.LocalObjectReference{Name: "s"}
	volume := func(v corev1.VolumeSource) corev1.PodSpec {
		return corev1.PodSpec{Volumes: []corev1.Volume{{Name: "v", VolumeSource: v}}}
	}
	env := []corev1.EnvVar{{Name: "PLAIN", Value: "s"}, {Name: "KEY", ValueFrom: &corev1.EnvVarSource{
		SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: *local, Optional: &yes}}}}
	from := []corev1.EnvFromSource{{ConfigMapRef: &corev1.ConfigMapEnvSource{}}, {SecretRef: &corev1.SecretEnvSource{LocalObjectReference: *local}}}

	tests := []struct {
		upstream string // the place as upstream's visitor names it
		spec     corev1.PodSpec
		how      model.RefKind
		where    string
		optional bool
	}{
		{"spec.imagePullSecrets", corev1.PodSpec{ImagePullSecrets: []corev1.LocalObjectReference{*local}}, model.RefImagePull, "imagePullSecrets", false},
		{"containers[].env", corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Env: env}}}, model.RefEnv, "container c, variable KEY", true},
		{"containers[].envFrom", corev1.PodSpec{Containers: []corev1.Container{{Name: "c", EnvFrom: from}}}, model.RefEnvFrom, "container c, envFrom", false},
		{"initContainers[].env", corev1.PodSpec{InitContainers: []corev1.Container{{Name: "c", Env: env}}}, model.RefEnv, "init container c, variable KEY", true},
		{"initContainers[].envFrom", corev1.PodSpec{InitContainers: []corev1.Container{{Name: "c", EnvFrom: from}}}, model.RefEnvFrom, "init container c, envFrom", false},
		{"ephemeralContainers[].env", corev1.PodSpec{EphemeralContainers: []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "c", Env: env}}}}, model.RefEnv, "ephemeral container c, variable KEY", true},
		{"ephemeralContainers[].envFrom", corev1.PodSpec{EphemeralContainers: []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "c", EnvFrom: from}}}}, model.RefEnvFrom, "ephemeral container c, envFrom", false},
		{"volumes[].secret", volume(corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "s", Optional: &yes}}), model.RefVolume, "volume v", true},
		{"volumes[].projected.sources[].secret", volume(corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{{}, {Secret: &corev1.SecretProjection{LocalObjectReference: *local}}}}}), model.RefProjected, "volume v", false},
		{"volumes[].azureFile", volume(corev1.VolumeSource{AzureFile: &corev1.AzureFileVolumeSource{SecretName: "s"}}), model.RefVolumeOther, "volume v (azureFile)", false},
		{"volumes[].cephfs", volume(corev1.VolumeSource{CephFS: &corev1.CephFSVolumeSource{SecretRef: local}}), model.RefVolumeOther, "volume v (cephfs)", false},
		{"volumes[].cinder", volume(corev1.VolumeSource{Cinder: &corev1.CinderVolumeSource{SecretRef: local}}), model.RefVolumeOther, "volume v (cinder)", false},
		{"volumes[].flexVolume", volume(corev1.VolumeSource{FlexVolume: &corev1.FlexVolumeSource{SecretRef: local}}), model.RefVolumeOther, "volume v (flexVolume)", false},
		{"volumes[].rbd", volume(corev1.VolumeSource{RBD: &corev1.RBDVolumeSource{SecretRef: local}}), model.RefVolumeOther, "volume v (rbd)", false},
		{"volumes[].scaleIO", volume(corev1.VolumeSource{ScaleIO: &corev1.ScaleIOVolumeSource{SecretRef: local}}), model.RefVolumeOther, "volume v (scaleIO)", false},
		{"volumes[].iscsi", volume(corev1.VolumeSource{ISCSI: &corev1.ISCSIVolumeSource{SecretRef: local}}), model.RefVolumeOther, "volume v (iscsi)", false},
		{"volumes[].storageos", volume(corev1.VolumeSource{StorageOS: &corev1.StorageOSVolumeSource{SecretRef: local}}), model.RefVolumeOther, "volume v (storageos)", false},
		{"volumes[].csi.nodePublishSecretRef", volume(corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{NodePublishSecretRef: local}}), model.RefVolumeOther, "volume v (csi)", false},
	}
	for _, test := range tests {
		t.Run(test.upstream, func(t *testing.T) {
			w := Pod(&corev1.Pod{Spec: test.spec})
			want := []model.SecretRef{{Secret: "s", How: test.how, Where: test.where, Optional: test.optional}}
			if !slices.Equal(w.Secrets, want) {
				t.Errorf("got %+v\nwant %+v", w.Secrets, want)
			}
		})
	}
}

// Volume kinds without credentials, and references without a name, name
// nothing.
func TestPodNamesNothing(t *testing.T) {
	w := Pod(&corev1.Pod{Spec: corev1.PodSpec{
		Volumes: []corev1.Volume{
			{VolumeSource: corev1.VolumeSource{RBD: &corev1.RBDVolumeSource{}}},
			{VolumeSource: corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{}}},
			{VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{}}},
			{VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
		},
		ImagePullSecrets: []corev1.LocalObjectReference{{}},
	}})
	if len(w.Secrets) != 0 || w.BoundToken || w.Account != "default" || w.Kind != "Pod" {
		t.Errorf("got %+v", w)
	}
}

func TestPodFacts(t *testing.T) {
	isController := true
	pod := corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web-1", UID: "u", OwnerReferences: []metav1.OwnerReference{
			{Kind: "Other", Name: "x"}, {Kind: "ReplicaSet", Name: "web", UID: "r", Controller: &isController}}},
		Spec: corev1.PodSpec{NodeName: "n1", DeprecatedServiceAccount: "old", Volumes: []corev1.Volume{{VolumeSource: corev1.VolumeSource{
			Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{}}}}}}}},
	}
	w := Pod(&pod)
	if w.Account != "old" || !w.BoundToken || w.Node != "n1" || w.Owner.Name != "web" || w.State != model.WorkloadActive {
		t.Errorf("got %+v", w)
	}
	for phase, want := range map[corev1.PodPhase]model.WorkloadState{
		corev1.PodPending: model.WorkloadActive, corev1.PodRunning: model.WorkloadActive, corev1.PodUnknown: model.WorkloadActive,
		corev1.PodSucceeded: model.WorkloadFinished, corev1.PodFailed: model.WorkloadFinished,
	} {
		pod.Status.Phase = phase
		if got := Pod(&pod).State; got != want {
			t.Errorf("%s: %s, want %s", phase, got, want)
		}
	}
}

func TestTemplates(t *testing.T) {
	zero, three, yes := int32(0), int32(3), true
	owner := func(apiVersion, kind string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Name: "x", OwnerReferences: []metav1.OwnerReference{{APIVersion: apiVersion, Kind: kind, Controller: &yes}}}
	}
	finished := []batchv1.JobCondition{{Type: batchv1.JobFailed, Status: corev1.ConditionTrue}}
	template := &corev1.PodTemplateSpec{}
	tests := []struct {
		what  string
		got   *model.Workload
		kind  string // "" if it is left out
		state model.WorkloadState
	}{
		{"deployment", Deployment(&appsv1.Deployment{Spec: appsv1.DeploymentSpec{Replicas: &three}}), "Deployment", model.WorkloadActive},
		{"deployment at zero", Deployment(&appsv1.Deployment{Spec: appsv1.DeploymentSpec{Replicas: &zero}}), "Deployment", model.WorkloadZero},
		{"paused deployment", Deployment(&appsv1.Deployment{Spec: appsv1.DeploymentSpec{Paused: true}}), "Deployment", model.WorkloadActive},
		{"stateful set at zero", StatefulSet(&appsv1.StatefulSet{Spec: appsv1.StatefulSetSpec{Replicas: &zero}}), "StatefulSet", model.WorkloadZero},
		{"daemon set", DaemonSet(&appsv1.DaemonSet{}), "DaemonSet", model.WorkloadActive},
		{"replica set alone", ReplicaSet(&appsv1.ReplicaSet{}), "ReplicaSet", model.WorkloadActive},
		{"replica set of a deployment", ReplicaSet(&appsv1.ReplicaSet{ObjectMeta: owner("apps/v1", "Deployment")}), "", 0},
		{"replica set of a rollout, which nobody reads", ReplicaSet(&appsv1.ReplicaSet{ObjectMeta: owner("argoproj.io/v1alpha1", "Rollout")}), "ReplicaSet", model.WorkloadActive},
		{"replica set of another group's Deployment", ReplicaSet(&appsv1.ReplicaSet{ObjectMeta: owner("example.com/v1", "Deployment")}), "ReplicaSet", model.WorkloadActive},
		{"replication controller", ReplicationController(&corev1.ReplicationController{Spec: corev1.ReplicationControllerSpec{Template: template, Replicas: &zero}}), "ReplicationController", model.WorkloadZero},
		{"replication controller without template", ReplicationController(&corev1.ReplicationController{}), "", 0},
		{"replication controller of a deployment config", ReplicationController(&corev1.ReplicationController{ObjectMeta: owner("apps.openshift.io/v1", "DeploymentConfig"), Spec: corev1.ReplicationControllerSpec{Template: template}}), "", 0},
		{"job", Job(&batchv1.Job{}), "Job", model.WorkloadActive},
		{"suspended job", Job(&batchv1.Job{Spec: batchv1.JobSpec{Suspend: &yes}}), "Job", model.WorkloadSuspended},
		{"failed job", Job(&batchv1.Job{Status: batchv1.JobStatus{Conditions: finished}}), "Job", model.WorkloadFinished},
		{"job of a cron job", Job(&batchv1.Job{ObjectMeta: owner("batch/v1", "CronJob")}), "", 0},
		{"job of a workflow", Job(&batchv1.Job{ObjectMeta: owner("argoproj.io/v1alpha1", "Workflow")}), "Job", model.WorkloadActive},
		{"cron job", CronJob(&batchv1.CronJob{}), "CronJob", model.WorkloadActive},
		{"suspended cron job", CronJob(&batchv1.CronJob{Spec: batchv1.CronJobSpec{Suspend: &yes}}), "CronJob", model.WorkloadSuspended},
		{"deployment config without template", DeploymentConfig(&OpenShiftDeploymentConfig{}), "", 0},
	}
	for _, test := range tests {
		t.Run(test.what, func(t *testing.T) {
			if test.kind == "" {
				if test.got != nil {
					t.Errorf("kept %+v", test.got)
				}
				return
			}
			if test.got == nil || test.got.Kind != test.kind || test.got.State != test.state || test.got.Account != "default" {
				t.Errorf("got %+v", test.got)
			}
		})
	}
}

func TestManagedBy(t *testing.T) {
	tests := []struct {
		labels, annotations map[string]string
		want                string
	}{
		{nil, nil, ""},
		{map[string]string{"app.kubernetes.io/managed-by": "Helm"}, map[string]string{"meta.helm.sh/release-name": "shop"}, "Helm release shop"},
		{map[string]string{"app.kubernetes.io/managed-by": "Helm"}, nil, "Helm"},
		{map[string]string{"app.kubernetes.io/managed-by": "kustomize"}, nil, ""},
		{nil, map[string]string{"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web"}, "Argo CD shop"},
		{map[string]string{"argocd.argoproj.io/instance": "shop"}, nil, "Argo CD shop"},
		{map[string]string{"kustomize.toolkit.fluxcd.io/name": "apps"}, nil, "Flux apps"},
		{map[string]string{"app.kubernetes.io/managed-by": "Helm", "helm.toolkit.fluxcd.io/name": "shop"}, map[string]string{"meta.helm.sh/release-name": "shop"}, "Flux shop"},
	}
	for _, test := range tests {
		if got := managedBy(&metav1.ObjectMeta{Labels: test.labels, Annotations: test.annotations}); got != test.want {
			t.Errorf("%v %v: %q, want %q", test.labels, test.annotations, got, test.want)
		}
	}
}

func TestAddressesOfPodsAndNodes(t *testing.T) {
	pod := &corev1.Pod{Status: corev1.PodStatus{PodIP: "10.1.0.7"}}
	if got := Pod(pod).Address; got != "10.1.0.7" {
		t.Errorf("the pod's address is %q", got)
	}
	pod.Spec.HostNetwork = true
	if got := Pod(pod).Address; got != "" {
		t.Errorf("a pod on the host's network has the node's address, not %q of its own", got)
	}
	node := Node(&corev1.Node{Status: corev1.NodeStatus{Addresses: []corev1.NodeAddress{
		{Type: corev1.NodeHostName, Address: "n1"}, {Type: corev1.NodeInternalIP, Address: "10.0.0.1"}, {Type: corev1.NodeExternalIP, Address: "203.0.113.1"},
	}}})
	if !slices.Equal(node.Addresses, []string{"10.0.0.1", "203.0.113.1"}) {
		t.Errorf("the node's addresses are %q", node.Addresses)
	}
}
