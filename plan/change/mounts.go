package change

import (
	"context"
	"fmt"
	"strings"

	"timebound/model/wire"
)

// onlyAtDefaultPath says that every mount of a volume is where the pod's own
// token would be.
func (p *projection) onlyAtDefaultPath(volume string) bool {
	found := false
	for _, c := range p.t.containers() {
		for _, m := range list(c.body["volumeMounts"]) {
			if text(m, "name") != volume {
				continue
			}
			if strings.TrimSuffix(text(m, "mountPath"), "/") != defaultPath || text(m, "subPath") != "" || text(m, "subPathExpr") != "" {
				return false
			}
			found = true
		}
	}
	return found
}

// dropMounts drafts the operations that take a volume's mounts away.
func (p *projection) dropMounts(volume string) []op {
	var ops []op
	for _, c := range p.t.containers() {
		mounts, _ := c.body["volumeMounts"].([]any)
		var rest []any
		for _, m := range mounts {
			if entry, ok := m.(map[string]any); !ok || text(entry, "name") != volume {
				rest = append(rest, m)
			}
		}
		if len(rest) == len(mounts) {
			continue
		}
		path := fmt.Sprintf("%s/%s/%d/volumeMounts", p.t.path, c.list, c.at)
		ops = append(ops, op{"test", path, mounts})
		if len(rest) == 0 {
			ops = append(ops, op{Op: "remove", Path: path})
		} else {
			ops = append(ops, op{"replace", path, rest})
		}
		c.body["volumeMounts"] = rest
		p.remember(Mounts{List: c.list, Container: text(c.body, "name"), Old: mustJSON(mounts)})
	}
	return ops
}

// remember keeps a container's mounts as they were before the first of its
// volumes went.
func (p *projection) remember(m Mounts) {
	for _, have := range p.d.Inverse.Mounts {
		if have.List == m.List && have.Container == m.Container {
			return
		}
	}
	p.d.Inverse.Mounts = append(p.d.Inverse.Mounts, m)
}

// automounts says whether pods of the template get their own token mounted.
func automounts(ctx context.Context, c Cluster, i *Item, t template) (bool, error) {
	if on, set := t.spec["automountServiceAccountToken"].(bool); set {
		return on, nil
	}
	account := text(t.spec, "serviceAccountName")
	if account == "" {
		account = "default"
	}
	target, _ := wire.TargetOf("ServiceAccount", i.On.Namespace, account)
	o, err := c.Whole(ctx, target)
	if wire.CodeOf(err) == 404 {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	on, set := o.Body["automountServiceAccountToken"].(bool)
	return on || !set, nil
}
