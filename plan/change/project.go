package change

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Volume is a volume of a pod template that was replaced, or taken away.
type Volume struct {
	Name string          `json:"name"`
	Old  json.RawMessage `json:"old"`
	// New is the volume that takes its place; nil if none does.
	New json.RawMessage `json:"new,omitempty"`
	// Kept says that New is what the server keeps, with the defaults that it
	// fills in. It is not known if the answer got lost.
	Kept bool `json:"kept,omitempty"`
}

// Mounts is a container's list of mounts that was changed.
type Mounts struct {
	List      string          `json:"list"` // containers or initContainers
	Container string          `json:"container"`
	Old       json.RawMessage `json:"old"`
	New       json.RawMessage `json:"new,omitempty"`
}

// defaultPath is where the admission plugin mounts the pod's own token, unless
// something is mounted there (k8s.io/kubernetes
// plugin/pkg/admission/serviceaccount, DefaultAPITokenMountPath).
const defaultPath = "/var/run/secrets/kubernetes.io/serviceaccount"

// project gives a workload projected tokens in place of secret volumes: at the
// same path, under the same file names. Where the secret is mounted just where
// the pod's own token would be, the mount goes instead.
func project(ctx context.Context, c Cluster, i *Item, m Making) (*Draft, error) {
	o, err := read(ctx, c.Whole, i.Target(), i.On)
	if err != nil {
		return nil, err
	}
	t, err := templateOf(o)
	if err != nil {
		return nil, err
	}
	automount, err := automounts(ctx, c, i, t)
	if err != nil {
		return nil, err
	}
	p := projection{item: i, t: t, automount: automount, d: &Draft{Inverse: &Inverse{Run: m.Run}}}
	ops := tests(o)
	volumes := list(t.spec["volumes"])
	// From the end, so that what goes moves no index that comes later.
	for at := len(volumes) - 1; at >= 0; at-- {
		v := volumes[at]
		replace := p.replace
		secret := text(object(v, "secret"), "secretName")
		if secret == "" {
			secret, replace = p.sourceOf(v), p.replaceSource
		}
		if !slices.Contains(i.Names, secret) {
			continue
		}
		more, err := replace(at, v, secret)
		if err != nil {
			return nil, err
		}
		ops = append(ops, more...)
	}
	if len(p.d.Inverse.Volumes) == 0 {
		return nil, skipf(SkipAlready, "no volume of %s is left to replace", strings.Join(i.Names, ", "))
	}
	p.d.Request = jsonPatch(i.Target(), mark(ops, o, m))
	return p.d, nil
}

// projection is a workload on its way to projected tokens.
type projection struct {
	item      *Item
	t         template
	automount bool
	d         *Draft
}

// replace drafts the operations for one volume.
func (p *projection) replace(at int, v map[string]any, secret string) ([]op, error) {
	name, source := text(v, "name"), object(v, "secret")
	if p.bySubPath(name) {
		return nil, skipf(SkipRefused, "volume %s is mounted by subPath, and a file mounted so is never renewed", name)
	}
	if len(list(source["items"])) > 0 {
		return nil, skipf(SkipRefused, "volume %s mounts keys of %s under other names", name, secret)
	}
	path := fmt.Sprintf("%s/volumes/%d", p.t.path, at)
	ops := []op{{"test", path, v}}
	if p.item.Audience == "" && p.automount && p.onlyAtDefaultPath(name) {
		mounts := p.dropMounts(name)
		p.d.Inverse.Volumes = append(p.d.Inverse.Volumes, Volume{Name: name, Old: mustJSON(v)})
		p.d.Preview = append(p.d.Preview, "- volume "+name+": secret "+secret, "+ the pod's own token at "+defaultPath+", which every pod has there")
		return append(append(ops, mounts...), op{Op: "remove", Path: path}), nil
	}
	projected := projectedVolume(name, source, p.item)
	p.tell(v, projected, secret)
	return append(ops, op{"replace", path, projected}), nil
}

// tell notes that a volume gets a projected token.
func (p *projection) tell(v, projected map[string]any, secret string) {
	name, audience := text(v, "name"), ""
	if p.item.Audience != "" {
		audience = ", audience " + p.item.Audience
	}
	p.d.Inverse.Volumes = append(p.d.Inverse.Volumes, Volume{Name: name, Old: mustJSON(v), New: mustJSON(projected)})
	p.d.Preview = append(p.d.Preview, "- volume "+name+": secret "+secret,
		fmt.Sprintf("+ volume %s: projected token (%d s%s), ca.crt of kube-root-ca.crt, namespace", name, seconds(p.item), audience))
}

// defaultSeconds is what the admission plugin asks for, and the only number
// that is extended (k8s.io/kubernetes pkg/serviceaccount/claims.go).
const defaultSeconds = 3607

func seconds(i *Item) int64 {
	if i.Seconds > 0 {
		return i.Seconds
	}
	return defaultSeconds
}

// projectedVolume makes the volume that takes a token secret's place: the same
// files, the same mode.
func projectedVolume(name string, secret map[string]any, i *Item) map[string]any {
	projected := map[string]any{"sources": projectedSources(i)}
	if mode, set := secret["defaultMode"]; set {
		projected["defaultMode"] = mode
	}
	return map[string]any{"name": name, "projected": projected}
}
