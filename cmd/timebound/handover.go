package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
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

// keep writes a token's kubeconfig and gives the file's name.
func (h *handOver) keep(i *change.Item, issued wire.Issued) (string, error) {
	if err := os.MkdirAll(h.folder, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(h.folder, fmt.Sprintf("%s.%s.%s.kubeconfig", i.On.Namespace, i.Account, issued.Expires.UTC().Format("20060102-150405")))
	text, err := h.kubeconfig(i, issued.Token)
	defer clear(text)
	if err != nil {
		return "", err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	_, err = file.Write(text)
	if syncing := file.Sync(); err == nil {
		err = syncing
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		_ = os.Remove(path) // half a kubeconfig is of no use to anybody
		return "", err
	}
	return path, nil
}

// kubeconfig writes one as JSON, which is YAML too. The token is never made a
// string, so that its only copy can be overwritten.
func (h *handOver) kubeconfig(i *change.Item, token []byte) ([]byte, error) {
	cluster := map[string]any{"server": h.config.Host}
	ca := h.config.CAData
	if len(ca) == 0 && h.config.CAFile != "" {
		var err error
		if ca, err = os.ReadFile(h.config.CAFile); err != nil {
			return nil, err
		}
	}
	if len(ca) > 0 {
		cluster["certificate-authority-data"] = base64.StdEncoding.EncodeToString(ca)
	}
	if h.config.Insecure {
		cluster["insecure-skip-tls-verify"] = true
	}
	if h.config.ServerName != "" {
		cluster["tls-server-name"] = h.config.ServerName
	}
	user := i.On.Namespace + "/" + i.Account
	const place = "TOKEN-GOES-HERE"
	text, err := json.MarshalIndent(map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": h.name,
		"clusters": []any{map[string]any{"name": h.name, "cluster": cluster}},
		"contexts": []any{map[string]any{"name": h.name, "context": map[string]any{"cluster": h.name, "user": user, "namespace": i.On.Namespace}}},
		"users":    []any{map[string]any{"name": user, "user": map[string]any{"token": place}}},
	}, "", "  ")
	if err != nil {
		return nil, err
	}
	before, after, _ := bytes.Cut(text, []byte(place))
	out := make([]byte, 0, len(text)+len(token)+1)
	out = append(append(append(out, before...), token...), after...)
	return append(out, '\n'), nil
}
