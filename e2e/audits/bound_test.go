package audits

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"strings"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
)

const issuer = "https://kubernetes.default.svc"

// pod makes a pod of an account on a node. No kubelet runs; it stays Pending.
func (s *stage) pod(t *testing.T, account model.Key, name, node string) *corev1.Pod {
	t.Helper()
	pod, err := s.admin.CoreV1().Pods(account.Namespace).Create(t.Context(), &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: corev1.PodSpec{
			ServiceAccountName: account.Name, NodeName: node,
			Containers: []corev1.Container{{Name: "app", Image: "registry.example/app:1"}},
		},
	}, metav1.CreateOptions{})
	must(t, err)
	return pod
}

// bound asks for a bound token, as a kubelet does for a pod.
func (s *stage) bound(t *testing.T, pod *corev1.Pod) *holder {
	t.Helper()
	seconds := int64(3607) // what kubelets ask for, and what alone is extended
	answer, err := s.admin.CoreV1().ServiceAccounts(pod.Namespace).CreateToken(t.Context(), pod.Spec.ServiceAccountName, &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{
			ExpirationSeconds: &seconds,
			BoundObjectRef:    &authenticationv1.BoundObjectReference{APIVersion: "v1", Kind: "Pod", Name: pod.Name, UID: pod.UID},
		},
	}, metav1.CreateOptions{})
	must(t, err)
	return &holder{account: model.Key{Namespace: pod.Namespace, Name: pod.Spec.ServiceAccountName}, token: answer.Status.Token}
}

// credential is a bound token's id, "" before 1.30.
func (h *holder) credential(t *testing.T) string {
	t.Helper()
	body, err := base64.RawURLEncoding.DecodeString(strings.Split(h.token, ".")[1])
	must(t, err)
	var claims struct {
		ID string `json:"jti"`
	}
	must(t, json.Unmarshal(body, &claims))
	return claims.ID
}

// stale makes the token that a pod got two hours ago and did not read again
// since. The API server would not make one, so it is signed here, with the API
// server's own key (claims: k8s.io/kubernetes pkg/serviceaccount/claims.go).
func (s *stage) stale(t *testing.T, pod *corev1.Pod, issued time.Time) *holder {
	t.Helper()
	account, err := s.admin.CoreV1().ServiceAccounts(pod.Namespace).Get(t.Context(), pod.Spec.ServiceAccountName, metav1.GetOptions{})
	must(t, err)
	reference := func(o metav1.Object) map[string]any {
		return map[string]any{"name": o.GetName(), "uid": o.GetUID()}
	}
	claims := map[string]any{
		"aud": []string{issuer}, "iss": issuer, "sub": "system:serviceaccount:" + account.Namespace + ":" + account.Name,
		"iat": issued.Unix(), "nbf": issued.Unix(), "exp": issued.Unix() + 31536000,
		"jti": "3f0c6f3e-0000-4000-8000-00000000beef",
		"kubernetes.io": map[string]any{
			"namespace": account.Namespace, "serviceaccount": reference(account), "pod": reference(pod),
			"warnafter": issued.Unix() + 3607,
		},
	}
	return &holder{account: model.Key{Namespace: account.Namespace, Name: account.Name}, stale: true, token: s.sign(t, claims)}
}

func (s *stage) sign(t *testing.T, claims map[string]any) string {
	t.Helper()
	text, err := os.ReadFile(s.SigningKey())
	must(t, err)
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	must(t, err)
	body, err := json.Marshal(claims)
	must(t, err)
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"alg":"RS256"}`)) + "." + encode(body)
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	must(t, err)
	return signed + "." + encode(signature)
}
