package agent

import (
	"strings"
	"testing"
	"unicode/utf8"

	"timebound/model"
)

// agents are headers as they are found in audit logs, with what is read from
// them. Title is what a person sees.
var agents = []struct {
	raw      string
	title    string
	platform string
	library  Library
	kind     Kind
}{
	// Kubernetes itself.
	{"kubectl/v1.28.5 (linux/amd64) kubernetes/506050d", "kubectl 1.28.5", "linux/amd64", LibraryKubernetes, KindTool},
	{"kubectl.exe/v1.30.2 (windows/amd64) kubernetes/3968350", "kubectl 1.30.2", "windows/amd64", LibraryKubernetes, KindTool},
	{"kubectl/v0.0.0 (linux/amd64) kubernetes/$Format", "kubectl", "linux/amd64", LibraryGo, KindTool},
	{"kubectl/v1.11.0 (darwin/amd64) kubernetes/91e7b4f", "kubectl 1.11.0", "darwin/amd64", LibraryKubernetes, KindTool},
	{"kubectl/v1.28.5 (linux/amd64) kubernetes/$Format", "kubectl 1.28.5", "linux/amd64", LibraryGo, KindTool},
	{"kubelet/v1.27.3 (linux/arm64) kubernetes/25b4e43", "kubelet 1.27.3", "linux/arm64", LibraryKubernetes, KindNode},
	{"kube-proxy/v1.21.14 (linux/amd64) kubernetes/0f77da5", "kube-proxy 1.21.14", "linux/amd64", LibraryKubernetes, KindNode},
	{"kube-controller-manager/v1.30.14 (linux/amd64) kubernetes/9e18483/system:serviceaccount:kube-system:generic-garbage-collector", "kube-controller-manager 1.30.14 (system:serviceaccount:kube-system:generic-garbage-collector)", "linux/amd64", LibraryKubernetes, KindControlPlane},
	{"kube-scheduler/v1.30.14 (linux/amd64) kubernetes/9e18483/leader-election", "kube-scheduler 1.30.14 (leader-election)", "linux/amd64", LibraryKubernetes, KindControlPlane},
	{"hyperkube/v1.10.3 (linux/amd64) kubernetes/2bba012", "hyperkube 1.10.3", "linux/amd64", LibraryKubernetes, KindControlPlane},
	{"oc/4.13.0 (linux/amd64) kubernetes/92b1a3d", "oc 4.13.0", "linux/amd64", LibraryOpenShift, KindTool},
	{"oc/4.4.0 (linux/amd64) kubernetes/92b1a3d", "oc 4.4.0", "linux/amd64", LibraryOpenShift, KindTool},
	{"oc/openshift (linux/amd64) kubernetes/b66f2d3", "oc", "linux/amd64", LibraryGo, KindTool},
	{"k3s/v1.27.4+k3s1 (linux/amd64) kubernetes/36645e7", "k3s 1.27.4+k3s1", "linux/amd64", LibraryGo, KindControlPlane},

	// Other Go programs.
	{"manager/v0.0.0 (linux/amd64) kubernetes/$Format", "manager", "linux/amd64", LibraryGo, KindUnknown},
	{"server/v0.0.0 (linux/amd64) kubernetes/$Format", "server", "linux/amd64", LibraryGo, KindUnknown},
	{"my prog/v0.0.0 (linux/amd64) kubernetes/$Format", "my prog", "linux/amd64", LibraryGo, KindUnknown},
	{"a/b/v1.2.3 (linux/amd64) kubernetes/unknown", "a/b 1.2.3", "linux/amd64", LibraryGo, KindUnknown},
	{"argocd-application-controller/v0.0.0 (linux/amd64) kubernetes/$Format", "Argo CD application controller", "linux/amd64", LibraryGo, KindGitOps},
	{"argocd-server/v2.9.3 (linux/amd64) kubernetes/$Format", "Argo CD server 2.9.3", "linux/amd64", LibraryGo, KindGitOps},
	{"argocd/v0.0.0 (darwin/arm64) kubernetes/$Format", "Argo CD", "darwin/arm64", LibraryGo, KindGitOps},
	{"kustomize-controller/v0.0.0 (linux/amd64) kubernetes/$Format", "Flux kustomize controller", "linux/amd64", LibraryGo, KindGitOps},
	{"rancher/v0.0.0 (linux/amd64) kubernetes/$Format cluster c-8z5tw", "Rancher (cluster c-8z5tw)", "linux/amd64", LibraryGo, KindFleet},
	{"rancher/v2.7.5 (linux/amd64) kubernetes/$Format", "Rancher 2.7.5", "linux/amd64", LibraryGo, KindFleet},
	{"karmada-controller-manager/v0.0.0 (linux/amd64) kubernetes/$Format", "Karmada", "linux/amd64", LibraryGo, KindFleet},
	{"dockerregistry/v0.0.0 (linux/amd64) kubernetes/$Format", "OpenShift image registry", "linux/amd64", LibraryGo, KindRegistry},
	{"dockerregistry", "OpenShift image registry", "", LibraryUnknown, KindRegistry},
	{"helm/v0.0.0 (darwin/amd64) kubernetes/$Format", "Helm", "darwin/amd64", LibraryGo, KindPipeline},
	{"csi-provisioner/v0.0.0 (linux/amd64) kubernetes/$Format", "CSI provisioner", "linux/amd64", LibraryGo, KindNode},
	{"kube-controllers/v0.0.0 (linux/amd64) kubernetes/$Format", "Calico controllers", "linux/amd64", LibraryGo, KindNode},
	{"cilium-operator-generic/v0.0.0 (linux/amd64) kubernetes/$Format", "Cilium operator", "linux/amd64", LibraryGo, KindNode},
	{"kube-state-metrics/v2.10.1 (linux/amd64) kubernetes/$Format", "kube-state-metrics 2.10.1", "linux/amd64", LibraryGo, KindMonitoring},
	{"metrics-server/v0.0.0 (linux/amd64) kubernetes/$Format", "metrics-server", "linux/amd64", LibraryGo, KindMonitoring},
	{"velero-server/v1.11.1 (linux/amd64) bdbe7eb242b0f64d5b04a7fea86d1edbb3a3587c", "Velero 1.11.1", "linux/amd64", LibraryUnknown, KindBackup},
	{"pilot-discovery/1.19.3 (linux/amd64)", "Istio pilot 1.19.3", "linux/amd64", LibraryUnknown, KindMesh},
	{"vault-k8s/v0.0.0 (linux/amd64) kubernetes/$Format", "Vault agent injector", "linux/amd64", LibraryGo, KindSecrets},
	{"cluster-autoscaler/v1.27.3 (linux/amd64) kubernetes/$Format/leader-election", "cluster autoscaler 1.27.3 (leader-election)", "linux/amd64", LibraryGo, KindOperator},

	// Programs with a header of their own.
	{"Helm/3.12.0", "Helm 3.12.0", "", LibraryUnknown, KindPipeline},
	{"HashiCorp/1.0 Terraform/1.5.7", "Terraform 1.5.7", "", LibraryUnknown, KindPipeline},
	{"APN/1.0 HashiCorp/1.0 Terraform/1.5.7", "Terraform 1.5.7", "", LibraryUnknown, KindPipeline},
	{"HashiCorp/1.0", "HashiCorp 1.0", "", LibraryUnknown, KindUnknown},
	{"Prometheus/2.39.1", "Prometheus 2.39.1", "", LibraryUnknown, KindMonitoring},
	{"gitlab-runner 16.1.0 (16-1-stable; go1.19; linux/amd64)", "GitLab runner 16.1.0", "linux/amd64", LibraryUnknown, KindPipeline},
	{"Vault/1.13.1 (+https://www.vaultproject.io/; go1.20.1)", "Vault 1.13.1", "", LibraryUnknown, KindSecrets},
	{"curl/7.88.1", "curl 7.88.1", "", LibraryHTTP, KindTool},
	{"curl 7.1", "curl 7.1", "", LibraryHTTP, KindTool},
	{"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36", "web browser 5.0", "", LibraryUnknown, KindTool},

	// Libraries.
	{"Swagger-Codegen/10.0.1/python", "Python client 10.0.1", "", LibraryPythonSwagger, KindLibrary},
	{"OpenAPI-Generator/11.0.0/python", "Python client 11.0.0", "", LibraryPython, KindLibrary},
	{"OpenAPI-Generator/28.1.0/python", "Python client 28.1.0", "", LibraryPython, KindLibrary},
	{"Swagger-Codegen/1.0-SNAPSHOT/java", "Java client", "", LibraryJavaSwagger, KindLibrary},
	{"OpenAPI-Generator/1.0-SNAPSHOT/java", "Java client", "", LibraryJavaOpenAPI, KindLibrary},
	{"Kubernetes Java Client/10.0.1-SNAPSHOT", "Java client 10.0.1-SNAPSHOT", "", LibraryJava, KindLibrary},
	{"Kubernetes Java Client", "Java client", "", LibraryJava, KindLibrary},
	{"Swagger-Codegen/1.0.0/ruby", "Ruby client 1.0.0", "", LibraryRuby, KindLibrary},
	{"OpenAPI-Generator/1.2.3/PHP", "OpenAPI-Generator 1.2.3", "", LibraryGenerated, KindLibrary},
	{"OpenAPI-Generator/1.2.3", "OpenAPI-Generator 1.2.3", "", LibraryGenerated, KindLibrary},
	{"fabric8-kubernetes-client/5.12.4", "fabric8 Java client 5.12.4", "", LibraryFabric8, KindLibrary},
	{"kubernetes-client-javascript/2.0.0", "JavaScript client 2.0.0", "", LibraryJavaScript, KindLibrary},
	{"node-fetch/1.0 (+https://github.com/bitinn/node-fetch)", "node-fetch 1.0", "", LibraryHTTP, KindLibrary},
	{"kubernetes-csharp/20.0.84", "C# client 20.0.84", "", LibraryCSharp, KindLibrary},
	{"kubernetes-client-core/0.1.0.0", "Haskell client", "", LibraryHaskell, KindLibrary},
	{"Go-http-client/2.0", "Go-http-client 2.0", "", LibraryHTTP, KindLibrary},
	{"okhttp/4.9.3", "okhttp 4.9.3", "", LibraryHTTP, KindLibrary},
	{"python-requests/2.28.1", "python-requests 2.28.1", "", LibraryHTTP, KindLibrary},
	{"Python/3.11 aiohttp/3.8.4", "Python 3.11", "", LibraryHTTP, KindLibrary},
	{"rest-client/2.1.0 (linux-gnu x86_64) ruby/2.6.3p62", "rest-client 2.1.0", "linux-gnu x86_64", LibraryHTTP, KindLibrary},

	// Nothing, little, and worse.
	{"", "a client without a name", "", LibraryUnknown, KindNone},
	{" \t", "\\x09", "", LibraryUnknown, KindUnknown},
	{"my-app", "my-app", "", LibraryUnknown, KindUnknown},
	{"/", "", "", LibraryUnknown, KindUnknown},
	{"(linux/amd64)", "", "linux/amd64", LibraryUnknown, KindUnknown},
	{" (linux/amd64) kubernetes/$Format", "", "linux/amd64", LibraryUnknown, KindUnknown},
	{"x/v1 (linux/amd64", "x 1", "", LibraryUnknown, KindUnknown},
	{"x/\x1b[31mred", "x", "", LibraryUnknown, KindUnknown},
	{"\x1b]0;owned\x07kubectl/v1.28.5 (linux/amd64) kubernetes/506050d", `\x1b]0;owned\x07kubectl 1.28.5`, "linux/amd64", LibraryGo, KindUnknown},
	{"kub\u202eectl/v1.28.5 (linux/amd64) kubernetes/506050d", `kub\u202eectl 1.28.5`, "linux/amd64", LibraryGo, KindUnknown},
	{"\xff\xfe/1.0", `\xff\xfe 1.0`, "", LibraryUnknown, KindUnknown},
	{"kubectl/v1.28.5 (linux/amd64) kubernetes/506050d" + strings.Repeat("x", 4000), "kubectl 1.28.5", "linux/amd64", LibraryGo, KindTool},
	{"é" + strings.Repeat("語", 400), "é" + strings.Repeat("語", 20) + "…", "", LibraryUnknown, KindUnknown},
	{strings.Repeat("a", 5000), strings.Repeat("a", nameLimit) + "…", "", LibraryUnknown, KindUnknown},
	{strings.Repeat("HashiCorp/1.0 ", 1000), "HashiCorp 1.0", "", LibraryUnknown, KindUnknown},
	{"x/" + strings.Repeat("1", 500), "x " + strings.Repeat("1", versionLimit), "", LibraryUnknown, KindUnknown},
}

