package forecast

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"timebound/model"
)

// Where the API server keeps what has dates.
const (
	trackingName = "kube-apiserver-legacy-service-account-token-tracking"
	trackingKey  = "since"

	storedTracking = "/registry/configmaps/" + metav1.NamespaceSystem + "/" + trackingName
	storedSecrets  = "/registry/secrets/"
	storedPods     = "/registry/pods/"
)

// created sets when tokens were made, and their pods: each some days before,
// which is nothing to the cleaner. It gives the revision of the tokens.
func (e etcd) created(t *testing.T, tokens []token) string {
	t.Helper()
	made := map[string]metav1.Time{}
	for _, k := range tokens {
		made[k.key()] = metav1.NewTime(k.created)
	}
	pods := 0
	e.revise(t, storedPods, func(o runtime.Object) {
		pod := o.(*corev1.Pod)
		pod.CreationTimestamp = metav1.NewTime(pod.CreationTimestamp.AddDate(0, 0, -pods%20))
		pods++
	})
	return e.revise(t, storedSecrets, func(o runtime.Object) {
		secret := o.(*corev1.Secret)
		if moment, ours := made[secret.Namespace+"/"+secret.Name]; ours {
			secret.CreationTimestamp = moment
		}
	})
}

// dayGoesBy takes every date that the cleaner compares with the clock back by a
// day. It gives the revision of the tokens.
func (e etcd) dayGoesBy(t *testing.T) string {
	t.Helper()
	e.revise(t, storedTracking, func(o runtime.Object) { dayBack(o.(*corev1.ConfigMap).Data, trackingKey) })
	return e.revise(t, storedSecrets, func(o runtime.Object) {
		secret := o.(*corev1.Secret)
		secret.CreationTimestamp = metav1.NewTime(secret.CreationTimestamp.AddDate(0, 0, -1))
		dayBack(secret.Labels, model.LabelLastUsed)
		dayBack(secret.Labels, model.LabelInvalidSince)
	})
}

// dayBack changes only what is a day.
func dayBack(values map[string]string, key string) {
	if d := model.NewDayLabel(values[key]); d.Valid {
		values[key] = (d.Day - 1).String()
	}
}
