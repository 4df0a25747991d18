package demo_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"strings"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/k8s/demo"
	"timebound/k8s/demo/world"
)

// Every token of the demo cluster is signed with the key that it shows, and
// says whose it is.
func TestTokensAreSigned(t *testing.T) {
	s := demoWorld(t)
	client := typed(t, s).CoreV1()
	list, err := client.Secrets(metav1.NamespaceAll).List(t.Context(), metav1.ListOptions{FieldSelector: "type=kubernetes.io/service-account-token"})
	if err != nil || len(list.Items) < 3 {
		t.Fatal(list, err)
	}
	for _, o := range list.Items[:3] {
		if !strings.HasPrefix(string(o.Data[corev1.ServiceAccountTokenKey]), world.Canary) {
			t.Errorf("in a list, %s has no placeholder", o.Name)
		}
		one, err := client.Secrets(o.Namespace).Get(t.Context(), o.Name, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		claims := verify(t, s, string(one.Data[corev1.ServiceAccountTokenKey]))
		if claims["iss"] != "kubernetes/serviceaccount" || claims["exp"] != nil || claims["kubernetes.io/serviceaccount/secret.name"] != o.Name ||
			claims["kubernetes.io/serviceaccount/service-account.uid"] != o.Annotations[corev1.ServiceAccountUIDKey] ||
			claims["sub"] != "system:serviceaccount:"+o.Namespace+":"+o.Annotations[corev1.ServiceAccountNameKey] {
			t.Errorf("claims of %s: %v", o.Name, claims)
		}
		if again, err := client.Secrets(o.Namespace).Get(t.Context(), o.Name, metav1.GetOptions{}); err != nil || string(again.Data["token"]) != string(one.Data["token"]) {
			t.Errorf("read again, %s is another one: %v", o.Name, err)
		}
	}
	seconds := int64(600)
	q := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{Audiences: []string{"vault"}, ExpirationSeconds: &seconds}}
	issued, err := client.ServiceAccounts("default").CreateToken(t.Context(), "default", q, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	claims := verify(t, s, issued.Status.Token)
	if claims["exp"] != float64(s.Now().Unix()+600) || claims["sub"] != "system:serviceaccount:default:default" || claims["aud"].([]any)[0] != "vault" {
		t.Errorf("claims: %v", claims)
	}
	if !issued.Status.ExpirationTimestamp.Time.Equal(s.Now().Add(10 * 60e9)) {
		t.Errorf("expires %s", issued.Status.ExpirationTimestamp)
	}
	q.Spec.BoundObjectRef = &authenticationv1.BoundObjectReference{Kind: "Secret", Name: "x"}
	if _, err := client.ServiceAccounts("default").CreateToken(t.Context(), "default", q, metav1.CreateOptions{}); !apierrors.IsBadRequest(err) {
		t.Errorf("a token bound to a secret: %v", err)
	}
}

// verify checks a token with the key that the server shows and gives its
// claims.
func verify(t *testing.T, s *demo.Server, token string) map[string]any {
	t.Helper()
	resp, err := http.Get(s.REST().Host + "/openid/v1/jwks")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var set struct {
		Keys []struct{ Kid, Alg, N, E string } `json:"keys"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&set); err != nil || len(set.Keys) != 1 || set.Keys[0].Alg != "RS256" {
		t.Fatal(set, err)
	}
	decode := func(s string) []byte {
		text, err := base64.RawURLEncoding.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 || string(decode(parts[0])) != `{"alg":"RS256","kid":"`+set.Keys[0].Kid+`"}` {
		t.Fatalf("token of %d parts", len(parts))
	}
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(decode(set.Keys[0].N)), E: int(new(big.Int).SetBytes(decode(set.Keys[0].E)).Int64())}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], decode(parts[2])); err != nil {
		t.Error(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(decode(parts[1]), &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}
