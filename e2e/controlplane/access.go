package controlplane

import (
	"fmt"
	"os"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// Server is the URL of kube-apiserver. It stays the same until Stop.
func (c *Cluster) Server() string { return "https://" + address(c.apiPort) }

// Etcd is the URL of etcd, which asks for no credentials. It stays the same
// until Stop.
func (c *Cluster) Etcd() string { return "http://" + address(c.etcdPort) }

// Kubeconfig is the path of a kubeconfig for Admin or one of Options.Users. It
// needs no other file and stays good over restarts and upgrades.
func (c *Cluster) Kubeconfig(user string) (string, error) {
	if _, err := c.token(user); err != nil {
		return "", err
	}
	return c.state.kubeconfig(user), nil
}

// RESTConfig is a client configuration for Admin or one of Options.Users,
// without client-go's limit of five requests a second.
func (c *Cluster) RESTConfig(user string) (*rest.Config, error) {
	token, err := c.token(user)
	if err != nil {
		return nil, err
	}
	return &rest.Config{
		Host:            c.Server(),
		BearerToken:     token,
		TLSClientConfig: rest.TLSClientConfig{CAFile: c.state.servingCert()},
		QPS:             -1,
	}, nil
}

func (c *Cluster) token(user string) (string, error) {
	token, known := c.users[user]
	if !known {
		return "", fmt.Errorf("user %q is not known to this cluster; name it in Options.Users", user)
	}
	return token, nil
}

// writeKubeconfigs needs the serving certificate, which kube-apiserver makes
// when it first starts.
func (c *Cluster) writeKubeconfigs() error {
	ca, err := os.ReadFile(c.state.servingCert())
	if err != nil {
		return err
	}
	const name = "timebound-e2e"
	for user, token := range c.users {
		config := clientcmdapi.NewConfig()
		config.Clusters[name] = &clientcmdapi.Cluster{Server: c.Server(), CertificateAuthorityData: ca}
		config.AuthInfos[user] = &clientcmdapi.AuthInfo{Token: token}
		config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: user}
		config.CurrentContext = name
		if err := clientcmd.WriteToFile(*config, c.state.kubeconfig(user)); err != nil {
			return fmt.Errorf("write kubeconfig of %s: %w", user, err)
		}
	}
	return nil
}
