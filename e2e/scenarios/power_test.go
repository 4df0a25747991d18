package scenarios

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
	"timebound/k8s"
	"timebound/k8s/power"
	"timebound/model"
	may "timebound/model/power"
)

// TestPower holds what the product says an account may do against the answers of
// the API server itself, for accounts with rules of every form and for those of
// the cluster's own controllers. The product reads with the rules that it asks
// for, and no more.
func TestPower(t *testing.T) {
	controlplanetest.Require(t)
	for _, version := range controlplanetest.Versions() {
		t.Run(version, func(t *testing.T) {
			s := raiseWith(t, controlplane.Options{Version: version, ControllerManagerArgs: []string{"--controllers=clusterrole-aggregation"}}, "")
			s.bindAllSorts(t)
			s.grant(t, reader, string(k8s.Manifest(k8s.PurposePower)))
			session := s.open(t, reader)
			var rules *may.Rules
			await(t, "the reader may read", func(ctx context.Context) (bool, error) {
				read, problems, err := power.Load(ctx, session, model.Version{Minor: s.minor}, nil)
				rules = read
				return err == nil && len(problems) == 0, nil
			})
			if missing, err := session.Probe(t.Context(), k8s.PurposePower); err != nil || len(missing) > 0 {
				t.Errorf("with the printed rights, %v is missing (%v)", missing, err)
			}
			t.Run("every question", func(t *testing.T) { s.everyQuestion(t, rules) })
			t.Run("abilities", func(t *testing.T) { s.abilities(t, rules) })
			t.Run("in their own name", func(t *testing.T) { s.inTheirOwnName(t, rules) })
		})
	}
}

// sorted are accounts of the scenario, and of controllers with much power.
func sorted() []model.Key {
	keys := []model.Key{{Namespace: "red", Name: "nothing"}, {Namespace: "blue", Name: "nothing"}, {Namespace: "red", Name: "missing"}}
	for name := range sorts {
		keys = append(keys, model.Key{Namespace: "red", Name: name})
	}
	for _, name := range []string{"clusterrole-aggregation-controller", "generic-garbage-collector", "certificate-controller", "deployment-controller", "root-ca-cert-publisher"} {
		keys = append(keys, model.Key{Namespace: "kube-system", Name: name})
	}
	return keys
}

func policy(group, resources, verbs string, names ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: strings.Split(group, ","), Resources: strings.Split(resources, ","), Verbs: strings.Split(verbs, ","), ResourceNames: names}
}

// sorts are accounts by the rules that they get: those of a cluster-wide binding,
// and those of a binding in red.
var sorts = map[string]struct{ everywhere, here []rbacv1.PolicyRule }{
	"all":       {[]rbacv1.PolicyRule{policy("*", "*", "*"), {Verbs: []string{"*"}, NonResourceURLs: []string{"*"}}}, nil},
	"all-here":  {nil, []rbacv1.PolicyRule{policy("*", "*", "*")}},
	"core":      {[]rbacv1.PolicyRule{policy("", "*", "*")}, nil},
	"reads":     {[]rbacv1.PolicyRule{policy("", "secrets", "list")}, []rbacv1.PolicyRule{policy("", "secrets", "get", "db")}},
	"named":     {[]rbacv1.PolicyRule{policy("", "secrets", "get,list,watch", "db"), policy("", "pods", "create", "db")}, []rbacv1.PolicyRule{policy("", "serviceaccounts/token", "create", "db")}},
	"subs":      {[]rbacv1.PolicyRule{policy("*", "*/scale", "update"), policy("", "pods/*", "create")}, []rbacv1.PolicyRule{policy("", "pods/exec", "create,get"), policy("", "*/ephemeralcontainers", "patch")}},
	"bind":      {nil, []rbacv1.PolicyRule{policy(rbacv1.GroupName, "roles,clusterroles", "bind,escalate")}},
	"becomes":   {[]rbacv1.PolicyRule{policy("", "users,groups", "impersonate", "db")}, []rbacv1.PolicyRule{policy("", "serviceaccounts,users", "impersonate")}},
	"approves":  {[]rbacv1.PolicyRule{policy("certificates.k8s.io", "signers", "approve", "kubernetes.io/kube-apiserver-client"), policy("", "nodes/proxy", "get")}, []rbacv1.PolicyRule{policy("", "nodes/proxy", "create")}},
	"paths":     {[]rbacv1.PolicyRule{{Verbs: []string{"get"}, NonResourceURLs: []string{"/metrics", "/logs/*"}}}, nil},
	"deploys":   {nil, []rbacv1.PolicyRule{policy("apps,batch", "deployments,cronjobs", "create,patch,delete"), policy("apps", "statefulsets", "*", "db")}},
	"aggregate": {},
}

