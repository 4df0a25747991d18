package auditlog

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"

	"timebound/model"
)

// world is who lives in the cluster: the same for all servers.
type world struct {
	accounts    []model.Key
	tokens      []*token
	stale       []*podUser // pods whose library does not read the token again
	pods        []*podUser
	kubelets    []*user
	planes      []*user // controllers of the control plane
	people      []*user
	checkers    []*user  // those who have tokens reviewed
	issuers     []*user  // those who ask for tokens of others
	accountJSON []string // by account: its user without a bound token
	bodies      bodies
}

// token is a legacy token and those who hold it.
type token struct {
	name    Token
	origin  model.Origin
	user    *user
	callers []Caller
}

// user is somebody authenticated; json is the event's value of the key user.
type user struct {
	name, json     string
	agent, address string
}

// podUser is a pod with a bound token.
type podUser struct {
	user
	account model.Key
	pod     model.Key
	node    int
}

// The parts of names.
var (
	teams    = []string{"payments", "search", "web", "data", "ml", "billing", "edge", "media", "auth", "ops", "crm", "risk"}
	stages   = []string{"prod", "staging", "dev", "qa"}
	services = []string{"api", "worker", "ingest", "sync", "gateway", "scheduler", "exporter", "operator", "deployer", "runner", "backup", "cache", "indexer", "mailer", "webhook"}
	people   = []string{"alice@example.com", "bob@example.com", "carol@example.com", "dan@example.com", "eve@example.com"}
)

// legacyAgents are clients as they present legacy tokens: libraries, tools,
// CI runners, platforms.
var legacyAgents = []string{
	"kubectl/v1.27.4 (linux/amd64) kubernetes/fa3d799",
	"kubectl/v1.29.3 (darwin/arm64) kubernetes/6813625",
	"Helm/3.14.2",
	"argocd-application-controller/v0.0.0 (linux/amd64) kubernetes/$Format",
	"OpenAPI-Generator/29.0.0/python",
	"OpenAPI-Generator/12.0.1/python",
	"kubernetes-client/6.7.2 okhttp/4.11.0",
	"Kubernetes Java Client/18.0.1",
	"fabric8-kubernetes-client/5.12.4",
	"Prometheus/2.45.0",
	"Prometheus/3.5.0",
	"terraform-provider-kubernetes/2.23.0 Terraform/1.5.7",
	"HashiCorp/1.0 Terraform/1.9.2",
	"vault/1.15.4",
	"curl/7.88.1",
	"python-requests/2.31.0",
	"Go-http-client/2.0",
	"node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
	"KubernetesClient/13.0.11 (linux; .NET 8.0.3)",
	"promoter/v0.0.0 (linux/amd64) kubernetes/$Format",
	"gitlab-runner 16.11.1 linux/amd64",
	"rancher/v2.8.3 (linux/amd64) kubernetes/$Format",
	"velero-server/v1.12.3 (linux/amd64) 8b0b1a3",
	"reqwest/0.11.27",
	"tool \"quoted\" <by> R&D é/0.1",
}

// podAgents are those of programs that run in the cluster.
var podAgents = []string{
	"manager/v0.0.0 (linux/amd64) kubernetes/$Format",
	"coredns/v1.11.1 (linux/amd64) kubernetes/ae2bbc2",
	"kube-state-metrics/v2.13.0 (linux/amd64) kube-state-metrics/7ee2b6a",
	"cert-manager-controller/v1.14.4 (linux/amd64) cert-manager/b5d1ff2",
	"external-dns/v0.14.1", "metrics-server/v0.7.0 (linux/amd64) kubernetes/0b1e2f9",
	"ingress-nginx-controller/v1.10.0 (linux/amd64) ingress-nginx/71f78d4",
	"argocd-server/v0.0.0 (linux/amd64) kubernetes/$Format",
	"cluster-autoscaler/v1.29.0 (linux/amd64) kubernetes/2c1f8f1",
}

func makeWorld(o Options) *world {
	rng := rand.New(rand.NewPCG(o.Seed, 1))
	w := &world{bodies: makeBodies(rng)}
	for i := range o.Accounts {
		key := model.Key{
			Namespace: fmt.Sprintf("%s-%s-%02d", pick(rng, teams), pick(rng, stages), i%25),
			Name:      fmt.Sprintf("%s-%d", pick(rng, services), i),
		}
		w.accounts = append(w.accounts, key)
		w.accountJSON = append(w.accountJSON, accountJSON(key, uuid(rng), ""))
	}
	for i := range 200 {
		name := fmt.Sprintf("system:node:ip-10-1-%d-%d.internal", i/100, i%100)
		w.kubelets = append(w.kubelets, &user{
			name: name, json: fmt.Sprintf(`{"username":%q,"groups":["system:nodes","system:authenticated"]}`, name),
			agent: "kubelet/v1.30.4 (linux/amd64) kubernetes/a51b3b7", address: fmt.Sprintf("10.1.%d.%d", i/100, i%100),
		})
	}
	w.fillUsers(rng)
	w.fillTokens(rng, o)
	w.fillPods(rng, o)
	return w
}

