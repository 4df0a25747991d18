package change

import (
	"encoding/json"
	"fmt"
	"strings"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan"
)

// Kubectl gives the commands that do about the same by hand. kubectl knows no
// preconditions for some of them; what is weaker is said.
func Kubectl(i *Item, r wire.Request) []string {
	ns, name := quote(i.On.Namespace), quote(i.On.Name)
	switch i.Kind {
	case plan.Invalidate:
		return []string{fmt.Sprintf("kubectl label secret -n %s %s --resource-version=%s %s=%s", ns, name, quote(i.On.ResourceVersion), model.LabelInvalidSince, labelIn(r))}
	case plan.Reactivate:
		return []string{fmt.Sprintf("kubectl label secret -n %s %s %s-", ns, name, model.LabelInvalidSince)}
	case plan.Delete:
		return []string{fmt.Sprintf("kubectl delete secret -n %s %s   # without preconditions", ns, name)}
	case plan.Issue:
		return []string{fmt.Sprintf("kubectl create token -n %s %s --duration=%ds", ns, quote(i.Account), Wish(i, "").Seconds)}
	}
	if r.Verb == wire.Patch {
		kind := "json"
		if r.PatchType == wire.MergePatch {
			kind = "merge"
		}
		return []string{fmt.Sprintf("kubectl patch %s -n %s %s --type=%s -p %s", r.On.Resource, ns, name, kind, quote(string(r.Body)))}
	}
	if r.Verb == wire.Create {
		return []string{fmt.Sprintf("kubectl create -n %s -f - <<< %s", ns, quote(string(r.Body)))}
	}
	return nil
}

func labelIn(r wire.Request) string {
	var body struct {
		Metadata struct {
			Labels map[string]string `json:"labels"`
		} `json:"metadata"`
	}
	_ = json.Unmarshal(r.Body, &body) // our own words
	return body.Metadata.Labels[model.LabelInvalidSince]
}

// quote writes a word so that a shell takes it as one, and as nothing else.
func quote(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(model.Printable(s), "'", `'\''`) + "'"
}