// bindAllSorts makes the accounts' roles and bindings, in every way in which a
// binding can name an account. RBAC asks for no account to exist.
func (s *stage) bindAllSorts(t *testing.T) {
	t.Helper()
	s.namespace(t, "red")
	s.namespace(t, "blue")
	subjects := func(name string) []rbacv1.Subject {
		return []rbacv1.Subject{
			{Kind: rbacv1.ServiceAccountKind, Namespace: "red", Name: name},
			{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: "system:serviceaccount:red:" + name},
		}
	}
	i := 0
	for name, c := range sorts {
		s.account(t, "red", name)
		i++
		if c.everywhere != nil {
			s.role(t, "sort-"+name, c.everywhere...)
			s.bindTo(t, "", "sort-"+name, "sort-"+name, subjects(name)[i%2])
		}
		if c.here != nil {
			s.role(t, "here-"+name, c.here...)
			s.bindTo(t, "red", "here-"+name, "here-"+name, subjects(name)[i%2])
		}
	}
	group := func(name string) rbacv1.Subject {
		return rbacv1.Subject{Kind: rbacv1.GroupKind, APIGroup: rbacv1.GroupName, Name: name}
	}
	s.bindTo(t, "blue", "of-red", s.role(t, "maps", policy("", "configmaps", "get,update")), group("system:serviceaccounts:red"))
	s.bindTo(t, "red", "of-all", s.role(t, "events", policy("", "events", "create")), group("system:serviceaccounts"))
	s.bindTo(t, "", "of-everybody", s.role(t, "leases", policy("coordination.k8s.io", "leases", "get")), group("system:authenticated"))
	s.bindTo(t, "red", "missing", "there-is-none", rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: "red", Name: "missing"})

	_, err := s.admin.RbacV1().ClusterRoles().Create(t.Context(), &rbacv1.ClusterRole{
		ObjectMeta:      metav1.ObjectMeta{Name: "sum"},
		AggregationRule: &rbacv1.AggregationRule{ClusterRoleSelectors: []metav1.LabelSelector{{MatchLabels: map[string]string{"sum": "yes"}}}},
	}, metav1.CreateOptions{})
	must(t, err)
	_, err = s.admin.RbacV1().ClusterRoles().Create(t.Context(), &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: "addend", Labels: map[string]string{"sum": "yes"}}, Rules: []rbacv1.PolicyRule{policy("", "pods", "create")},
	}, metav1.CreateOptions{})
	must(t, err)
	s.bindTo(t, "", "sum", "sum", subjects("aggregate")[0])
	await(t, "the aggregated role has rules", func(ctx context.Context) (bool, error) {
		role, err := s.admin.RbacV1().ClusterRoles().Get(ctx, "sum", metav1.GetOptions{})
		return err == nil && len(role.Rules) > 0, err
	})
}

// bindTo binds a cluster role, in one namespace or ("") everywhere.
func (s *stage) bindTo(t *testing.T, namespace, name, role string, to rbacv1.Subject) {
	t.Helper()
	meta, ref := metav1.ObjectMeta{Name: name}, rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role}
	var err error
	if namespace == "" {
		_, err = s.admin.RbacV1().ClusterRoleBindings().Create(t.Context(), &rbacv1.ClusterRoleBinding{ObjectMeta: meta, Subjects: []rbacv1.Subject{to}, RoleRef: ref}, metav1.CreateOptions{})
	} else {
		_, err = s.admin.RbacV1().RoleBindings(namespace).Create(t.Context(), &rbacv1.RoleBinding{ObjectMeta: meta, Subjects: []rbacv1.Subject{to}, RoleRef: ref}, metav1.CreateOptions{})
	}
	must(t, err)
}

// question is one request, or several of which one is enough, in the words of the
// product and of the API server.
type question struct {
	account  model.Key
	requests []may.Request
}

func spec(account model.Key, q may.Request) authorizationv1.SubjectAccessReviewSpec {
	spec := authorizationv1.SubjectAccessReviewSpec{
		User:   "system:serviceaccount:" + account.Namespace + ":" + account.Name,
		Groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + account.Namespace, "system:authenticated"},
	}
	if q.URL != "" {
		spec.NonResourceAttributes = &authorizationv1.NonResourceAttributes{Path: q.URL, Verb: q.Verb}
		return spec
	}
	spec.ResourceAttributes = attributes(q)
	return spec
}

