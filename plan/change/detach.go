package change

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"timebound/model/wire"
)

// detach drops names from an account's .secrets, each after a look whether a
// secret of that name exists. The account itself is never replaced.
func detach(ctx context.Context, c Cluster, i *Item, m Making) (*Draft, error) {
	o, err := read(ctx, c.Whole, i.Target(), i.On)
	if err != nil {
		return nil, err
	}
	d := &Draft{Inverse: &Inverse{Run: m.Run}}
	ops := tests(o)
	entries := secretsOf(o)
	// From the end, so that what is dropped moves no index that comes later.
	for at := len(entries) - 1; at >= 0; at-- {
		name := entries[at]
		if !slices.Contains(i.Names, name) {
			continue
		}
		there, err := exists(ctx, c, i.On.Namespace, name)
		if err != nil {
			return nil, err
		}
		if there {
			d.Warn = append(d.Warn, "stays: a secret named "+name+" exists")
			continue
		}
		path := fmt.Sprintf("/secrets/%d", at)
		ops = append(ops, op{"test", path + "/name", name}, op{Op: "remove", Path: path})
		d.Inverse.Names = append(d.Inverse.Names, name)
		d.Preview = append(d.Preview, "- .secrets: "+name)
	}
	if len(d.Inverse.Names) == 0 {
		why := "no name is left to drop"
		if len(d.Warn) > 0 {
			why += " (" + strings.Join(d.Warn, "; ") + ")"
		}
		return nil, skipf(SkipAlready, "%s", why)
	}
	slices.Reverse(d.Inverse.Names)
	slices.Reverse(d.Preview)
	d.Request = jsonPatch(i.Target(), mark(ops, o, m))
	return d, nil
}

// reattach puts dropped names back, those that are not there.
func reattach(ctx context.Context, c Cluster, i *Item) (*Draft, error) {
	on := i.On
	on.ResourceVersion = ""
	o, err := read(ctx, c.Whole, i.Target(), on)
	if err != nil {
		return nil, err
	}
	have := secretsOf(o)
	ops := tests(o)
	if len(have) == 0 {
		ops = append(ops, op{"add", "/secrets", []any{}})
	}
	d := &Draft{}
	for _, name := range i.Inverse.Names {
		if slices.Contains(have, name) {
			continue
		}
		ops = append(ops, op{"add", "/secrets/-", map[string]string{"name": name}})
		d.Preview = append(d.Preview, "+ .secrets: "+name)
	}
	if len(d.Preview) == 0 {
		return nil, skipf(SkipAlready, "the names are there")
	}
	d.Request = jsonPatch(i.Target(), unmark(ops, o, i.Inverse.Run))
	return d, nil
}

// exists says whether a secret of a name exists, of whatever type.
func exists(ctx context.Context, c Cluster, namespace, name string) (bool, error) {
	t, _ := wire.TargetOf("Secret", namespace, name)
	_, err := c.Metadata(ctx, t)
	if wire.CodeOf(err) == 404 {
		return false, nil
	}
	return err == nil, err
}

// secretsOf gives the names in an account's .secrets, by their index; "" for an
// entry without one.
func secretsOf(o *wire.Object) []string {
	list, _ := o.Body["secrets"].([]any)
	names := make([]string, len(list))
	for i, entry := range list {
		if m, ok := entry.(map[string]any); ok {
			names[i], _ = m["name"].(string)
		}
	}
	return names
}
