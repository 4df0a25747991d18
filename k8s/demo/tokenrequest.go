package demo

import (
	"fmt"
	"io"
	"net/http"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/client-go/kubernetes/scheme"

	"timebound/k8s/demo/world"
)

const (
	issuer        = "https://kubernetes.default.svc"
	shortestToken = 600 // seconds
	ordinaryToken = 3600
	tokenRequest  = "TokenRequest" // kind
)

// boundClaims are those of a bound token (k8s.io/kubernetes
// pkg/serviceaccount/claims.go).
type boundClaims struct {
	Audience  []string `json:"aud"`
	Expires   int64    `json:"exp"`
	IssuedAt  int64    `json:"iat"`
	Issuer    string   `json:"iss"`
	ID        string   `json:"jti"`
	Bound     bound    `json:"kubernetes.io"`
	NotBefore int64    `json:"nbf"`
	Subject   string   `json:"sub"`
}

type bound struct {
	Namespace string `json:"namespace"`
	Account   struct {
		Name string `json:"name"`
		UID  string `json:"uid"`
	} `json:"serviceaccount"`
}

// issue answers POST serviceaccounts/NAME/token. A dry run is none here, as on
// a real server.
func (c *call) issue() {
	accepted, err := negotiate(c.r, kind{typed: true})
	if err != nil {
		c.refuse(err)
		return
	}
	var q authenticationv1.TokenRequest
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, 1<<20))
	if err == nil {
		_, _, err = scheme.Codecs.UniversalDeserializer().Decode(body, nil, &q)
	}
	if err != nil {
		c.refuse(apierrors.NewBadRequest(err.Error()))
		return
	}
	if err := c.issued(&q); err != nil {
		c.refuse(err)
		return
	}
	q.SetGroupVersionKind(authenticationv1.SchemeGroupVersion.WithKind(tokenRequest))
	c.write(http.StatusCreated, accepted, &q)
}

func (c *call) issued(q *authenticationv1.TokenRequest) error {
	st := c.server.store
	st.mu.Lock()
	it := c.target.shelf.items[c.target.key()]
	serial := st.revision
	st.mu.Unlock()
	if it == nil {
		return apierrors.NewNotFound(c.target.gr(), c.target.name)
	}
	uid := it.meta.GetUID()
	if q.UID != "" && q.UID != uid {
		return apierrors.NewConflict(schema.GroupResource{Group: authenticationv1.GroupName, Resource: tokenRequest}, c.target.name,
			fmt.Errorf("the UID in the token request (%s) does not match the UID of the service account (%s)", q.UID, uid))
	}
	if len(q.Spec.Audiences) == 0 {
		q.Spec.Audiences = []string{issuer}
	}
	seconds := int64(ordinaryToken)
	if q.Spec.ExpirationSeconds != nil {
		seconds = *q.Spec.ExpirationSeconds
	}
	q.Spec.ExpirationSeconds = &seconds
	spec := field.NewPath("spec")
	switch {
	case seconds < shortestToken:
		return apierrors.NewInvalid(authenticationv1.SchemeGroupVersion.WithKind(tokenRequest).GroupKind(), "",
			field.ErrorList{field.Invalid(spec.Child("expirationSeconds"), seconds, "may not specify a duration less than 10 minutes")})
	case q.Spec.BoundObjectRef != nil:
		return apierrors.NewBadRequest("the demo cluster binds tokens to accounts only")
	}
	now := c.server.now
	q.Name, q.Namespace, q.UID, q.CreationTimestamp = it.key.name, it.key.namespace, uid, metav1.NewTime(now)
	claims := boundClaims{
		Audience: q.Spec.Audiences, Issuer: issuer, IssuedAt: now.Unix(), NotBefore: now.Unix(), Expires: now.Unix() + seconds,
		ID:      string(world.UID("jti", it.key.namespace, it.key.name, fmt.Sprint(serial))),
		Subject: subject(it.key.namespace, it.key.name), Bound: bound{Namespace: it.key.namespace},
	}
	claims.Bound.Account.Name, claims.Bound.Account.UID = it.key.name, string(uid)
	token, err := c.server.signer.sign(claims)
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	q.Status = authenticationv1.TokenRequestStatus{
		Token: token, ExpirationTimestamp: metav1.NewTime(now.Add(time.Duration(seconds) * time.Second)),
	}
	return nil
}

// accountToken says that the target is where an account's tokens are issued.
func (t target) accountToken() bool {
	return t.sub == "token" && t.name != "" && t.shelf.kind.gvk() == corev1.SchemeGroupVersion.WithKind("ServiceAccount")
}
