package wire

// Kind gives the kind of the objects at a target; "" for kinds that are never
// changed.
func (t Target) Kind() string {
	for kind, k := range kinds {
		if k.Group == t.Group && k.Version == t.Version && k.Resource == t.Resource {
			return kind
		}
	}
	return ""
}

// Withheld stands for the value of an annotation that is there but not shown,
// because it may hold the bytes of a token: OpenShift's copy of it, and what
// kubectl applied last. It must not be written back: leave such annotations out.
const Withheld = "[withheld]"
