package change

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"timebound/model/wire"
)

// Left notes in an Inverse how the server keeps what was changed: it fills in
// defaults. Undoing goes by that. The object is the server's answer.
func (inv *Inverse) Left(o *wire.Object) {
	if o == nil || o.Body == nil || len(inv.Volumes)+len(inv.Mounts) == 0 {
		return
	}
	t, err := templateOf(o)
	if err != nil {
		return
	}
	for i := range inv.Volumes {
		if _, v := t.volume(inv.Volumes[i].Name); v != nil {
			inv.Volumes[i].New, inv.Volumes[i].Kept = mustJSON(v), true
		}
	}
	for i := range inv.Mounts {
		m := &inv.Mounts[i]
		for _, c := range t.containers() {
			if c.list == m.List && text(c.body, "name") == m.Container && c.body["volumeMounts"] != nil {
				m.New = mustJSON(c.body["volumeMounts"])
			}
		}
	}
}

// unproject puts the old volumes back, where nobody has changed the new ones
// since.
func unproject(ctx context.Context, c Cluster, i *Item) (*Draft, error) {
	on := i.On
	on.Generation = 0
	o, err := read(ctx, c.Whole, i.Target(), on)
	if err != nil {
		return nil, err
	}
	t, err := templateOf(o)
	if err != nil {
		return nil, err
	}
	d := &Draft{}
	ops := tests(o)
	if t.spec["volumes"] == nil {
		ops = append(ops, op{"add", t.path + "/volumes", []any{}})
	}
	for _, v := range i.Inverse.Volumes {
		more, skip := putVolume(t, v, o)
		if skip != nil {
			return nil, skip
		}
		ops = append(ops, more...)
		d.Preview = append(d.Preview, "+ volume "+v.Name+": "+string(v.Old))
	}
	for _, m := range i.Inverse.Mounts {
		more, skip := putMounts(t, m, o)
		if skip != nil {
			return nil, skip
		}
		ops = append(ops, more...)
		d.Preview = append(d.Preview, "+ mounts of container "+m.Container)
	}
	d.Request = jsonPatch(i.Target(), unmark(ops, o, i.Inverse.Run))
	return d, nil
}

func putVolume(t template, v Volume, o *wire.Object) ([]op, *Skip) {
	at, now := t.volume(v.Name)
	switch {
	case now != nil && same(now, v.Old):
		return nil, skipf(SkipAlready, "volume %s is the old one already%s", v.Name, By(o))
	case now == nil && v.New == nil:
		return []op{{"add", t.path + "/volumes/-", v.Old}}, nil
	case now == nil || v.New == nil || !v.stands(now):
		return nil, skipf(SkipChanged, "volume %s was changed since%s", v.Name, By(o))
	}
	path := fmt.Sprintf("%s/volumes/%d", t.path, at)
	return []op{{"test", path, now}, {"replace", path, v.Old}}, nil
}

// stands says that a volume is the one that was put there. Where the server's
// answer got lost, the defaults that it filled in are not known.
func (v Volume) stands(now map[string]any) bool {
	if v.Kept {
		return same(now, v.New)
	}
	var sent any
	return json.Unmarshal(v.New, &sent) == nil && holds(any(now), sent)
}

// holds says that a value has everything that another one has; it may have more
// fields.
func holds(now, want any) bool {
	switch want := want.(type) {
	case map[string]any:
		have, ok := now.(map[string]any)
		for key, value := range want {
			if !ok || !holds(have[key], value) {
				return false
			}
		}
		return ok
	case []any:
		have, ok := now.([]any)
		if !ok || len(have) != len(want) {
			return false
		}
		for i := range want {
			if !holds(have[i], want[i]) {
				return false
			}
		}
		return true
	}
	return bytes.Equal(mustJSON(now), mustJSON(want))
}

func putMounts(t template, m Mounts, o *wire.Object) ([]op, *Skip) {
	for _, c := range t.containers() {
		if c.list != m.List || text(c.body, "name") != m.Container {
			continue
		}
		path := fmt.Sprintf("%s/%s/%d/volumeMounts", t.path, c.list, c.at)
		now := c.body["volumeMounts"]
		switch {
		case now == nil && m.New == nil:
			return []op{{"add", path, m.Old}}, nil
		case now == nil || m.New == nil || !same(now, m.New):
			return nil, skipf(SkipChanged, "the mounts of container %s were changed since%s", m.Container, By(o))
		}
		return []op{{"test", path, now}, {"replace", path, m.Old}}, nil
	}
	return nil, skipf(SkipChanged, "container %s is gone%s", m.Container, By(o))
}

// same compares a decoded value with a written one. Both were written by
// encoding/json, which sorts keys.
func same(now any, written json.RawMessage) bool { return bytes.Equal(mustJSON(now), written) }
