package demo

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"timebound/k8s/demo/world"
)

// controllerDelay is how long the token controller takes to see a change. A
// real one takes about as long, and what relies on it must wait.
const controllerDelay = 20 * time.Millisecond

// tokenController does what the real one of that name does after a client made
// or deleted a token secret (k8s.io/kubernetes
// pkg/controller/serviceaccount/tokens_controller.go syncSecret):
//
//   - a secret without a token gets one, and ca.crt and namespace with it;
//   - a secret whose account is gone, or was made anew, is deleted;
//   - the name of a deleted secret disappears from its account's .secrets.
//
// It does nothing about what Put and Remove do, and makes no secrets.
type tokenController struct{ server *Server }

// created is told of a secret that a client made.
func (t tokenController) created(it *item) { after(it, t.fill) }

// deleted is told of a secret that a client deleted.
func (t tokenController) deleted(it *item) { after(it, t.forget) }

// after acts on a token secret when the controller would have seen it.
func after(it *item, act func(*corev1.Secret)) {
	secret, ok := it.object.(*corev1.Secret)
	if ok && secret.Type == corev1.SecretTypeServiceAccountToken {
		time.AfterFunc(controllerDelay, func() { act(secret) })
	}
}

// fill gives a new secret its token, or deletes it.
func (t tokenController) fill(seen *corev1.Secret) {
	token, err := t.token(seen)
	st := t.server.store
	st.mu.Lock()
	defer st.mu.Unlock()
	sh := t.shelf("secrets")
	it := sh.items[key{seen.Namespace, seen.Name}]
	if err != nil || it == nil || it.meta.GetUID() != seen.UID {
		return
	}
	account := t.account(seen)
	if account == nil || account.DeletionTimestamp != nil {
		// The store's own objects make no error here or below.
		_ = st.remove(sh, it)
		return
	}
	secret := it.object.(*corev1.Secret).DeepCopy()
	if len(secret.Data[corev1.ServiceAccountTokenKey]) > 0 || len(token) == 0 {
		return
	}
	if secret.Data == nil {
		secret.Data = map[string][]byte{}
	}
	secret.Data[corev1.ServiceAccountTokenKey] = token
	secret.Data[corev1.ServiceAccountNamespaceKey] = []byte(secret.Namespace)
	secret.Data[corev1.ServiceAccountRootCAKey] = world.RootCA()
	secret.Annotations[corev1.ServiceAccountUIDKey] = string(account.UID)
	_, _ = st.put(sh, secret)
}

// token makes the token that a secret shall have, before the store is locked:
// the first one takes long.
func (t tokenController) token(secret *corev1.Secret) ([]byte, error) {
	if len(secret.Data[corev1.ServiceAccountTokenKey]) > 0 {
		return nil, nil
	}
	st := t.server.store
	st.mu.Lock()
	account := t.account(secret)
	st.mu.Unlock()
	if account == nil {
		return nil, nil
	}
	named := secret.DeepCopy()
	named.Annotations[corev1.ServiceAccountUIDKey] = string(account.UID)
	return t.server.legacyToken(named)
}

// forget takes the name of a deleted secret out of its account's .secrets, even
// if another secret has that name by now, as the real one does.
func (t tokenController) forget(gone *corev1.Secret) {
	st := t.server.store
	st.mu.Lock()
	defer st.mu.Unlock()
	account := t.account(gone)
	if account == nil || !slices.ContainsFunc(account.Secrets, named(gone.Name)) {
		return
	}
	account = account.DeepCopy()
	account.Secrets = slices.DeleteFunc(account.Secrets, named(gone.Name))
	_, _ = st.put(t.shelf("serviceaccounts"), account)
}

func named(name string) func(corev1.ObjectReference) bool {
	return func(r corev1.ObjectReference) bool { return r.Name == name }
}

// account finds the account that a secret names, by its UID if the secret has
// one; nil if there is none. The caller holds the store's lock.
func (t tokenController) account(secret *corev1.Secret) *corev1.ServiceAccount {
	it := t.shelf("serviceaccounts").items[key{secret.Namespace, secret.Annotations[corev1.ServiceAccountNameKey]}]
	if it == nil {
		return nil
	}
	uid := secret.Annotations[corev1.ServiceAccountUIDKey]
	if uid != "" && uid != string(it.meta.GetUID()) {
		return nil
	}
	account, _ := it.object.(*corev1.ServiceAccount)
	return account
}

func (t tokenController) shelf(resource string) *shelf {
	return t.server.store.shelves[schema.GroupVersionResource{Version: "v1", Resource: resource}]
}
