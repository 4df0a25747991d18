package k8s

import (
	"bytes"
	"encoding/json"
	"strings"

	"timebound/model/wire"
)

// unsoundBody looks into the body of a create or a patch: it carries no value
// that was withheld, and of a secret no bytes.
func unsoundBody(r wire.Request) string {
	if bytes.Contains(r.Body, []byte(wire.Withheld)) {
		return "its body carries a value that was withheld when it was read"
	}
	var carries, ok bool
	if r.Verb == wire.Patch && r.PatchType == wire.JSONPatch {
		carries, ok = patchesData(r.Body)
	} else {
		carries, ok = hasData(r.Body)
	}
	switch {
	case !ok:
		return "its body is not JSON of the expected form"
	case carries && holdsBytes(r.On):
		return "its body carries bytes of a secret"
	}
	return ""
}

// hasData looks for the fields of a secret that carry bytes.
func hasData(body []byte) (carries, ok bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || fields == nil {
		return false, false
	}
	_, data := fields["data"]
	_, text := fields["stringData"]
	return data || text, true
}

// patchesData looks for operations of a JSON patch on those fields. A patch of
// the whole object may carry them too.
func patchesData(body []byte) (carries, ok bool) {
	var ops []struct {
		Op, Path, From string
	}
	if json.Unmarshal(body, &ops) != nil {
		return false, false
	}
	for _, op := range ops {
		for _, path := range []string{op.Path, op.From} {
			field, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
			if field == "data" || field == "stringData" || path == "" && op.Op != "test" && (op.Op == "add" || op.Op == "replace") {
				carries = true
			}
		}
	}
	return carries, true
}
