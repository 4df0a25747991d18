package contract

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func (s *server) findingOut(t *testing.T) {
	version, err := s.typed.Discovery().ServerVersion()
	if err != nil || !strings.HasPrefix(version.GitVersion, "v1.") {
		t.Errorf("version = %v, %v", version, err)
	}
	if got := s.raw(t, http.MethodGet, "/readyz", ""); got.code != http.StatusOK || string(got.body) != "ok" {
		t.Errorf("/readyz answers %d %q", got.code, got.body)
	}
	metrics := s.raw(t, http.MethodGet, "/metrics", "")
	for _, name := range []string{"serviceaccount_legacy_tokens_total", "kubernetes_feature_enabled{name="} {
		if metrics.code != http.StatusOK || !bytes.Contains(metrics.body, []byte("\n"+name)) {
			t.Errorf("/metrics answers %d without %s", metrics.code, name)
		}
	}
	_, lists, err := s.typed.Discovery().ServerGroupsAndResources()
	if err != nil {
		t.Fatal(err)
	}
	for _, wanted := range []string{
		"v1 secrets", "v1 serviceaccounts", "v1 pods", "v1 replicationcontrollers", "v1 nodes", "v1 namespaces", "v1 configmaps",
		"apps/v1 deployments", "apps/v1 statefulsets", "apps/v1 daemonsets", "apps/v1 replicasets", "batch/v1 jobs", "batch/v1 cronjobs",
	} {
		if !serves(lists, wanted) {
			t.Errorf("discovery does not show %s with list and watch", wanted)
		}
	}

	access := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
		ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: "list", Resource: "secrets", Namespace: s.namespace},
	}}
	for name, client := range map[string]interface {
		do() (bool, error)
	}{
		"JSON": reviewer(func() (bool, error) {
			r, err := s.typed.AuthorizationV1().SelfSubjectAccessReviews().Create(t.Context(), access, metav1.CreateOptions{})
			return err == nil && r.Status.Allowed, err
		}),
		"protobuf": reviewer(func() (bool, error) {
			r, err := s.protobuf.AuthorizationV1().SelfSubjectAccessReviews().Create(t.Context(), access, metav1.CreateOptions{})
			return err == nil && r.Status.Allowed, err
		}),
	} {
		if allowed, err := client.do(); err != nil || !allowed {
			t.Errorf("access review over %s = %v, %v", name, allowed, err)
		}
	}
	rules, err := s.typed.AuthorizationV1().SelfSubjectRulesReviews().Create(t.Context(),
		&authorizationv1.SelfSubjectRulesReview{Spec: authorizationv1.SelfSubjectRulesReviewSpec{Namespace: s.namespace}}, metav1.CreateOptions{})
	if err != nil || !slices.ContainsFunc(rules.Status.ResourceRules, func(r authorizationv1.ResourceRule) bool {
		return slices.Contains(r.Verbs, "*") && slices.Contains(r.Resources, "*")
	}) {
		t.Errorf("rules review = %v, %v", rules, err)
	}
}

type reviewer func() (bool, error)

func (f reviewer) do() (bool, error) { return f() }

func serves(lists []*metav1.APIResourceList, wanted string) bool {
	gv, name, _ := strings.Cut(wanted, " ")
	for _, l := range lists {
		for _, r := range l.APIResources {
			if l.GroupVersion == gv && r.Name == name {
				return slices.Contains(r.Verbs, "list") && slices.Contains(r.Verbs, "watch")
			}
		}
	}
	return false
}

// fill makes a namespace with 25 secrets, of which 10 are tokens.
func (s *server) fill(t *testing.T) string {
	t.Helper()
	namespace := s.newNamespace(t)
	s.createAccount(t, namespace, "robot")
	for i := range 25 {
		o := opaque(fmt.Sprintf("secret-%02d", i))
		if i < 10 {
			o = token(o.Name, "robot")
		}
		o.Labels = map[string]string{"odd": fmt.Sprint(i%2 == 1)}
		s.create(t, namespace, o)
	}
	return namespace
}

