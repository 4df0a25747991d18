// Package contract is what an API server must do for Timebound to be right: a
// list of requests and the answers to them, as a test that runs against any
// server. It runs on the demo cluster and on real kube-apiservers alike, so
// that what works in the demo works outside.
//
// It needs a user who may do everything, makes a namespace of its own, and
// expects no controller to run, though it bears with them.
package contract

import (
	"context"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
)

// secretBytes begins every value in the data of the secrets made here. No
// metadata-only answer may carry it.
const secretBytes = "contract-not-a-token"

var secrets = corev1.SchemeGroupVersion.WithResource("secrets")

// server is the server under test with the clients that talk to it.
type server struct {
	config    *rest.Config
	typed     kubernetes.Interface // JSON
	protobuf  kubernetes.Interface
	metadata  metadata.Interface
	dynamic   dynamic.Interface
	namespace string
}

// Run holds a server against the contract.
func Run(t *testing.T, config *rest.Config) {
	t.Helper()
	s := connect(t, config)
	t.Run("finding out", s.findingOut)
	t.Run("lists", s.lists)
	t.Run("pages", s.pages)
	t.Run("forms of answers", s.forms)
	t.Run("refusals", s.refusals)
	t.Run("changes", s.changes)
	t.Run("dry runs", s.dryRuns)
	t.Run("deletions", s.deletions)
	t.Run("watches", s.watches)
	t.Run("hand", s.hand)
}

func connect(t *testing.T, config *rest.Config) *server {
	t.Helper()
	s := &server{config: rest.CopyConfig(config)}
	s.config.QPS = -1
	s.config.ContentConfig = rest.ContentConfig{}
	binary := rest.CopyConfig(s.config)
	binary.ContentType = runtime.ContentTypeProtobuf
	binary.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON
	plain := rest.CopyConfig(s.config)
	plain.ContentType, plain.AcceptContentTypes = runtime.ContentTypeJSON, runtime.ContentTypeJSON
	var err error
	if s.typed, err = kubernetes.NewForConfig(plain); err != nil {
		t.Fatal(err)
	}
	if s.protobuf, err = kubernetes.NewForConfig(binary); err != nil {
		t.Fatal(err)
	}
	if s.metadata, err = metadata.NewForConfig(s.config); err != nil {
		t.Fatal(err)
	}
	if s.dynamic, err = dynamic.NewForConfig(s.config); err != nil {
		t.Fatal(err)
	}
	s.namespace = s.newNamespace(t)
	return s
}

// newNamespace makes a namespace that goes away with the test.
func (s *server) newNamespace(t *testing.T) string {
	t.Helper()
	name := fmt.Sprintf("timebound-contract-%x", time.Now().UnixNano())
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if _, err := s.typed.CoreV1().Namespaces().Create(t.Context(), ns, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The test's own context is over by now.
		if err := s.typed.CoreV1().Namespaces().Delete(context.Background(), name, metav1.DeleteOptions{}); err != nil {
			t.Errorf("clean up: %v", err)
		}
	})
	return name
}

// opaque makes an ordinary secret.
func opaque(name string) *corev1.Secret {
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Data:       map[string][]byte{"value": []byte(secretBytes + "-" + name)},
	}
}

// token makes a token secret of an account. Without that account the token
// controller deletes the secret, so tests make the account first.
func token(name, account string) *corev1.Secret {
	o := opaque(name)
	o.Type = corev1.SecretTypeServiceAccountToken
	o.Annotations = map[string]string{corev1.ServiceAccountNameKey: account}
	o.Data = map[string][]byte{corev1.ServiceAccountTokenKey: []byte(secretBytes + "-" + name)}
	return o
}

func (s *server) create(t *testing.T, namespace string, o *corev1.Secret) *corev1.Secret {
	t.Helper()
	made, err := s.typed.CoreV1().Secrets(namespace).Create(t.Context(), o, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (s *server) createAccount(t *testing.T, namespace, name string) *corev1.ServiceAccount {
	t.Helper()
	o := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}
	made, err := s.typed.CoreV1().ServiceAccounts(namespace).Create(t.Context(), o, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return made
}