func TestParse(t *testing.T) {
	if len(agents) < 60 {
		t.Errorf("only %d headers", len(agents))
	}
	for _, want := range agents {
		a := Parse(want.raw)
		if a.Title() != want.title || a.Platform != want.platform || a.Library != want.library || a.Kind != want.kind {
			t.Errorf("%.80q:\n got %q on %q, library %q, %s\nwant %q on %q, library %q, %s",
				want.raw, a.Title(), a.Platform, a.Library, a.Kind, want.title, want.platform, want.library, want.kind)
		}
		sound(t, want.raw, a)
	}
}

// sound checks what holds for every header.
func sound(t *testing.T, raw string, a Agent) {
	t.Helper()
	const mark = len("…")
	for name, part := range map[string]struct {
		text  string
		limit int
	}{
		"raw": {a.Raw, rawLimit + mark}, "product": {a.Product, nameLimit + mark}, "version": {a.Version, versionLimit},
		"platform": {a.Platform, wordLimit + mark}, "part": {a.Part, wordLimit + mark},
		"title": {a.Title(), 2*wordLimit + nameLimit + 3*mark + 10}, "family": {a.Family(), nameLimit + mark},
	} {
		if len(part.text) > part.limit {
			t.Errorf("%.80q: %s has %d bytes", raw, name, len(part.text))
		}
		if model.Printable(part.text) != part.text || !utf8.ValidString(part.text) {
			t.Errorf("%.80q: %s is not safe to show: %q", raw, name, part.text)
		}
	}
	if (a.Kind == KindNone) != (a.Product == "" && a.Program == "" && strings.TrimSpace(a.Raw) == "") {
		t.Errorf("%.80q: kind %q with product %q", raw, a.Kind, a.Product)
	}
	for _, stale := range []bool{false, true} {
		v := Judge(a, stale)
		text := v.Text()
		if text == "" || strings.HasPrefix(text, "unknown code") || model.Printable(text) != text {
			t.Errorf("%.80q: verdict %s %s says %q", raw, v.Reload, v.Reason.Code, text)
		}
		if stale && v.Reload == Reloads {
			t.Errorf("%.80q was stale and is said to reload", raw)
		}
	}
}