func (s *server) lists(t *testing.T) {
	namespace := s.fill(t)
	for name, c := range map[string]struct {
		options metav1.ListOptions
		count   int
	}{
		"everything":             {metav1.ListOptions{}, 25},
		"tokens":                 {metav1.ListOptions{FieldSelector: "type=kubernetes.io/service-account-token"}, 10},
		"all but tokens":         {metav1.ListOptions{FieldSelector: "type!=kubernetes.io/service-account-token"}, 15},
		"one by name":            {metav1.ListOptions{FieldSelector: "metadata.name=secret-03"}, 1},
		"by label":               {metav1.ListOptions{LabelSelector: "odd=true"}, 12},
		"by label and type":      {metav1.ListOptions{LabelSelector: "odd in (true)", FieldSelector: "type=kubernetes.io/service-account-token"}, 5},
		"by absence of a label":  {metav1.ListOptions{LabelSelector: "!odd"}, 0},
		"from the cache":         {metav1.ListOptions{ResourceVersion: "0", FieldSelector: "type=kubernetes.io/service-account-token"}, 10},
		"from the cache, paged":  {metav1.ListOptions{ResourceVersion: "0", Limit: 3}, 25},
		"not older than a while": {metav1.ListOptions{ResourceVersion: "1", ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan}, 25},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := s.typed.CoreV1().Secrets(namespace).List(t.Context(), c.options)
			if err != nil {
				t.Fatal(err)
			}
			binary, err := s.protobuf.CoreV1().Secrets(namespace).List(t.Context(), c.options)
			if err != nil {
				t.Fatal(err)
			}
			partial, err := s.metadata.Resource(secrets).Namespace(namespace).List(t.Context(), c.options)
			if err != nil {
				t.Fatal(err)
			}
			if len(list.Items) != c.count || len(binary.Items) != c.count || len(partial.Items) != c.count {
				t.Fatalf("want %d, got %d as JSON, %d as protobuf, %d as metadata", c.count, len(list.Items), len(binary.Items), len(partial.Items))
			}
			if list.ResourceVersion == "" || list.ResourceVersion == "0" || partial.ResourceVersion == "" {
				t.Errorf("the list has no resourceVersion: %q, %q", list.ResourceVersion, partial.ResourceVersion)
			}
			byName := map[string]*metav1.PartialObjectMetadata{}
			for i := range partial.Items {
				byName[partial.Items[i].Name] = &partial.Items[i]
			}
			for i, o := range list.Items {
				// Old watch caches answer in no order (seen on 1.26).
				if c.options.ResourceVersion == "" && i > 0 && list.Items[i-1].Name >= o.Name {
					t.Errorf("%s does not come after %s", o.Name, list.Items[i-1].Name)
				}
				if m := byName[o.Name]; m == nil || m.UID != o.UID || m.ResourceVersion != o.ResourceVersion {
					t.Errorf("the metadata of %s: %+v", o.Name, m)
				}
			}
		})
	}
	all, err := s.metadata.Resource(secrets).List(t.Context(), metav1.ListOptions{})
	if err != nil || len(all.Items) < 25 {
		t.Errorf("all namespaces: %d, %v", len(all.Items), err)
	}
	none, err := s.typed.CoreV1().Secrets("timebound-no-such-namespace").List(t.Context(), metav1.ListOptions{})
	if err != nil || len(none.Items) != 0 {
		t.Errorf("a namespace that is not there: %v, %v", none, err)
	}
}

