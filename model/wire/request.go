package wire

import "encoding/json"

// Verb is what a request does, in the word of RBAC.
type Verb string

// The verbs that change something.
const (
	Create Verb = "create"
	Patch  Verb = "patch"
	Delete Verb = "delete"
)

// PatchType is the media type of a patch.
type PatchType string

// The types of patch that are sent.
const (
	MergePatch PatchType = "application/merge-patch+json"
	JSONPatch  PatchType = "application/json-patch+json"
)

// Request is one change of one object. Its body never holds a token.
type Request struct {
	Verb Verb   `json:"verb"`
	On   Target `json:"on"`
	// PatchType is for patches only.
	PatchType PatchType `json:"patchType,omitempty"`
	// Body is the object to create, or the patch; nil for deletes.
	Body json.RawMessage `json:"body,omitempty"`
	// UID and ResourceVersion are preconditions of a delete. Patches carry
	// theirs in the body.
	UID             string `json:"uid,omitempty"`
	ResourceVersion string `json:"resourceVersion,omitempty"`
	// DryRun asks the server to do all but store it.
	DryRun bool `json:"dryRun,omitempty"`
}

// Dry gives the same request as a dry run.
func (r Request) Dry() Request {
	r.DryRun = true
	return r
}

// Right is one thing that somebody needs to be allowed to do.
type Right struct {
	Verb        Verb   `json:"verb"`
	Group       string `json:"group,omitempty"`
	Resource    string `json:"resource"`
	Subresource string `json:"subresource,omitempty"`
	Namespace   string `json:"namespace,omitempty"`
}

// Right is what it takes to send the request.
func (r Request) Right() Right {
	return Right{r.Verb, r.On.Group, r.On.Resource, r.On.Subresource, r.On.Namespace}
}

// String words a right as `kubectl auth can-i` does.
func (r Right) String() string {
	s := string(r.Verb) + " " + r.Resource
	if r.Group != "" {
		s += "." + r.Group
	}
	if r.Subresource != "" {
		s += "/" + r.Subresource
	}
	if r.Namespace != "" {
		s += " in " + r.Namespace
	}
	return s
}
