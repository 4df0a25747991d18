//go:build unix && !linux

package controlplane

import "syscall"

// tiedToParent makes a child the leader of its own process group. Only Linux
// can also tie its life to ours.
func tiedToParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
