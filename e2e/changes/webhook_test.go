package changes

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"context"

	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// webhook refuses changes of some secrets, and labels the others.
type webhook struct {
	mu     sync.Mutex
	denied map[string]bool
}

func (h *webhook) deny(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.denied[name] = true
}

// webhook has the API server ask about every patch of a secret of the scene.
func (c *scene) webhook(t *testing.T) *webhook {
	t.Helper()
	h := &webhook{denied: map[string]bool{}}
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	url, fail, none := server.URL, admissionregistrationv1.Fail, admissionregistrationv1.SideEffectClassNone
	client := func(path string) admissionregistrationv1.WebhookClientConfig {
		u := url + path
		return admissionregistrationv1.WebhookClientConfig{URL: &u, CABundle: ca}
	}
	rules := []admissionregistrationv1.RuleWithOperations{{
		Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Update},
		Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"secrets"}},
	}}
	selector := &metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": c.ns}}
	admission := c.admin.AdmissionregistrationV1()
	name := metav1.ObjectMeta{Name: c.ns}
	_, err := admission.ValidatingWebhookConfigurations().Create(t.Context(), &admissionregistrationv1.ValidatingWebhookConfiguration{
		ObjectMeta: name, Webhooks: []admissionregistrationv1.ValidatingWebhook{{
			Name: "deny.example.com", ClientConfig: client("/deny"), Rules: rules, FailurePolicy: &fail, SideEffects: &none,
			AdmissionReviewVersions: []string{"v1"}, NamespaceSelector: selector,
		}},
	}, metav1.CreateOptions{})
	must(t, err)
	_, err = admission.MutatingWebhookConfigurations().Create(t.Context(), &admissionregistrationv1.MutatingWebhookConfiguration{
		ObjectMeta: name, Webhooks: []admissionregistrationv1.MutatingWebhook{{
			Name: "mutate.example.com", ClientConfig: client("/mutate"), Rules: rules, FailurePolicy: &fail, SideEffects: &none,
			AdmissionReviewVersions: []string{"v1"}, NamespaceSelector: selector,
		}},
	}, metav1.CreateOptions{})
	must(t, err)
	t.Cleanup(func() {
		_ = admission.ValidatingWebhookConfigurations().Delete(context.Background(), c.ns, metav1.DeleteOptions{})
		_ = admission.MutatingWebhookConfigurations().Delete(context.Background(), c.ns, metav1.DeleteOptions{})
	})
	// It takes effect in the server's own time.
	c.account(t, "hooked")
	c.token(t, "probe", "hooked")
	h.deny("probe")
	await(t, 20*time.Second, "the webhooks are asked", func(ctx context.Context) (bool, error) {
		_, err := c.admin.CoreV1().Secrets(c.ns).Patch(ctx, "probe", types.MergePatchType, []byte(`{"metadata":{"labels":{"a":"b"}}}`), metav1.PatchOptions{DryRun: []string{metav1.DryRunAll}})
		return err != nil, nil
	})
	return h
}

// ServeHTTP answers a review.
func (h *webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var review admissionv1.AdmissionReview
	if err := json.NewDecoder(r.Body).Decode(&review); err != nil || review.Request == nil {
		http.Error(w, "no review", http.StatusBadRequest)
		return
	}
	answer := &admissionv1.AdmissionResponse{UID: review.Request.UID, Allowed: true}
	switch r.URL.Path {
	case "/deny":
		h.mu.Lock()
		if h.denied[review.Request.Name] {
			answer.Allowed, answer.Result = false, &metav1.Status{Code: http.StatusForbidden, Message: "not on a Friday"}
		}
		h.mu.Unlock()
	case "/mutate":
		var object struct {
			Metadata struct{ Labels map[string]string }
		}
		_ = json.Unmarshal(review.Request.Object.Raw, &object) // without labels the patch makes them
		patch := `[{"op":"add","path":"/metadata/labels/mutated","value":"yes"}]`
		if len(object.Metadata.Labels) == 0 {
			patch = `[{"op":"add","path":"/metadata/labels","value":{"mutated":"yes"}}]`
		}
		kind := admissionv1.PatchTypeJSONPatch
		answer.Patch, answer.PatchType = []byte(patch), &kind
	}
	review.Response, review.Request = answer, nil
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(review)
}
