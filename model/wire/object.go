package wire

import "time"

// Object is one object as the API server gives it.
type Object struct {
	APIVersion      string
	Kind            string
	Namespace       string
	Name            string
	UID             string
	ResourceVersion string
	Generation      int64
	Created         time.Time
	Deleting        time.Time // zero if it is not being deleted
	Labels          map[string]string
	Annotations     map[string]string
	Finalizers      []string
	Owners          []Owner
	Managers        []Manager
	// Body is the whole object as JSON decodes it, without managedFields; nil
	// where only metadata was asked for, and always nil for secrets.
	Body map[string]any
}

// Owner is an ownerReference.
type Owner struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	UID        string `json:"uid"`
	Controller bool   `json:"controller,omitempty"`
}

// Manager is who changed an object, and when last: an entry of managedFields.
type Manager struct {
	Name string
	Time time.Time
}

// Changed gives the manager who changed the object last; zero if none is noted.
func (o *Object) Changed() Manager {
	var last Manager
	for _, m := range o.Managers {
		if m.Time.After(last.Time) {
			last = m
		}
	}
	return last
}
