package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"k8s.io/client-go/rest"

	"timebound/model/wire"
	"timebound/plan/change"
)

// handOver keeps tokens that are issued: each in a kubeconfig of its own that
// only we can read. Nothing that is there is overwritten.
type handOver struct {
	folder string
	config *rest.Config
	name   string // of the cluster
}

// kubeconfigFolder is where kubeconfigs go unless somebody says otherwise.
const kubeconfigFolder = "timebound-kubeconfigs"

// keep writes a token's kubeconfig and gives the file's name.
func (h *handOver) keep(i *change.Item, issued wire.Issued) (string, error) {
	if err := os.MkdirAll(h.folder, 0o700); err != nil {
		return "", err
	}
	text, err := h.kubeconfig(i, issued.Token)
	defer clear(text)
	if err != nil {
		return "", err
	}
	base := filepath.Join(h.folder, fmt.Sprintf("%s.%s.%s", i.On.Namespace, i.On.Name, issued.Expires.UTC().Format("20060102-150405")))
	for n := 1; ; n++ {
		path := base + ".kubeconfig"
		if n > 1 {
			path = fmt.Sprintf("%s-%d.kubeconfig", base, n)
		}
		if err := writeNew(path, text); !errors.Is(err, fs.ErrExist) || n > 99 {
			return path, err
		}
	}
}

// kubeconfig writes one as JSON, which is YAML too. The token is never made a
// string, so that its only copy can be overwritten.
func (h *handOver) kubeconfig(i *change.Item, token []byte) ([]byte, error) {
	cluster, err := clusterEntry(h.config)
	if err != nil {
		return nil, err
	}
	const place = "TOKEN-GOES-HERE"
	text, err := json.MarshalIndent(kubeconfigOf(h.name, cluster, i.On.Namespace+"/"+i.Account, i.On.Namespace, map[string]any{"token": place}), "", "  ")
	if err != nil {
		return nil, err
	}
	before, after, _ := bytes.Cut(text, []byte(place))
	out := make([]byte, 0, len(text)+len(token)+1)
	out = append(append(append(out, before...), token...), after...)
	return append(out, '\n'), nil
}

// clusterEntry is how a kubeconfig says where a cluster is and how it is known.
func clusterEntry(config *rest.Config) (map[string]any, error) {
	cluster := map[string]any{"server": config.Host}
	ca := config.CAData
	if len(ca) == 0 && config.CAFile != "" {
		var err error
		if ca, err = os.ReadFile(config.CAFile); err != nil {
			return nil, fmt.Errorf("read the cluster's CA: %w", err)
		}
	}
	if len(ca) > 0 {
		cluster["certificate-authority-data"] = base64.StdEncoding.EncodeToString(ca)
	}
	if config.Insecure {
		cluster["insecure-skip-tls-verify"] = true
	}
	if config.ServerName != "" {
		cluster["tls-server-name"] = config.ServerName
	}
	return cluster, nil
}

func kubeconfigOf(name string, cluster map[string]any, user, namespace string, how map[string]any) map[string]any {
	return map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": name,
		"clusters": []any{map[string]any{"name": name, "cluster": cluster}},
		"contexts": []any{map[string]any{"name": name, "context": map[string]any{"cluster": name, "user": user, "namespace": namespace}}},
		"users":    []any{map[string]any{"name": user, "user": how}},
	}
}
