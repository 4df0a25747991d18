package audit

import (
	"timebound/k8s/audit/needle"
)

// names are parts of what every event of interest holds, of the needles' length
// and spelled the same by all encoders. Package event promises that it sees
// nothing of interest in other lines.
var names = []string{
	"egacy-token", // authentication.k8s.io/legacy-token and its kin
	"stale-token", // authentication.k8s.io/stale-token
	"issued-cred", // authentication.kubernetes.io/issued-credential-id
	"tokenreview", // objectRef.resource
	"nauthorized", // responseStatus.message or reason of a refused request
	"tion failed", // the same, where the first writer of the status had the last word
}

const (
	// anyCredential is in every event of a bound token that has an id.
	anyCredential = "credential-"
	// manyCredentials is the number of ids beyond which their parts would have the
	// search stop at every other hexadecimal number.
	manyCredentials = 64
)

// finderFor gives what finds the lines of interest. Of credentials it knows the
// end: eleven of the last twelve digits of a UUID.
func finderFor(credentials []string) (*needle.Finder, error) {
	ends := make([]string, 0, len(credentials))
	for _, id := range credentials {
		if len(id) < needle.Length {
			return needle.New(append(names[:len(names):len(names)], anyCredential)...)
		}
		ends = append(ends, id[len(id)-needle.Length:])
	}
	if len(ends) > manyCredentials {
		ends = []string{anyCredential}
	}
	f, err := needle.New(append(names[:len(names):len(names)], ends...)...)
	if err != nil { // an id that is no UUID, with something that encoders escape
		return needle.New(append(names[:len(names):len(names)], anyCredential)...)
	}
	return f, nil
}
