package discover

import (
	"strings"
	"testing"

	"timebound/model"
)

func TestPlatforms(t *testing.T) {
	for _, test := range []struct {
		git     string
		labels  []string
		kubeadm bool
		want    model.PlatformID
		how     string
	}{
		{"v1.30.14", nil, false, model.PlatformPlain, "nothing else was recognised"},
		{"v1.30.14", nil, true, model.PlatformKubeadm, "configmap kube-system/kubeadm-config"},
		{"v1.30.14-eks-3025e55", []string{"eks.amazonaws.com/nodegroup"}, false, model.PlatformEKS, "version v1.30.14-eks-3025e55"},
		{"v1.30.14", []string{"eks.amazonaws.com/nodegroup"}, false, model.PlatformEKS, "node label eks.amazonaws.com/nodegroup"},
		{"v1.30.4-eks-1-30-12", nil, true, model.PlatformKubeadm, "configmap kube-system/kubeadm-config; Amazon EKS Distro, not run by Amazon"},
		{"v1.30.4-eks-1-30-12", nil, false, model.PlatformPlain, "nothing else was recognised; Amazon EKS Distro, not run by Amazon"},
		{"v1.30.5-gke.1014001", nil, false, model.PlatformGKE, "version v1.30.5-gke.1014001"},
		{"v1.30.7", []string{"kubernetes.azure.com/cluster"}, false, model.PlatformAKS, "node label kubernetes.azure.com/cluster"},
		{"v1.30.7-aliyun.1", nil, false, model.PlatformACK, "version v1.30.7-aliyun.1"},
		{"v1.28.1-r0", nil, false, model.PlatformCCE, "version v1.28.1-r0"},
		{"v1.28.1-r0-28.0.3", nil, false, model.PlatformCCE, "version v1.28.1-r0-28.0.3"},
		{"v1.28.1-rc.1", nil, false, model.PlatformPlain, "nothing else was recognised"},
		{"v1.30.4+k3s1", nil, false, model.PlatformK3s, "version v1.30.4+k3s1"},
		{"v1.30.4+rke2r1", nil, false, model.PlatformRKE2, "version v1.30.4+rke2r1"},
	} {
		t.Run(test.git+" "+strings.Join(test.labels, ","), func(t *testing.T) {
			w := plain(test.git)
			w[nodesPath] = nodeList(test.labels...)
			if test.kubeadm {
				w[kubeadmPath] = configMap(map[string]string{"ClusterConfiguration": "kind: ClusterConfiguration"})
			}
			c, problems := look(t, w)
			wantProblems(t, problems)
			if c.Platform != (model.Platform{ID: test.want, How: test.how}) {
				t.Errorf("got %+v", c.Platform)
			}
		})
	}
}