func (s *server) pages(t *testing.T) {
	namespace := s.fill(t)
	client := s.typed.CoreV1().Secrets(namespace)

	first, err := client.List(t.Context(), metav1.ListOptions{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Items) != 10 || first.Continue == "" || first.RemainingItemCount == nil || *first.RemainingItemCount != 15 {
		t.Fatalf("first page: %d items, continue %q, remaining %v", len(first.Items), first.Continue, first.RemainingItemCount)
	}
	// What happens between the pages is not seen by them.
	s.create(t, namespace, opaque("secret-99"))
	if err := client.Delete(t.Context(), "secret-20", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	names := namesOf(first.Items)
	for next := first.Continue; next != ""; {
		page, err := client.List(t.Context(), metav1.ListOptions{Limit: 10, Continue: next})
		if err != nil {
			t.Fatal(err)
		}
		if page.ResourceVersion != first.ResourceVersion {
			t.Errorf("resourceVersion changed between pages: %s, %s", first.ResourceVersion, page.ResourceVersion)
		}
		names, next = append(names, namesOf(page.Items)...), page.Continue
	}
	if len(names) != 25 || !slices.Contains(names, "secret-20") || slices.Contains(names, "secret-99") {
		t.Errorf("the pages are not of one moment: %v", names)
	}

	// With a selector the server does not say how many remain.
	selected, err := client.List(t.Context(), metav1.ListOptions{Limit: 4, FieldSelector: "type=kubernetes.io/service-account-token"})
	if err != nil || len(selected.Items) != 4 || selected.Continue == "" || selected.RemainingItemCount != nil {
		t.Errorf("page with a selector: %d items, remaining %v, %v", len(selected.Items), selected.RemainingItemCount, err)
	}

	_, err = client.List(t.Context(), metav1.ListOptions{Limit: 10, Continue: "garbage"})
	if !apierrors.IsBadRequest(err) || !strings.Contains(err.Error(), "continue key is not valid") {
		t.Errorf("a broken continue token: %v", err)
	}
}

func namesOf(items []corev1.Secret) []string {
	var names []string
	for _, o := range items {
		names = append(names, o.Name)
	}
	return names
}

func (s *server) forms(t *testing.T) {
	namespace := s.fill(t)
	path := "/api/v1/namespaces/" + namespace + "/secrets"
	const asMetadata, asList = ";as=PartialObjectMetadata;g=meta.k8s.io;v=v1", ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
	for name, c := range map[string]struct {
		path, accept string
		code         int
		contentType  string
		reveals      bool
	}{
		"no Accept":                    {path, "", 200, "application/json", true},
		"anything":                     {path, "*/*", 200, "application/json", true},
		"protobuf":                     {path, "application/vnd.kubernetes.protobuf", 200, "application/vnd.kubernetes.protobuf", true},
		"protobuf first":               {path, "application/vnd.kubernetes.protobuf,application/json", 200, "application/vnd.kubernetes.protobuf", true},
		"metadata as JSON":             {path, "application/json" + asList, 200, "application/json", false},
		"metadata as protobuf":         {path, "application/vnd.kubernetes.protobuf" + asList, 200, "application/vnd.kubernetes.protobuf", false},
		"unknown form, then JSON":      {path, "application/json;as=Riddle;g=meta.k8s.io;v=v1,application/json", 200, "application/json", true},
		"one, metadata as JSON":        {path + "/secret-03", "application/json" + asMetadata, 200, "application/json", false},
		"one, metadata as protobuf":    {path + "/secret-03", "application/vnd.kubernetes.protobuf" + asMetadata, 200, "application/vnd.kubernetes.protobuf", false},
		"a list as single metadata":    {path, "application/json" + asMetadata, 406, "application/json", false},
		"a single as list of metadata": {path + "/secret-03", "application/json" + asList, 406, "application/json", false},
		"nothing that is served":       {path, "text/csv", 406, "application/json", false},
	} {
		t.Run(name, func(t *testing.T) {
			var headers []string
			if c.accept != "" {
				headers = []string{"Accept: " + c.accept}
			}
			got := s.raw(t, http.MethodGet, c.path, "", headers...)
			if got.code != c.code || got.contentType != c.contentType {
				t.Errorf("want %d %s, got %d %s", c.code, c.contentType, got.code, got.contentType)
			}
			if reveals(got.body) != c.reveals {
				t.Errorf("secret data on the wire: %v, want %v", reveals(got.body), c.reveals)
			}
			if c.code == http.StatusNotAcceptable {
				if status := got.status(t); status.Reason != metav1.StatusReasonNotAcceptable || status.Message == "" {
					t.Errorf("status = %+v", status)
				}
			}
		})
	}
	one, err := s.metadata.Resource(secrets).Namespace(namespace).Get(t.Context(), "secret-03", metav1.GetOptions{})
	if err != nil || one.Annotations[corev1.ServiceAccountNameKey] != "robot" || one.ResourceVersion == "" || one.CreationTimestamp.IsZero() {
		t.Errorf("metadata of one secret: %+v, %v", one, err)
	}
	loose, err := s.dynamic.Resource(secrets).Namespace(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil || len(loose.Items) != 25 || !meta.IsListType(loose) || loose.GetKind() != "SecretList" {
		t.Errorf("dynamic list: %v", err)
	}
}

// reveals says whether secret data is in the bytes, as such or in base64.
func reveals(body []byte) bool {
	plain := []byte(secretBytes)
	// A multiple of three bytes has a base64 form that does not depend on what
	// follows.
	encoded := base64.StdEncoding.EncodeToString(plain[:len(plain)/3*3])
	return bytes.Contains(body, plain) || bytes.Contains(body, []byte(encoded))
}
