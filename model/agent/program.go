package agent

import "strings"

// program is one that is known by the name it sends, which for Go programs is
// that of the executable unless its author chose another.
type program struct {
	// name is in lower case; a * at its end stands for any ending.
	name  string
	title string
	kind  Kind
}

// kubernetesBinaries are built in kubernetes/kubernetes: their version is that
// of the client-go in them.
var kubernetesBinaries = map[string]bool{
	"kubectl": true, "kubelet": true, "kube-proxy": true, "kubeadm": true, "hyperkube": true,
	"kube-apiserver": true, "kube-controller-manager": true, "kube-scheduler": true,
}

// byName and byPrefix are the table of programs, ready for look-up.
var (
	byName = func() map[string]program {
		index := make(map[string]program, len(programs))
		for _, p := range programs {
			if !strings.HasSuffix(p.name, "*") {
				index[p.name] = p
			}
		}
		return index
	}()
	byPrefix = func() []program {
		var index []program
		for _, p := range programs {
			if name, open := strings.CutSuffix(p.name, "*"); open {
				p.name = name
				index = append(index, p)
			}
		}
		return index
	}()
)

// lookUp finds a program by its name in lower case: the exact one, or the
// first of the table whose beginning fits.
func lookUp(product string) (program, bool) {
	if p, ok := byName[product]; ok {
		return p, true
	}
	for _, p := range byPrefix {
		if strings.HasPrefix(product, p.name) {
			return p, true
		}
	}
	return program{}, false
}
