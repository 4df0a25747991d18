package controlplane_test

import (
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
)

func TestServerComesBackAfterKill(t *testing.T) {
	cluster := controlplanetest.Start(t, controlplane.Options{NoControllers: true})
	admin := clientOf(t, cluster, controlplane.Admin)

	cluster.KillAPIServer()
	if _, err := admin.Discovery().ServerVersion(); err == nil {
		t.Fatal("a killed server answers")
	}

	if err := cluster.RestartAPIServer(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Discovery().ServerVersion(); err != nil {
		t.Fatalf("after the restart, the same client: %v", err)
	}
}

func TestChangeTakesEffectWithTheNextStart(t *testing.T) {
	cluster := controlplanetest.Start(t, controlplane.Options{NoControllers: true})
	runsWith := func() bool {
		t.Helper()
		line, err := cluster.CommandLine("kube-apiserver")
		if err != nil {
			t.Fatal(err)
		}
		return slices.Contains(line, "--v=1")
	}
	cluster.Change(func(o *controlplane.Options) { o.APIServerArgs = []string{"--v=1"} })
	if runsWith() {
		t.Error("the command line of a running server changed")
	}
	if err := cluster.RestartAPIServer(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !runsWith() {
		t.Error("the server was started anew as before")
	}
	if line, err := cluster.CommandLine("kube-controller-manager"); err == nil {
		t.Errorf("a component that does not run has the command line %q", line)
	}
}

func TestUsersHaveNoRights(t *testing.T) {
	cluster := controlplanetest.Start(t, controlplane.Options{NoControllers: true, Users: []string{"visitor"}})
	_, err := clientOf(t, cluster, "visitor").CoreV1().Secrets("default").List(t.Context(), metav1.ListOptions{})
	if !apierrors.IsForbidden(err) {
		t.Errorf("list secrets as a user without rights: %v, want forbidden", err)
	}
	if _, err := cluster.Kubeconfig("stranger"); err == nil {
		t.Error("a user that nobody named has a kubeconfig")
	}
}

// An error must be enough to understand what went wrong: the component's log
// goes with the temporary folder.
func TestFailedStartTellsWhy(t *testing.T) {
	controlplanetest.Require(t, controlplane.Newest)
	_, err := controlplane.Start(t.Context(), controlplane.Options{APIServerArgs: []string{"--no-such-flag"}})
	if err == nil {
		t.Fatal("started with a flag that does not exist")
	}
	for _, want := range []string{"kube-apiserver ended", "exit status 1", "unknown flag: --no-such-flag"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
}

func clientOf(t *testing.T, cluster *controlplane.Cluster, user string) kubernetes.Interface {
	t.Helper()
	config, err := cluster.RESTConfig(user)
	if err != nil {
		t.Fatal(err)
	}
	return kubernetes.NewForConfigOrDie(config)
}
