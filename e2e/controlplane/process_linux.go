package controlplane

import "syscall"

// tiedToParent makes a child the leader of its own process group and has the
// kernel kill it when the thread that started it ends.
func tiedToParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
