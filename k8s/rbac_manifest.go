package k8s

import (
	"bytes"
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"
)

// Manifest gives the ClusterRole for a purpose as YAML, each rule with a
// comment that says what it is for, ready for `kubectl apply -f -`. Rules that
// are needed in one namespace only come as a Role of their own. The manifests for
// other purposes hold only what comes on top of the one for reading. Binding the
// roles to somebody is left to the reader, with the commands in comments.
func Manifest(p Purpose) []byte {
	var cluster []Rule
	var namespaces []string // in order
	local := map[string][]Rule{}
	for _, r := range RulesFor(p) {
		if r.Namespace == "" {
			cluster = append(cluster, r)
			continue
		}
		if local[r.Namespace] == nil {
			namespaces = append(namespaces, r.Namespace)
		}
		local[r.Namespace] = append(local[r.Namespace], r)
	}
	name := "timebound-" + string(p)
	var b bytes.Buffer
	b.WriteString(manifestHeads[p])
	fmt.Fprintf(&b, "# Bind it with: kubectl create clusterrolebinding %s --clusterrole=%s --user=YOU\n", name, name)
	writeRole(&b, "ClusterRole", name, "", cluster)
	for _, namespace := range namespaces {
		b.WriteString("---\n")
		if local[namespace][0].OpenShift {
			b.WriteString("# OpenShift only: leave this one out elsewhere.\n")
		}
		fmt.Fprintf(&b, "# Bind it with: kubectl -n %s create rolebinding %s --role=%s --user=YOU\n", namespace, name, name)
		writeRole(&b, "Role", name, namespace, local[namespace])
	}
	return b.Bytes()
}

var manifestHeads = map[Purpose]string{
	PurposeRead:  "# What Timebound reads. It works with less, and says then what it does not see.\n",
	PurposeWrite: "# What Timebound needs to change a cluster, beside the rules of\n# \"timebound rbac --for read\".\n",
	PurposePower: "# What Timebound reads to say what service accounts may do, beside the rules of\n# \"timebound rbac --for read\". Nothing else needs it.\n",
}

func writeRole(b *bytes.Buffer, kind, name, namespace string, rules []Rule) {
	fmt.Fprintf(b, "apiVersion: rbac.authorization.k8s.io/v1\nkind: %s\nmetadata:\n  name: %s\n", kind, name)
	if namespace != "" {
		fmt.Fprintf(b, "  namespace: %s\n", namespace)
	}
	b.WriteString("rules:\n")
	for _, r := range rules {
		fmt.Fprintf(b, "# %s", r.Why)
		if r.Optional {
			b.WriteString(" (optional)")
		}
		b.WriteByte('\n')
		first := "- "
		for _, field := range []struct {
			key    string
			values []string
		}{
			{"apiGroups", r.APIGroups}, {"resources", r.Resources}, {"resourceNames", r.ResourceNames},
			{"nonResourceURLs", r.NonResourceURLs}, {"verbs", r.Verbs},
		} {
			if len(field.values) == 0 {
				continue
			}
			fmt.Fprintf(b, "%s%s: [%s]\n", first, field.key, flow(field.values))
			first = "  "
		}
	}
}

// flow writes values for a YAML list on one line.
func flow(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		// A string always marshals.
		text, _ := yaml.Marshal(v)
		quoted[i] = strings.TrimSpace(string(text))
	}
	return strings.Join(quoted, ", ")
}
