package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"timebound/model/wire"
	"timebound/plan/knowledge"
)

const credentialLong = `Ask for a bound token of a service account and print it as an ExecCredential, for
kubectl and client-go to use. It ends by itself; the client asks again in time.

This is for users outside of the cluster that may do nothing but ask for tokens of one
account. With --write-kubeconfig no token is asked for: a kubeconfig is written that
calls this command whenever a token is needed.`

const credentialExample = `  # A kubeconfig without any token in it
  %[1]s credential -n ci --account deployer --write-kubeconfig deployer.kubeconfig`

// credentialOptions are the flags of credential.
type credentialOptions struct {
	account    string
	audience   string
	duration   time.Duration
	kubeconfig string
}

func newCredential(set *settings, std streams, name string) *cobra.Command {
	o := &credentialOptions{}
	cmd := &cobra.Command{
		Use:     "credential",
		Short:   "Be a credential plugin: hand a short-lived token of an account to kubectl",
		Long:    credentialLong,
		Example: examples(credentialExample, name),
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			namespaces := set.namespaces()
			switch {
			case o.account == "" || len(namespaces) != 1:
				return usagef("credential needs --account and one --namespace")
			case o.duration < 10*time.Minute:
				return usagef("--duration %s: API servers give no less than 10m", o.duration)
			case o.kubeconfig == "" && isTerminal(std.out):
				return usagef("this would print a token on the terminal; it is for kubeconfigs, see --write-kubeconfig")
			}
			if err := set.prepare(cmd); err != nil {
				return err
			}
			return o.run(cmd, set, std, namespaces[0])
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.account, "account", "", "Service account whose token is asked for")
	flags.StringVar(&o.audience, "audience", "", "Whom the token is for (default: the API server)")
	flags.DurationVar(&o.duration, "duration", time.Hour, "How long the token lives; the API server may shorten it")
	flags.StringVar(&o.kubeconfig, "write-kubeconfig", "", "Write a kubeconfig that calls this command to this `file`")
	return cmd
}

func (o *credentialOptions) run(cmd *cobra.Command, set *settings, std streams, namespace string) error {
	know, err := knowledge.Load()
	if err != nil {
		return err
	}
	src, err := openSource(set, know, pluginsMustNotAsk)
	if err != nil {
		return err
	}
	defer src.close()
	if o.kubeconfig != "" {
		return o.write(set, src, std, namespace)
	}
	if exec := src.config.ExecProvider; exec != nil && slices.Contains(exec.Args, "credential") {
		return usagef("this kubeconfig gets its tokens from timebound credential itself; name the one that may ask for tokens with --kubeconfig")
	}
	wish := wire.TokenWish{Seconds: int64(o.duration.Seconds())}
	if o.audience != "" {
		wish.Audiences = []string{o.audience}
	}
	account, _ := wire.TargetOf("ServiceAccount", namespace, o.account)
	hand := src.session.Hand()
	hand.Unlock()
	defer hand.Lock()
	return hand.Issue(cmd.Context(), account, wish, func(issued wire.Issued) error {
		// The token goes to the client byte by byte, and stays no string of ours.
		head := fmt.Sprintf(`{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"expirationTimestamp":%q,"token":"`, issued.Expires.UTC().Format(time.RFC3339))
		for _, part := range [][]byte{[]byte(head), issued.Token, []byte("\"}}\n")} {
			if _, err := std.out.Write(part); err != nil {
				return fmt.Errorf("hand the token over: %w", err)
			}
		}
		return nil
	})
}

// write writes a kubeconfig that calls this command. The rights to do so come
// from the kubeconfig, or the pod, that the caller has then.
func (o *credentialOptions) write(set *settings, src *source, std streams, namespace string) error {
	args := []string{"credential", "--namespace", namespace, "--account", o.account, "--duration", o.duration.String()}
	// KUBECONFIG will name the file that is written now; the rights are in ours.
	own, err := ownKubeconfig(set)
	if err != nil {
		return err
	}
	if own != "" {
		args = append(args, "--kubeconfig", own)
	}
	if src.context != "" {
		args = append(args, "--context", src.context)
	}
	if o.audience != "" {
		args = append(args, "--audience", o.audience)
	}
	user := namespace + "/" + o.account
	cluster, err := clusterEntry(src.config)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(kubeconfigOf(src.name(), cluster, user, namespace, map[string]any{"exec": map[string]any{
		"apiVersion": "client.authentication.k8s.io/v1", "command": "timebound", "args": args, "interactiveMode": "Never",
	}}), "", "  ")
	if err != nil {
		return err
	}
	if err := writeNew(o.kubeconfig, append(text, '\n')); err != nil {
		return fmt.Errorf("write kubeconfig: %w", err)
	}
	fmt.Fprintf(std.err, "wrote %s: it calls timebound credential, and holds no token\n", o.kubeconfig)
	return nil
}

// ownKubeconfig gives the path of the kubeconfig that is used; "" in a pod.
func ownKubeconfig(set *settings) (string, error) {
	if *set.kube.KubeConfig != "" {
		return filepath.Abs(*set.kube.KubeConfig)
	}
	var found []string
	for _, path := range set.kube.ToRawKubeConfigLoader().ConfigAccess().GetLoadingPrecedence() {
		if _, err := os.Stat(path); err == nil {
			found = append(found, path)
		}
	}
	switch len(found) {
	case 0:
		return "", nil
	case 1:
		return filepath.Abs(found[0])
	}
	return "", usagef("KUBECONFIG names several files; say with --kubeconfig which one may ask for tokens")
}

// writeNew writes a file that only we can read, and overwrites none.
func writeNew(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if syncing := file.Sync(); err == nil {
		err = syncing
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		_ = os.Remove(path) // half a file is of no use to anybody
	}
	return err
}