// fillUsers makes those who are no pods.
func (w *world) fillUsers(rng *rand.Rand) {
	for _, name := range []string{"kube-controller-manager", "kube-scheduler", "apiserver"} {
		w.planes = append(w.planes, &user{
			name: "system:" + name, json: fmt.Sprintf(`{"username":"system:%s","groups":["system:authenticated"]}`, name),
			agent: name + "/v1.30.4 (linux/amd64) kubernetes/a51b3b7/leader-election", address: "10.0.0.4",
		})
	}
	for i, name := range people {
		w.people = append(w.people, &user{
			name: name, json: fmt.Sprintf(`{"username":%q,"groups":["oidc:developers","system:authenticated"]}`, name),
			agent: "kubectl/v1.30.2 (darwin/arm64) kubernetes/39683505", address: fmt.Sprintf("192.0.2.%d", 10+i),
		})
	}
	known := func(namespace, name, agent, address string) *user {
		key := model.Key{Namespace: namespace, Name: name}
		return &user{name: accountUser(key), json: accountJSON(key, uuid(rng), ""), agent: agent, address: address}
	}
	w.checkers = []*user{
		known("vault", "vault", "vault/1.17.2", "10.2.200.1"),
		known("monitoring", "kube-rbac-proxy", "kube-rbac-proxy/v0.0.0 (linux/amd64) kubernetes/$Format", "10.2.200.2"),
	}
	w.issuers = []*user{
		known("vault", "vault", "vault/1.17.2", "10.2.200.1"),
		known("ci", "issuer", "kubectl/v1.30.2 (linux/amd64) kubernetes/39683505", "198.51.100.20"),
		w.people[0],
	}
}

// fillTokens makes the legacy tokens and, without Options.Callers, those who
// hold them.
func (w *world) fillTokens(rng *rand.Rand, o Options) {
	for i := range o.Tokens {
		at := i % len(w.accounts)
		account := w.accounts[at]
		t := &token{
			name:   Token{Account: account, Secret: fmt.Sprintf("%s-token-%s", account.Name, letters(rng, 5))},
			origin: model.OriginAuto,
			user:   &user{name: accountUser(account), json: w.accountJSON[at]},
		}
		if rng.IntN(3) == 0 {
			t.origin = model.OriginManual
			t.name.Secret = fmt.Sprintf("%s-%s-%d", account.Name, pick(rng, []string{"ci", "legacy", "access"}), i)
		}
		if o.Minor < 29 {
			t.name.Secret, t.origin = "", model.OriginUnknown
		}
		if o.Callers == 0 {
			for range 1 + rng.IntN(4) {
				t.callers = append(t.callers, Caller{Agent: pick(rng, legacyAgents), Address: address(rng)})
			}
		}
		w.tokens = append(w.tokens, t)
	}
}

// fillPods makes pods with bound tokens, and some of them stale.
func (w *world) fillPods(rng *rand.Rand, o Options) {
	for i := range o.Pods {
		at := rng.IntN(len(w.accounts))
		p := &podUser{account: w.accounts[at], node: rng.IntN(len(w.kubelets))}
		p.pod = model.Key{Namespace: p.account.Namespace, Name: fmt.Sprintf("%s-%s-%s", p.account.Name, letters(rng, 9), letters(rng, 5))}
		extra := fmt.Sprintf(`"authentication.kubernetes.io/pod-name":[%q],"authentication.kubernetes.io/pod-uid":[%q]`, p.pod.Name, uuid(rng))
		if o.Minor >= 30 {
			node := w.kubelets[p.node].name[len("system:node:"):]
			extra = fmt.Sprintf(`"authentication.kubernetes.io/credential-id":["JTI=%s"],"authentication.kubernetes.io/node-name":[%q],"authentication.kubernetes.io/node-uid":[%q],%s`,
				uuid(rng), node, uuid(rng), extra)
		}
		p.user = user{
			name: accountUser(p.account), json: accountJSON(p.account, uuid(rng), extra),
			agent: pick(rng, podAgents), address: fmt.Sprintf("10.2.%d.%d", i/250%200, i%250),
		}
		w.pods = append(w.pods, p)
		if i%20 == 0 {
			w.stale = append(w.stale, p)
		}
	}
}

func accountUser(key model.Key) string {
	return "system:serviceaccount:" + key.Namespace + ":" + key.Name
}

// accountJSON is an account as the user of an event; extra is what a bound token
// says besides, "" for a legacy one.
func accountJSON(key model.Key, uid, extra string) string {
	text := fmt.Sprintf(`{"username":%q,"uid":%q,"groups":["system:serviceaccounts","system:serviceaccounts:%s","system:authenticated"]`,
		accountUser(key), uid, key.Namespace)
	if extra != "" {
		text += `,"extra":{` + extra + "}"
	}
	return text + "}"
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

func letters(rng *rand.Rand, n int) string {
	const alphabet = "bcdfghjklmnpqrstvwxz2456789" // k8s.io/apimachinery pkg/util/rand
	text := make([]byte, n)
	for i := range text {
		text[i] = alphabet[rng.IntN(len(alphabet))]
	}
	return string(text)
}

// address is one outside the cluster, a few of them of the new kind.
func address(rng *rand.Rand) string {
	if rng.IntN(12) == 0 {
		return fmt.Sprintf("2001:db8:%x::%x", rng.IntN(64), 1+rng.IntN(4000))
	}
	return fmt.Sprintf("10.%d.%d.%d", 20+rng.IntN(12), rng.IntN(64), 1+rng.IntN(250))
}

func uuid(rng *rand.Rand) string { return string(appendUUID(nil, rng)) }

// appendUUID appends a random one, of version 4.
func appendUUID(dst []byte, rng *rand.Rand) []byte {
	var raw [16]byte
	for i, half := range [2]uint64{rng.Uint64(), rng.Uint64()} {
		for j := range 8 {
			raw[8*i+j] = byte(half >> (8 * j))
		}
	}
	raw[6], raw[8] = raw[6]&0x0f|0x40, raw[8]&0x3f|0x80
	for i, part := range [5][]byte{raw[:4], raw[4:6], raw[6:8], raw[8:10], raw[10:]} {
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, part)
	}
	return dst
}
