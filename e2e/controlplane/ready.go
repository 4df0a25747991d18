package controlplane

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// waitUntil repeats check until it succeeds. It gives up when ctx ends, and at
// once when one of the watched processes has ended.
func waitUntil(ctx context.Context, what string, watched []*process, check func() error) error {
	for {
		last := check()
		for _, p := range watched {
			if err := p.alive(); err != nil {
				return fmt.Errorf("wait for %s: %w", what, err)
			}
		}
		if last == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			tail := watched[len(watched)-1].logTail()
			return fmt.Errorf("wait for %s: %w: %w; %s", what, ctx.Err(), last, tail)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// waitForAPIServer waits for /readyz, which includes the hooks that run after
// start, such as making the default roles.
func (c *Cluster) waitForAPIServer(ctx context.Context) error {
	return waitUntil(ctx, "kube-apiserver to be ready", []*process{c.etcd, c.apiServer}, func() error {
		ca, err := os.ReadFile(c.state.servingCert())
		if err != nil {
			return err
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(ca) {
			return fmt.Errorf("%s holds no certificate yet", c.state.servingCert())
		}
		_, err = get(ctx, c.Server()+"/readyz", c.users[Admin], &tls.Config{RootCAs: roots})
		return err
	})
}

// waitForControllers waits until kube-controller-manager answers, by which time
// it has accepted its flags, and until it has done its first work, if that is
// its to do: a default account in the default namespace.
func (c *Cluster) waitForControllers(ctx context.Context) error {
	watched := []*process{c.etcd, c.apiServer, c.controllers}
	err := waitUntil(ctx, "kube-controller-manager to be healthy", watched, func() error {
		_, err := c.askControllers(ctx, "/healthz")
		return err
	})
	if err != nil || c.opts.CleanerOnly {
		return err
	}
	config, err := c.RESTConfig(Admin)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	return waitUntil(ctx, "kube-controller-manager to make the default account", watched, func() error {
		_, err := client.CoreV1().ServiceAccounts(corev1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		return err
	})
}

// askControllers gets a path of kube-controller-manager that it shows to
// everybody.
func (c *Cluster) askControllers(ctx context.Context, path string) ([]byte, error) {
	// It signs its certificate in memory, so there is nothing to verify with.
	return get(ctx, "https://"+address(c.controllerPort)+path, "", &tls.Config{InsecureSkipVerify: true})
}

// get returns the body of the answer 200; any other answer is an error.
func get(ctx context.Context, url, token string, config *tls.Config) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	transport := &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusOK {
		body = body[:min(len(body), 4<<10)]
		return nil, errors.Join(fmt.Errorf("%s: %s: %s", url, response.Status, body), err)
	}
	return body, err
}