func attributes(q may.Request) *authorizationv1.ResourceAttributes {
	resource, sub, _ := strings.Cut(q.Resource, "/")
	return &authorizationv1.ResourceAttributes{Verb: q.Verb, Group: q.Group, Resource: resource, Subresource: sub, Namespace: q.Namespace, Name: q.Name}
}

// asked asks the API server. It may learn late of a binding, so an answer that is
// not the expected one is asked for again for a while.
func (s *stage) asked(ctx context.Context, q question, want bool) (bool, error) {
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		allowed := false
		for _, request := range q.requests {
			answer, err := s.admin.AuthorizationV1().SubjectAccessReviews().Create(ctx, &authorizationv1.SubjectAccessReview{Spec: spec(q.account, request)}, metav1.CreateOptions{})
			if err != nil {
				return false, err
			}
			allowed = allowed || answer.Status.Allowed
		}
		if allowed == want || time.Now().After(deadline) {
			return allowed, nil
		}
	}
}

// agree puts all questions to the API server, and holds its answers against what
// the product says.
func (s *stage) agree(t *testing.T, questions []question, says func(question) bool) {
	t.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	slots, yes, wrong := make(chan struct{}, 8), 0, 0
	for _, q := range questions {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			mu.Lock()
			stop := wrong > 10
			mu.Unlock()
			if stop {
				return
			}
			want := says(q)
			got, err := s.asked(t.Context(), q, want)
			mu.Lock()
			defer mu.Unlock()
			if got {
				yes++
			}
			if err != nil || got != want {
				wrong++
				t.Errorf("%s, %+v: the product says %t, the API server %t (%v)", q.account, q.requests, want, got, err)
			}
		})
	}
	wg.Wait()
	if yes == 0 || yes == len(questions) {
		t.Errorf("%d of %d questions are answered with yes, so they prove nothing", yes, len(questions))
	}
	t.Logf("%d questions, %d answered with yes", len(questions), yes)
}

// everyQuestion asks for single requests.
func (s *stage) everyQuestion(t *testing.T, rules *may.Rules) {
	t.Helper()
	var questions []question
	ask := func(account model.Key, q may.Request) {
		questions = append(questions, question{account, []may.Request{q}})
	}
	for _, account := range sorted() {
		for _, namespace := range []string{"", "red", "blue"} {
			for _, name := range []string{"", "db"} {
				for _, verb := range []string{"get", "list", "create", "update", "patch", "bind", "escalate", "impersonate", "zz"} {
					for _, what := range []string{"/secrets", "/pods", "/pods/exec", "/pods/ephemeralcontainers", "/nodes/proxy", "/serviceaccounts", "/serviceaccounts/token", "/users", "/zz",
						"apps/deployments", "apps/deployments/scale", "apps/statefulsets", "batch/cronjobs", rbacv1.GroupName + "/roles", rbacv1.GroupName + "/clusterroles", "certificates.k8s.io/signers",
						"coordination.k8s.io/leases", "/configmaps", "/events", "zz.example/zz"} {
						group, resource, _ := strings.Cut(what, "/")
						ask(account, may.Request{Verb: verb, Group: group, Resource: resource, Namespace: namespace, Name: name})
					}
				}
			}
		}
		for _, url := range []string{"/metrics", "/logs/x", "/logs", "/healthz", "/zz", "/version", "/api/v1/x"} {
			ask(account, may.Request{Verb: "get", URL: url})
			ask(account, may.Request{Verb: "put", URL: url})
		}
	}
	s.agree(t, questions, func(q question) bool { return rules.Allows(q.account, q.requests[0]) })
}

