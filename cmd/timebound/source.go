package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"k8s.io/client-go/rest"

	_ "k8s.io/client-go/plugin/pkg/client/auth" // exec and OIDC credentials, as kubectl has them

	"timebound/k8s"
	"timebound/k8s/demo"
	"timebound/model"
)

// source is an open cluster with what goes with it.
type source struct {
	session *k8s.Session
	config  *rest.Config // as the flags name it
	context string
	// now is the clock to judge by: the demo's stands still.
	now   func() time.Time
	close func()
}

// name is what people call the cluster: its context, else its address.
func (s *source) name() string {
	if s.context != "" {
		return s.context
	}
	return s.session.Server()
}

// pluginUse says whether credential plugins may ask on the terminal.
type pluginUse uint8

const (
	pluginsMayAsk     pluginUse = iota
	pluginsMustNotAsk           // the dashboard or a shell that completes owns it
)

// openSource opens the cluster that the flags name. It asks the cluster
// nothing yet; what is wrong with the kubeconfig shows here.
func openSource(set *settings, know model.Knowledge, plugins pluginUse) (*source, error) {
	src := &source{now: time.Now, close: func() {}}
	var config *rest.Config
	if set.demo {
		server, err := demo.Start()
		if err != nil {
			return nil, fmt.Errorf("start the demo cluster: %w", err)
		}
		src.close, src.now, src.context = server.Close, server.Now, "demo"
		config = server.REST()
	} else {
		var err error
		if config, src.context, err = clientConfig(set); err != nil {
			return nil, err
		}
	}
	if plugins == pluginsMustNotAsk {
		k8s.NoQuestions(config)
	}
	session, err := k8s.Open(k8s.Config{
		REST: config, Context: src.context, Namespaces: set.namespaces(), Version: buildVersion(), Knowledge: know, Now: src.now,
	})
	if err != nil {
		src.close()
		return nil, err
	}
	src.session, src.config = session, config
	return src, nil
}

// clientConfig reads the kubeconfig, or the pod's own service account, and
// gives the context's name with it.
func clientConfig(set *settings) (*rest.Config, string, error) {
	raw, err := set.kube.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return nil, "", usagef("read kubeconfig: %w; give another file with --kubeconfig", err)
	}
	name := raw.CurrentContext
	if *set.kube.Context != "" {
		name = *set.kube.Context
	}
	known := strings.Join(sortedKeys(raw.Contexts), ", ")
	addressed := *set.kube.APIServer != "" || os.Getenv("KUBERNETES_MASTER") != ""
	switch _, there := raw.Contexts[name]; {
	case name != "" && !there:
		return nil, "", usagef("context %q is not in the kubeconfig; there are %s", name, orNone(known))
	case name != "" || addressed || *set.kube.ClusterName != "":
	case known != "":
		return nil, "", usagef("the kubeconfig has no current context; choose one with --context: %s", known)
	case os.Getenv("KUBERNETES_SERVICE_HOST") == "":
		// client-go would try localhost:8080, which nobody means today.
		return nil, "", usagef("no cluster is configured: no kubeconfig was found, and this is not a pod; set KUBECONFIG or --kubeconfig, or look around with --demo")
	}
	config, err := set.kube.ToRESTConfig()
	if err != nil {
		return nil, "", usagef("read kubeconfig: %w; mend it, or give another file with --kubeconfig", err)
	}
	return config, name, nil
}