func TestFamilyHasNoVersion(t *testing.T) {
	for raw, want := range map[string]string{
		"kubectl/v1.28.5 (linux/amd64) kubernetes/506050d":                "kubectl",
		"rancher/v0.0.0 (linux/amd64) kubernetes/$Format cluster c-8z5tw": "Rancher",
		"OpenAPI-Generator/11.0.0/python":                                 "Python client",
		"my-app/2.1":                                                      "my-app",
		"":                                                                "a client without a name",
	} {
		if got := Parse(raw).Family(); got != want {
			t.Errorf("%q is of the family %q, want %q", raw, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, a := range agents {
		f.Add(a.raw)
	}
	f.Add("a (b) kubernetes/")
	f.Add("/ () kubernetes//")
	f.Add(strings.Repeat("\x00", 300))
	f.Add("x/v1 (" + strings.Repeat("\u200b", 200))
	f.Fuzz(func(t *testing.T, raw string) {
		a := Parse(raw)
		sound(t, raw, a)
		if again := Parse(raw); again != a {
			t.Errorf("%q is read in two ways", raw)
		}
	})
}

func TestCommonHeadersCostNoMemory(t *testing.T) {
	for _, raw := range []string{
		"kubectl/v1.28.5 (linux/amd64) kubernetes/506050d",
		"manager/v0.0.0 (linux/amd64) kubernetes/$Format",
		"argocd-application-controller/v0.0.0 (linux/amd64) kubernetes/$Format",
	} {
		if n := testing.AllocsPerRun(100, func() { Parse(raw) }); n > 0 {
			t.Errorf("%q: %v allocations", raw, n)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for name, raw := range map[string]string{
		"kubectl": "kubectl/v1.28.5 (linux/amd64) kubernetes/506050d",
		"unknown": "manager/v0.0.0 (linux/amd64) kubernetes/$Format",
		"python":  "OpenAPI-Generator/11.0.0/python",
		"hostile": strings.Repeat("\x1b", 4000),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Parse(raw)
			}
		})
	}
}