// behind are requests that an ability stands for. Those of the whole cluster are
// never made in a namespace.
var behind = map[may.Ability]struct{ cluster, anywhere []may.Request }{
	may.Everything: {nil, []may.Request{{Verb: "zz", Group: "zz.example", Resource: "zz", Name: "zz"}}},
	may.BindsRoles: {nil, []may.Request{{Verb: "bind", Group: rbacv1.GroupName, Resource: "clusterroles", Name: "zz"}, {Verb: "bind", Group: rbacv1.GroupName, Resource: "roles", Name: "zz"}}},
	may.WidensRoles: {[]may.Request{{Verb: "escalate", Group: rbacv1.GroupName, Resource: "clusterroles", Name: "zz"}},
		[]may.Request{{Verb: "escalate", Group: rbacv1.GroupName, Resource: "roles", Name: "zz"}}},
	may.Impersonates: {[]may.Request{{Verb: "impersonate", Resource: "users", Name: "zz"}, {Verb: "impersonate", Resource: "groups", Name: "zz"}},
		[]may.Request{{Verb: "impersonate", Resource: "serviceaccounts", Name: "zz"}}},
	may.IssuesTokens:         {nil, []may.Request{{Verb: "create", Resource: "serviceaccounts/token", Name: "zz"}}},
	may.ApprovesCertificates: {[]may.Request{{Verb: "approve", Group: "certificates.k8s.io", Resource: "signers", Name: "kubernetes.io/zz"}}, nil},
	may.ReachesNodes:         {[]may.Request{{Verb: "get", Resource: "nodes/proxy", Name: "zz"}, {Verb: "create", Resource: "nodes/proxy", Name: "zz"}}, nil},
	may.ReadsSecrets:         {nil, []may.Request{{Verb: "list", Resource: "secrets"}, {Verb: "get", Resource: "secrets", Name: "zz"}, {Verb: "watch", Resource: "secrets"}}},
}

// abilities asks for what stands behind the summary. A grant everywhere is asked
// for once, because the request that it is for may have no place in a namespace.
func (s *stage) abilities(t *testing.T, rules *may.Rules) {
	t.Helper()
	var questions []question
	abilities := map[string]may.Ability{}
	for _, account := range sorted() {
		power := rules.Of(account)
		for ability, requests := range behind {
			for _, namespace := range []string{"", "red", "blue"} {
				q := question{account, nil}
				if namespace == "" {
					q.requests = slices.Clone(requests.cluster)
				} else if power.Grant(ability).Everywhere == may.Whole {
					continue
				}
				for _, request := range requests.anywhere {
					request.Namespace = namespace
					q.requests = append(q.requests, request)
				}
				if len(q.requests) > 0 {
					abilities[fmt.Sprint(q)] = ability
					questions = append(questions, q)
				}
			}
		}
	}
	s.agree(t, questions, func(q question) bool {
		power := rules.Of(q.account)
		g := power.Grant(abilities[fmt.Sprint(q)])
		namespace := q.requests[len(q.requests)-1].Namespace
		return namespace == "" && g.Everywhere == may.Whole || slices.Contains(g.Whole.List, namespace)
	})
}

// inTheirOwnName lets accounts ask about themselves, with real tokens: the groups
// that the API server gives them are those that the product counts with.
func (s *stage) inTheirOwnName(t *testing.T, rules *may.Rules) {
	t.Helper()
	for name := range sorts {
		account := model.Key{Namespace: "red", Name: name}
		issued, err := s.admin.CoreV1().ServiceAccounts("red").CreateToken(t.Context(), name, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
		must(t, err)
		config := rest.AnonymousClientConfig(s.config)
		config.BearerToken = issued.Status.Token
		client, err := kubernetes.NewForConfig(config)
		must(t, err)
		for _, namespace := range []string{"red", "blue"} {
			review, err := client.AuthorizationV1().SelfSubjectRulesReviews().Create(t.Context(),
				&authorizationv1.SelfSubjectRulesReview{Spec: authorizationv1.SelfSubjectRulesReviewSpec{Namespace: namespace}}, metav1.CreateOptions{})
			must(t, err)
			checked := 0
			for _, r := range review.Status.ResourceRules {
				for _, verb := range r.Verbs {
					for _, group := range r.APIGroups {
						for _, resource := range r.Resources {
							q := may.Request{Verb: verb, Group: group, Resource: resource, Namespace: namespace}
							if len(r.ResourceNames) > 0 {
								q.Name = r.ResourceNames[0]
							}
							checked++
							if !rules.Allows(account, q) {
								t.Errorf("%s says of itself that it may %+v, the product that it may not", account, q)
							}
						}
					}
				}
			}
			if checked < 4 {
				t.Errorf("%s in %s: %d rules, so they prove nothing", account, namespace, checked)
			}
			for _, verb := range []string{"get", "list", "create", "update", "impersonate"} {
				for _, resource := range []string{"secrets", "pods", "configmaps", "events", "serviceaccounts"} {
					q := may.Request{Verb: verb, Resource: resource, Namespace: namespace}
					answer, err := client.AuthorizationV1().SelfSubjectAccessReviews().Create(t.Context(),
						&authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: attributes(q)}}, metav1.CreateOptions{})
					must(t, err)
					if want := rules.Allows(account, q); answer.Status.Allowed != want {
						t.Errorf("%s, %+v: the product says %t, the API server %t", account, q, want, answer.Status.Allowed)
					}
				}
			}
		}
	}
}
