package agent

import (
	"strings"
	"unicode/utf8"

	"timebound/model"
)

const (
	// rawLimit bounds what is kept of a header, in bytes. API servers write down
	// 1,024 and a mark (k8s.io/apiserver pkg/audit/request.go).
	rawLimit = 256
	// nameLimit and wordLimit bound a product and the smaller parts.
	nameLimit = 64
	wordLimit = 80
)

// Parse reads a User-Agent header. It never fails: what it does not understand
// is in Raw.
func Parse(raw string) Agent {
	a := Agent{Raw: show(raw, rawLimit), Kind: KindUnknown}
	header := strings.TrimSpace(a.Raw)
	if header == "" {
		a.Kind = KindNone
		return a
	}
	if !a.readClientGo(header) {
		a.readProducts(header)
	}
	a.Product = clip(a.Product, nameLimit)
	a.recognise()
	return a
}

// readClientGo reads what client-go sends if nobody says otherwise,
// "manager/v0.0.0 (linux/amd64) kubernetes/$Format", and what is appended to it
// (k8s.io/client-go rest/config.go, DefaultKubernetesUserAgent). The name is
// that of the executable, and may hold anything.
func (a *Agent) readClientGo(header string) bool {
	const mark = ") kubernetes/"
	end := strings.Index(header, mark)
	if end < 0 {
		return false
	}
	begin := strings.LastIndex(header[:end], " (")
	if begin < 0 {
		return false
	}
	slash := strings.LastIndexByte(header[:begin], '/')
	if slash <= 0 {
		return false
	}
	a.Product = header[:slash]
	a.Version = version(header[slash+1 : begin])
	a.Platform = clip(header[begin+2:end], wordLimit)
	a.Library = LibraryGo
	commit, part := header[end+len(mark):], ""
	if i := strings.IndexAny(commit, "/ "); i >= 0 {
		commit, part = commit[:i], commit[i+1:]
	}
	a.Part = clip(part, wordLimit)
	if isCommit(commit) {
		a.Library = builtBy(lower(a.Product), a.Version)
	}
	return true
}

// builtBy tells a binary of Kubernetes from others. Both the name and the
// version have to fit: whoever copies kubectl's code sends v0.0.0.
func builtBy(product, version string) Library {
	switch {
	case kubernetesBinaries[product] && strings.HasPrefix(version, "1."):
		return LibraryKubernetes
	case product == "oc" && strings.HasPrefix(version, "4."):
		return LibraryOpenShift
	}
	return LibraryGo
}

// isCommit says that a commit was put in when the program was built: unset, it
// reads $Format.
func isCommit(s string) bool {
	if len(s) != 7 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// wrappers are products that only stand in front of the one that matters:
// "HashiCorp/1.0 Terraform/1.5.7".
var wrappers = map[string]bool{"hashicorp": true, "apn": true}

// readProducts reads "name/version (comment) …", "name version (comment)" and
// "generator/version/language".
func (a *Agent) readProducts(header string) {
	for range len(wrappers) {
		first, rest, more := strings.Cut(header, " ")
		name, _, _ := strings.Cut(first, "/")
		if !more || !wrappers[lower(name)] {
			break
		}
		header = strings.TrimLeft(rest, " ")
	}
	head, comment, _ := strings.Cut(header, "(")
	head = strings.TrimSpace(head)
	a.Platform = platform(comment)

	name, rest, slashed := strings.Cut(head, "/")
	if words, after, spaced := strings.Cut(name, " "); spaced && libraries[lower(name)] == LibraryUnknown {
		// "gitlab-runner 16.1.0 …": the version stands after a space.
		name, rest, slashed = words, after, false
	}
	a.Product = name
	number, language, _ := strings.Cut(rest, "/")
	if !slashed {
		language = ""
	}
	number, _, _ = strings.Cut(number, " ")
	a.Version = version(number)
	if languages, ok := generators[lower(name)]; ok {
		language, _, _ = strings.Cut(language, " ")
		a.Library = LibraryGenerated
		if l, ok := languages[lower(language)]; ok {
			a.Library = l
		}
	}
}

// recognise looks the product up among the programs and libraries.
func (a *Agent) recognise() {
	product := lower(a.Product)
	if l, ok := libraries[product]; ok && a.Library == LibraryUnknown {
		a.Library = l
	}
	if constantVersions[a.Library] {
		a.Version = ""
	}
	if p, ok := lookUp(product); ok {
		a.Program, a.Kind = p.title, p.kind
	} else if a.Library != LibraryUnknown && a.Library != LibraryGo {
		a.Kind = KindLibrary
	}
}

// lower folds a name for look-up.
func lower(name string) string {
	return strings.TrimSuffix(strings.ToLower(name), ".exe")
}

// platforms are the operating systems that are believed.
var platforms = []string{"linux", "darwin", "windows", "freebsd", "openbsd", "netbsd"}

// platform finds "linux/amd64" in a comment, whose last part it is.
func platform(comment string) string {
	comment, _, closed := strings.Cut(comment, ")")
	if !closed {
		return ""
	}
	last := strings.TrimSpace(comment[strings.LastIndexByte(comment, ';')+1:])
	for _, os := range platforms {
		if strings.HasPrefix(last, os) {
			return clip(last, wordLimit)
		}
	}
	return ""
}

// show makes a text from outside bounded and safe to show.
func show(s string, limit int) string {
	return clip(model.Printable(clip(s, limit)), limit)
}

// clip cuts a text to a number of bytes, whole characters, and marks the cut.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit] + "…"
}
