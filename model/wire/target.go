package wire

import "strings"

// Target names one object by where the API serves it.
type Target struct {
	Group       string `json:"group,omitempty"` // "" for the core group
	Version     string `json:"version"`
	Resource    string `json:"resource"` // plural, as in paths and RBAC rules
	Namespace   string `json:"namespace,omitempty"`
	Name        string `json:"name"`
	Subresource string `json:"subresource,omitempty"` // only "token", of an account
}

// kinds are the kinds that Timebound may ever change, with where they are
// served.
var kinds = map[string]Target{
	"Secret":                {Version: "v1", Resource: "secrets"},
	"ServiceAccount":        {Version: "v1", Resource: "serviceaccounts"},
	"ReplicationController": {Version: "v1", Resource: "replicationcontrollers"},
	"Deployment":            {Group: "apps", Version: "v1", Resource: "deployments"},
	"StatefulSet":           {Group: "apps", Version: "v1", Resource: "statefulsets"},
	"DaemonSet":             {Group: "apps", Version: "v1", Resource: "daemonsets"},
	"ReplicaSet":            {Group: "apps", Version: "v1", Resource: "replicasets"},
	"CronJob":               {Group: "batch", Version: "v1", Resource: "cronjobs"},
	"DeploymentConfig":      {Group: "apps.openshift.io", Version: "v1", Resource: "deploymentconfigs"},
}

// TargetOf gives the target of an object by its kind; false for kinds that are
// never changed.
func TargetOf(kind, namespace, name string) (Target, bool) {
	t, ok := kinds[kind]
	t.Namespace, t.Name = namespace, name
	return t, ok
}

// Collection is the path of the list that the object stands in.
func (t Target) Collection() string {
	parts := []string{"", "api", t.Version}
	if t.Group != "" {
		parts = []string{"", "apis", t.Group, t.Version}
	}
	if t.Namespace != "" {
		parts = append(parts, "namespaces", t.Namespace)
	}
	return strings.Join(append(parts, t.Resource), "/")
}

// Path is the path of the object, or of its subresource.
func (t Target) Path() string {
	path := t.Collection() + "/" + t.Name
	if t.Subresource != "" {
		path += "/" + t.Subresource
	}
	return path
}

// String gives resource and name as people write them: "secrets payments/a".
func (t Target) String() string {
	s := t.Resource + " "
	if t.Namespace != "" {
		s += t.Namespace + "/"
	}
	s += t.Name
	if t.Subresource != "" {
		s += " (" + t.Subresource + ")"
	}
	return s
}
