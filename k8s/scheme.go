package k8s

import (
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	batchv1beta1 "k8s.io/api/batch/v1beta1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"

	"timebound/k8s/trim"
)

var metaVersion = schema.GroupVersion{Version: "v1"}

// The forms that are asked for. Protobuf is decoded several times faster than
// JSON. The metadata forms name no plain one to fall back to: client-go's own
// metadata client ends its list with application/json, with which a server that
// cannot cut objects down would send whole secrets. Such a server now answers
// 406, and no token byte crosses the wire.
const (
	acceptTyped        = "application/vnd.kubernetes.protobuf,application/json"
	acceptJSON         = "application/json"
	acceptMetadataList = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1," +
		"application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
	acceptMetadata = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1," +
		"application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
)

// scheme knows the kinds that are watched, and no others: the scheme of
// client-go's clientset registers every API group there is.
var (
	scheme = newScheme()
	codecs = serializer.NewCodecFactory(scheme)
)

func newScheme() *runtime.Scheme {
	s := runtime.NewScheme()
	metav1.AddToGroupVersion(s, metaVersion)
	for _, add := range []func(*runtime.Scheme) error{
		metav1.AddMetaToScheme, corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme, batchv1beta1.AddToScheme,
	} {
		utilruntime.Must(add(s))
	}
	s.AddKnownTypeWithName(trim.OpenShiftApps.WithKind("DeploymentConfig"), &trim.OpenShiftDeploymentConfig{})
	metav1.AddToGroupVersion(s, trim.OpenShiftApps)
	return s
}
