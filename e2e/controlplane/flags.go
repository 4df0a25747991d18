package controlplane

import (
	"fmt"
	"strings"
)

func (c *Cluster) etcdArgs() []string {
	client, peer := "http://"+address(c.etcdPort), "http://"+address(c.peerPort)
	return []string{
		"--name=default",
		"--data-dir=" + c.state.etcdData(),
		"--listen-client-urls=" + client,
		"--advertise-client-urls=" + client,
		"--listen-peer-urls=" + peer,
		"--initial-advertise-peer-urls=" + peer,
		"--initial-cluster=default=" + peer,
		// A test cluster need not survive a power cut, and fsync is most of
		// what etcd waits for. Killing the process loses nothing.
		"--unsafe-no-fsync",
		"--log-level=warn",
	}
}

func (c *Cluster) apiServerArgs() []string {
	args := []string{
		"--etcd-servers=http://" + address(c.etcdPort),
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", c.apiPort),
		"--cert-dir=" + c.state.certDir(),
		// Without these two it looks for a network interface to announce,
		// and a machine without one could not start it.
		"--advertise-address=127.0.0.1",
		"--endpoint-reconciler-type=none",
		"--token-auth-file=" + c.state.tokenFile(),
		"--authorization-mode=Node,RBAC",
		"--service-account-key-file=" + c.state.signingKey(),
		"--service-account-signing-key-file=" + c.state.signingKey(),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-cluster-ip-range=10.0.0.0/24",
	}
	if c.opts.Audit {
		args = append(args,
			"--audit-policy-file="+c.state.auditPolicy(),
			"--audit-log-path="+c.state.auditLog())
	}
	if c.release.minor == 28 && c.opts.CleanerPeriod > 0 {
		// kube-apiserver makes the cleaner's role, behind the same gate.
		args = append(args, "--feature-gates=LegacyServiceAccountTokenCleanUp=true")
	}
	return append(args, c.opts.APIServerArgs...)
}

// controllerManagerArgs switches on only the controllers that act on accounts,
// tokens and namespaces. The names and flags differ by version, and a name or
// flag that a version does not know stops it.
func (c *Cluster) controllerManagerArgs() []string {
	var controllers []string
	args := []string{
		"--kubeconfig=" + c.state.kubeconfig(Admin),
		"--root-ca-file=" + c.state.servingCert(),
		"--leader-elect=false",
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", c.controllerPort),
		"--use-service-account-credentials=false",
		// See AwaitCleaner.
		"--authorization-always-allow-paths=/healthz," + stacksPath,
	}
	if !c.opts.CleanerOnly {
		controllers = []string{"serviceaccount-token", "serviceaccount", "root-ca-cert-publisher", "namespace"}
		// The token controller works with this key. The newest versions start it
		// even if it is not listed, but never without a key.
		args = append(args, "--service-account-private-key-file="+c.state.signingKey())
	}
	if c.opts.AutoGeneration && c.release.minor <= 24 {
		args = append(args, "--feature-gates=LegacyServiceAccountTokenNoAutoGeneration=false")
	}
	if c.release.minor == 28 && c.opts.CleanerPeriod > 0 {
		args = append(args, "--feature-gates=LegacyServiceAccountTokenCleanUp=true")
	}
	if c.release.minor >= 29 || c.release.minor == 28 && c.opts.CleanerPeriod > 0 {
		const cleaner = "legacy-service-account-token-cleaner"
		if c.opts.NoCleaner {
			controllers = append(controllers, "-"+cleaner)
		} else {
			controllers = append(controllers, cleaner)
		}
	}
	if c.release.minor >= 28 && c.opts.CleanerPeriod > 0 {
		args = append(args, "--legacy-service-account-token-clean-up-period="+c.opts.CleanerPeriod.String())
	}
	args = append(args, "--controllers="+strings.Join(controllers, ","))
	return append(args, c.opts.ControllerManagerArgs...)
}
