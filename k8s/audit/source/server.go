package source

import (
	"path/filepath"
	"regexp"
	"strings"
)

// gatherFolder is where must-gather puts audit logs: audit_logs/COMPONENT/NODE-FILE.gz
// (openshift/must-gather collection-scripts/gather_audit_logs).
const gatherFolder = "audit_logs"

// nameServers says of each file which API server it is of. A log that names it
// in its own name, or in its folder where there are several folders, is told from
// the others; a set of rotated files is one server's.
func nameServers(found []located) {
	folders := map[string]bool{}
	for i := range found {
		l := &found[i]
		if l.file == "" {
			continue
		}
		if l.Server = gatheredFrom(l.file); l.Server != "" {
			continue
		}
		if l.Server = stem(filepath.Base(l.file)); l.Server == "" {
			folders[filepath.Dir(absolute(l.file))] = true
		}
	}
	if len(folders) < 2 {
		return
	}
	names := apart(folders)
	for i := range found {
		if l := &found[i]; l.Server == "" && l.file != "" {
			l.Server = names[filepath.Dir(absolute(l.file))]
		}
	}
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// gatheredFrom is the node of a log in a must-gather tree. The aggregated servers
// of OpenShift are servers of their own: that one of them was watched says
// nothing of the API server on the same node.
func gatheredFrom(path string) string {
	folder := filepath.Dir(absolute(path))
	if filepath.Base(filepath.Dir(folder)) != gatherFolder {
		return ""
	}
	node := stem(filepath.Base(path))
	if component := filepath.Base(folder); node != "" && component != "kube-apiserver" {
		node += " (" + component + ")"
	}
	return node
}

var (
	// rotationTime is what kube-apiserver's rotation puts before a name's ending
	// (gopkg.in/natefinch/lumberjack.v2).
	rotationTime = regexp.MustCompile(`-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}`)
	// stemPattern takes NODE-audit.log[.N][.gz] and audit-NODE.log apart.
	stemPattern = regexp.MustCompile(`^(.*?)[-_.]?(?:kube-apiserver[-_.])?audit(.*?)\.(?:log|json|jsonl|ndjson)(?:[.-]?\d+)?(?:\.(?:gz|zst))?$`)
)

// stem is what a file's name says beside that it is an audit log: cp-1 of
// cp-1-audit.log.gz and of audit-cp-1.log. "" if nothing.
func stem(base string) string {
	m := stemPattern.FindStringSubmatch(rotationTime.ReplaceAllString(base, ""))
	if m == nil {
		return ""
	}
	name := m[1]
	if name == "" {
		name = m[2]
	}
	switch name = strings.Trim(name, "-_."); name {
	case "kube-apiserver", "kubernetes", "k8s", "kube", "log", "logs", "events":
		return ""
	}
	return name
}

// apart names folders by the parts of their paths in which they differ.
func apart(folders map[string]bool) map[string]string {
	var paths [][]string
	for folder := range folders {
		paths = append(paths, strings.Split(filepath.ToSlash(folder), "/"))
	}
	shared := func(part func([]string, int) (string, bool)) int {
		for n := 0; ; n++ {
			first, ok := part(paths[0], n)
			for _, p := range paths {
				if other, there := part(p, n); !ok || !there || other != first {
					return n
				}
			}
		}
	}
	before := shared(func(p []string, n int) (string, bool) {
		if n < len(p) {
			return p[n], true
		}
		return "", false
	})
	after := shared(func(p []string, n int) (string, bool) {
		if n < len(p)-before {
			return p[len(p)-1-n], true
		}
		return "", false
	})
	names := map[string]string{}
	for folder := range folders {
		p := strings.Split(filepath.ToSlash(folder), "/")
		names[folder] = strings.Join(p[before:len(p)-after], "/")
	}
	return names
}
