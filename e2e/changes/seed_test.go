package changes

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"timebound/model"
)

func (c *scene) account(t *testing.T, name string) *corev1.ServiceAccount {
	t.Helper()
	o, err := c.admin.CoreV1().ServiceAccounts(c.ns).Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	must(t, err)
	return o
}

// token makes a token by hand, waits until the controller filled it in, and
// watches from then on that its bytes appear nowhere.
func (c *scene) token(t *testing.T, name, account string, change ...func(*corev1.Secret)) *corev1.Secret {
	t.Helper()
	o := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{model.AnnotationAccountName: account}},
		Type:       corev1.SecretTypeServiceAccountToken,
	}
	for _, f := range change {
		f(o)
	}
	_, err := c.admin.CoreV1().Secrets(c.ns).Create(t.Context(), o, metav1.CreateOptions{})
	must(t, err)
	await(t, 30*time.Second, "secret "+name+" is filled in", func(ctx context.Context) (bool, error) {
		o, err = c.admin.CoreV1().Secrets(c.ns).Get(ctx, name, metav1.GetOptions{})
		return err == nil && len(o.Data["token"]) > 0, err
	})
	c.canaries.addToken(o.Data["token"])
	return o
}

// listed makes a token that its account's .secrets name: an auto-generated one,
// by upstream's rule.
func (c *scene) listed(t *testing.T, name, account string) *corev1.Secret {
	t.Helper()
	o := c.token(t, name, account)
	patch := fmt.Sprintf(`{"secrets":[{"name":%q}]}`, name)
	_, err := c.admin.CoreV1().ServiceAccounts(c.ns).Patch(t.Context(), account, types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{})
	must(t, err)
	return o
}

// many makes tokens that are filled in from the beginning, which is quick: their
// bytes are no real ones, and nobody will find out.
func (c *scene) many(t *testing.T, n int) []string {
	t.Helper()
	account := c.account(t, "many")
	names := make([]string, n)
	group, ctx := errgroup.WithContext(t.Context())
	var next atomic.Int64
	for range 16 {
		group.Go(func() error {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				names[i] = fmt.Sprintf("many-%05d", i)
				value := c.canaries.fresh(names[i])
				_, err := c.admin.CoreV1().Secrets(c.ns).Create(ctx, &corev1.Secret{
					ObjectMeta: metav1.ObjectMeta{Name: names[i], Annotations: map[string]string{
						model.AnnotationAccountName: account.Name, model.AnnotationAccountUID: string(account.UID),
					}},
					Type: corev1.SecretTypeServiceAccountToken,
					Data: map[string][]byte{"token": value, "ca.crt": c.ca, "namespace": []byte(c.ns)},
				}, metav1.CreateOptions{})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	must(t, group.Wait())
	return names
}

// present shows a token to the API server, as its holder would.
func (s *stage) present(token []byte) error {
	config := rest.AnonymousClientConfig(s.config)
	config.BearerToken = string(token)
	config.Timeout = 10 * time.Second
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	_, err = client.Discovery().ServerVersion()
	return err
}

// effect is within what time a label has to take effect: each API server goes on
// accepting a token for 10 s.
const effect = 15 * time.Second

// refused waits until a token is not accepted any more.
func (s *stage) refused(t *testing.T, token []byte) time.Duration {
	t.Helper()
	return await(t, effect, "the token is refused", func(context.Context) (bool, error) {
		err := s.present(token)
		if err == nil || apierrors.IsUnauthorized(err) {
			return err != nil, nil
		}
		return false, err
	})
}

// accepted waits until a token is accepted.
func (s *stage) accepted(t *testing.T, token []byte) time.Duration {
	t.Helper()
	return await(t, effect, "the token is accepted", func(context.Context) (bool, error) {
		err := s.present(token)
		if err == nil || apierrors.IsUnauthorized(err) {
			return err == nil, nil
		}
		return false, err
	})
}

// secret reads a secret; nil if it is not there.
func (c *scene) secret(t *testing.T, name string) *corev1.Secret {
	t.Helper()
	o, err := c.admin.CoreV1().Secrets(c.ns).Get(context.WithoutCancel(t.Context()), name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	must(t, err)
	return o
}

// entries are the names in an account's .secrets.
func (c *scene) entries(t *testing.T, account string) []string {
	t.Helper()
	o, err := c.admin.CoreV1().ServiceAccounts(c.ns).Get(t.Context(), account, metav1.GetOptions{})
	must(t, err)
	var names []string
	for _, s := range o.Secrets {
		names = append(names, s.Name)
	}
	return names
}

// label sets a label of a secret as somebody else would; "" removes it.
func (c *scene) label(t *testing.T, name, key, value, manager string) {
	t.Helper()
	text := fmt.Sprintf("%q", value)
	if value == "" {
		text = "null"
	}
	c.meddled(name)
	patch := fmt.Sprintf(`{"metadata":{"labels":{%q:%s}}}`, key, text)
	_, err := c.admin.CoreV1().Secrets(c.ns).Patch(t.Context(), name, types.MergePatchType, []byte(patch), metav1.PatchOptions{FieldManager: manager})
	must(t, err)
}

// remake deletes a token and makes another one of its name.
func (c *scene) remake(t *testing.T, name, account string) *corev1.Secret {
	t.Helper()
	c.meddled(name)
	must(t, c.admin.CoreV1().Secrets(c.ns).Delete(t.Context(), name, metav1.DeleteOptions{}))
	return c.token(t, name, account)
}

// generated gives the token that the controller makes for an account by itself.
func (c *scene) generated(t *testing.T, account string) (name string) {
	t.Helper()
	await(t, 30*time.Second, "a token is generated", func(ctx context.Context) (bool, error) {
		o, err := c.admin.CoreV1().ServiceAccounts(c.ns).Get(ctx, account, metav1.GetOptions{})
		if err != nil || len(o.Secrets) == 0 {
			return false, err
		}
		name = o.Secrets[0].Name
		secret, err := c.admin.CoreV1().Secrets(c.ns).Get(ctx, name, metav1.GetOptions{})
		return err == nil && len(secret.Data["token"]) > 0, err
	})
	c.canaries.addToken(c.secret(t, name).Data["token"])
	return name
}

// mayPatch says whether the limited user may change secrets now.
func (c *scene) mayPatch(ctx context.Context) (bool, error) {
	review, err := c.admin.AuthorizationV1().SubjectAccessReviews().Create(ctx, &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: limited, ResourceAttributes: &authorizationv1.ResourceAttributes{Namespace: c.ns, Verb: "patch", Resource: "secrets"},
	}}, metav1.CreateOptions{})
	return err == nil && review.Status.Allowed, err
}
