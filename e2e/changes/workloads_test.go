package changes

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/run"
)

// Workloads get projected tokens, an account loses a name that nobody has, a
// bound token is issued; on a good line and on one where a good part of all
// changes meets an error, or silence, before or after the server did it. Undone,
// the specs are what they were, to the letter.
func TestWorkloadsThereAndBack(t *testing.T) {
	s := newest(t)
	t.Parallel()
	random := dice(t)
	t.Run("good line", func(t *testing.T) {
		t.Parallel()
		c := s.scene(t)
		c.workloads(t, c.operator(t), true)
	})
	t.Run("rough line", func(t *testing.T) {
		t.Parallel()
		c := s.scene(t)
		p := c.proxy(t, true)
		o := c.behind(t, p, timeout(1500*time.Millisecond))
		p.harm(harmSome(random))
		c.workloads(t, o, false)
	})
}

// harmSome harms four of ten changes.
func harmSome(random *rand.Rand) func(*http.Request) ruling {
	var mu sync.Mutex
	return func(r *http.Request) ruling {
		mu.Lock()
		defer mu.Unlock()
		if !changes(r) || random.IntN(100) >= 40 {
			return ruling{}
		}
		how := answersOf[random.IntN(5)]
		how.fate = []fate{resetBefore, resetAfter, cutBody, answers, answerAfter, hangAfter}[random.IntN(6)]
		return how
	}
}

// Issuing has no part on the rough line: whether a token was issued cannot be
// looked up, so a lost answer costs a second one. Nobody holds the first.
func (c *scene) workloads(t *testing.T, o *operator, issuing bool) {
	t.Helper()
	c.account(t, "robot")
	c.token(t, "key", "robot")
	_, err := c.admin.CoreV1().ServiceAccounts(c.ns).Patch(t.Context(), "robot", types.MergePatchType, []byte(`{"secrets":[{"name":"key"},{"name":"gone"}]}`), metav1.PatchOptions{})
	must(t, err)
	names := c.seedWorkloads(t)
	before := c.specs(t, names)
	a := o.look(t)

	var items []*change.Item
	for _, name := range names {
		w := a.Workload(model.WorkloadKey{Kind: kindOf(name), Key: model.Key{Namespace: c.ns, Name: name}})
		if w == nil {
			t.Fatalf("%s is not among the workloads that name a token", name)
		}
		items = append(items, &change.Item{Action: plan.Action{Kind: plan.Project, Names: []string{"key"}, On: plan.Pin{
			Kind: w.Workload.Kind, Namespace: c.ns, Name: name, UID: w.Workload.UID, Generation: w.Workload.Generation,
		}}})
	}
	account := a.Account(model.Key{Namespace: c.ns, Name: "robot"}).Account
	items = append(items, &change.Item{Action: plan.Action{Kind: plan.Detach, Names: []string{"gone"}, On: plan.Pin{Kind: "ServiceAccount", Namespace: c.ns, Name: "robot", UID: account.UID}}})
	token := a.Token(model.Key{Namespace: c.ns, Name: "key"})
	want := 0
	if issuing {
		want = 1
		items = append(items, &change.Item{Action: plan.Action{Kind: plan.Issue, On: plan.Pin{Kind: "Secret", Namespace: c.ns, Name: "key", UID: token.Token.UID}}, Account: "robot", AccountUID: account.UID})
	}

	options := quick()
	options.Patience, options.Settle = time.Minute, time.Second
	issued := c.handedOver(&options)
	done := o.apply(t, items, options)
	done.wantAll(t, run.Done)
	if *issued != want {
		t.Errorf("%d tokens were handed over, want %d", *issued, want)
	}
	for name, spec := range c.specs(t, names) {
		if spec == before[name] {
			t.Errorf("%s is as it was", name)
		}
	}
	if got := c.namesOf(t); fmt.Sprint(got) != "[key]" {
		t.Errorf(".secrets are %v after detach", got)
	}

	back := o.undo(t, done.ID, options)
	back.wantAll(t, run.Done)
	for name, spec := range c.specs(t, names) {
		if spec != before[name] {
			t.Errorf("%s came back as\n%s\nwas\n%s", name, spec, before[name])
		}
	}
	if got := c.namesOf(t); fmt.Sprint(got) != "[key gone]" {
		t.Errorf(".secrets are %v after undo", got)
	}
}

