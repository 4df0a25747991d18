package change

import (
	"fmt"
	"slices"
)

// projectedSources are the three files of a token secret, from where they come
// today: the token from the API server, ca.crt from the configmap that every
// namespace has, the namespace from the pod itself.
func projectedSources(i *Item) []any {
	token := map[string]any{"path": "token", "expirationSeconds": seconds(i)}
	if i.Audience != "" {
		token["audience"] = i.Audience
	}
	return []any{
		map[string]any{"serviceAccountToken": token},
		map[string]any{"configMap": map[string]any{"name": "kube-root-ca.crt", "items": []any{map[string]any{"key": "ca.crt", "path": "ca.crt"}}}},
		map[string]any{"downwardAPI": map[string]any{"items": []any{map[string]any{
			"path": "namespace", "fieldRef": map[string]any{"apiVersion": "v1", "fieldPath": "metadata.namespace"},
		}}}},
	}
}

// sourceOf gives the first of the item's secrets that a projected volume takes
// files from; "" if it takes none.
func (p *projection) sourceOf(v map[string]any) string {
	for _, s := range list(object(v, "projected")["sources"]) {
		if name := text(object(s, "secret"), "name"); slices.Contains(p.item.Names, name) {
			return name
		}
	}
	return ""
}

// replaceSource drafts the operations for a projected volume that takes files
// from a token secret: the secret's place goes to what it held.
func (p *projection) replaceSource(at int, v map[string]any, secret string) ([]op, error) {
	name := text(v, "name")
	if p.bySubPath(name) {
		return nil, skipf(SkipRefused, "volume %s is mounted by subPath, and a file mounted so is never renewed", name)
	}
	projected := object(v, "projected")
	var sources []any
	for _, entry := range list(projected["sources"]) {
		s := object(entry, "secret")
		switch {
		case s == nil && (entry["serviceAccountToken"] != nil || entry["downwardAPI"] != nil):
			return nil, skipf(SkipRefused, "projected volume %s has other sources that may write the same files; change it by hand", name)
		case s == nil || text(s, "name") != secret:
			sources = append(sources, entry)
		case len(list(s["items"])) > 0:
			return nil, skipf(SkipRefused, "volume %s mounts keys of %s under other names", name, secret)
		default:
			sources = append(sources, projectedSources(p.item)...)
		}
	}
	volume := map[string]any{"name": name, "projected": map[string]any{"sources": sources}}
	if mode, set := projected["defaultMode"]; set {
		object(volume, "projected")["defaultMode"] = mode
	}
	path := fmt.Sprintf("%s/volumes/%d", p.t.path, at)
	p.tell(v, volume, secret)
	return []op{{"test", path, v}, {"replace", path, volume}}, nil
}
