package change

import (
	"context"
	"fmt"
	"slices"
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
		p.remember(Mounts{List: c.list, Container: text(c.body, "name"), Old: mustJSON(mounts)}, rest)
	}
	return ops
}

// remember keeps a container's mounts as they were before the first of its
// volumes went, and as they are after the last.
func (p *projection) remember(m Mounts, rest []any) {
	all := &p.d.Inverse.Mounts
	at := slices.IndexFunc(*all, func(have Mounts) bool { return have.List == m.List && have.Container == m.Container })
	if at < 0 {
		at = len(*all)
		*all = append(*all, m)
	}
	(*all)[at].New = nil
	if len(rest) > 0 {
		(*all)[at].New = mustJSON(rest)
	}
}

// bySubPath says that a part of a volume is mounted by subPath.
func (p *projection) bySubPath(volume string) bool {
	for _, c := range p.t.containers() {
		for _, m := range list(c.body["volumeMounts"]) {
			if text(m, "name") == volume && (text(m, "subPath") != "" || text(m, "subPathExpr") != "") {
				return true
			}
		}
	}
	return false
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