// handedOver counts issued tokens and watches for their bytes.
func (c *scene) handedOver(options *run.Options) *int {
	n := 0
	options.HandOver = func(_ *change.Item, issued wire.Issued) (string, error) {
		c.canaries.addToken(append([]byte(nil), issued.Token...))
		n++
		return "a-file", nil
	}
	return &n
}

// Names of the workloads of a scene: the kind follows from them.
const (
	deploymentName = "app"   // mounts the token at a place of its own
	statefulName   = "store" // mounts it where the pod's own token would be
	cronName       = "batch"
)

func kindOf(name string) string {
	return map[string]string{deploymentName: "Deployment", statefulName: "StatefulSet", cronName: "CronJob"}[name]
}

func (c *scene) seedWorkloads(t *testing.T) []string {
	t.Helper()
	labels := map[string]string{"app": "x"}
	pod := func(path string) corev1.PodTemplateSpec {
		return corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: corev1.PodSpec{
			ServiceAccountName: "robot", RestartPolicy: corev1.RestartPolicyAlways,
			Containers: []corev1.Container{{Name: "c", Image: "x", VolumeMounts: []corev1.VolumeMount{{Name: "t", MountPath: path}}}},
			Volumes:    []corev1.Volume{{Name: "t", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "key"}}}},
		}}
	}
	selector := &metav1.LabelSelector{MatchLabels: labels}
	_, err := c.admin.AppsV1().Deployments(c.ns).Create(t.Context(), &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: deploymentName}, Spec: appsv1.DeploymentSpec{Selector: selector, Template: pod("/key")}}, metav1.CreateOptions{})
	must(t, err)
	_, err = c.admin.AppsV1().StatefulSets(c.ns).Create(t.Context(), &appsv1.StatefulSet{ObjectMeta: metav1.ObjectMeta{Name: statefulName}, Spec: appsv1.StatefulSetSpec{Selector: selector, Template: pod("/var/run/secrets/kubernetes.io/serviceaccount")}}, metav1.CreateOptions{})
	must(t, err)
	job := pod("/key")
	job.Spec.RestartPolicy = corev1.RestartPolicyNever
	_, err = c.admin.BatchV1().CronJobs(c.ns).Create(t.Context(), &batchv1.CronJob{ObjectMeta: metav1.ObjectMeta{Name: cronName}, Spec: batchv1.CronJobSpec{
		Schedule: "0 0 1 1 *", JobTemplate: batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{Template: job}},
	}}, metav1.CreateOptions{})
	must(t, err)
	return []string{deploymentName, statefulName, cronName}
}

// specs gives the specs of the workloads as text.
func (c *scene) specs(t *testing.T, names []string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, name := range names {
		var spec any
		var err error
		switch name {
		case deploymentName:
			var o *appsv1.Deployment
			o, err = c.admin.AppsV1().Deployments(c.ns).Get(t.Context(), name, metav1.GetOptions{})
			spec = o.Spec
		case statefulName:
			var o *appsv1.StatefulSet
			o, err = c.admin.AppsV1().StatefulSets(c.ns).Get(t.Context(), name, metav1.GetOptions{})
			spec = o.Spec
		default:
			var o *batchv1.CronJob
			o, err = c.admin.BatchV1().CronJobs(c.ns).Get(t.Context(), name, metav1.GetOptions{})
			spec = o.Spec
		}
		must(t, err)
		text, err := json.Marshal(spec)
		must(t, err)
		out[name] = string(text)
	}
	return out
}

func (c *scene) namesOf(t *testing.T) []string {
	t.Helper()
	account, err := c.admin.CoreV1().ServiceAccounts(c.ns).Get(t.Context(), "robot", metav1.GetOptions{})
	must(t, err)
	var names []string
	for _, s := range account.Secrets {
		names = append(names, s.Name)
	}
	return names
}
