package auditlog

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

// bodies are objects as requests and answers carry them. Logging one means
// copying it: a pool is made once.
type bodies struct {
	requests, answers [][]byte // the answer of a request has its index
	decoys            [][]byte // with what looks like audit annotations, and is none
	reviews           []byte
}

// Decoy is the account and the secret that no request was made with: who
// finds them has read an object for an event.
const Decoy = "decoy"

// makeBodies makes a pool with sizes such that, with the usual levels, a line
// has 1,650 bytes on average.
func makeBodies(rng *rand.Rand) bodies {
	var b bodies
	for i := range 64 {
		o := workload(rng, fmt.Sprintf("%s-%d", pick(rng, services), i), 1+rng.IntN(3))
		request := encode(o)
		annotate(o, "kubectl.kubernetes.io/last-applied-configuration", string(request)+"\n")
		b.requests = append(b.requests, encode(o))
		metadata := o["metadata"].(map[string]any)
		metadata["uid"], metadata["resourceVersion"], metadata["creationTimestamp"] = uuid(rng), "48151623", "2026-02-27T10:11:12Z"
		metadata["managedFields"] = []any{map[string]any{
			"manager": "kubectl-client-side-apply", "operation": "Update", "apiVersion": "apps/v1", "fieldsType": "FieldsV1",
			"fieldsV1": map[string]any{"f:metadata": map[string]any{"f:annotations": map[string]any{".": map[string]any{}}}, "f:spec": map[string]any{"f:replicas": map[string]any{}}},
		}}
		o["status"] = map[string]any{"observedGeneration": 7, "replicas": 3, "readyReplicas": 3}
		b.answers = append(b.answers, encode(o))
	}
	for i := range 16 {
		o := map[string]any{
			"kind": "ConfigMap", "apiVersion": "v1", "metadata": map[string]any{"name": fmt.Sprintf("decoy-%d", i)},
			"data": map[string]any{"legacy-token": "system:serviceaccount:" + Decoy + ":" + Decoy},
		}
		for key, value := range decoyAnnotations() {
			annotate(o, key, value)
		}
		nested := encode(map[string]any{"kind": "Event", "apiVersion": "audit.k8s.io/v1", "annotations": decoyAnnotations()})
		o["data"].(map[string]any)["event.json"] = string(nested)
		// An object may have a field of the event's own name.
		o["annotations"] = decoyAnnotations()
		b.decoys = append(b.decoys, encode(o))
	}
	b.reviews = encode(map[string]any{"kind": "TokenReview", "apiVersion": "authentication.k8s.io/v1", "spec": map[string]any{"audiences": []string{"vault"}}})
	return b
}

func decoyAnnotations() map[string]string {
	return map[string]string{
		keyLegacy: "system:serviceaccount:" + Decoy + ":" + Decoy,
		keyAuto:   Decoy,
		keyManual: Decoy,
		keyStale:  "subject: system:serviceaccount:" + Decoy + ":" + Decoy + ", seconds after warning threshold: 7",
	}
}

func annotate(o map[string]any, key, value string) {
	metadata := o["metadata"].(map[string]any)
	if metadata["annotations"] == nil {
		metadata["annotations"] = map[string]any{}
	}
	metadata["annotations"].(map[string]any)[key] = value
}

// workload is a Deployment with some containers.
func workload(rng *rand.Rand, name string, containers int) map[string]any {
	var list []any
	for i := range containers {
		list = append(list, map[string]any{
			"name": fmt.Sprintf("%s-%d", name, i), "image": fmt.Sprintf("registry.example.com/%s:%s", name, letters(rng, 7)),
			"args":         []string{"--log-level=info", `--greeting="hi" <&>`, "--listen=:8080"},
			"env":          []any{map[string]any{"name": "REGION", "value": letters(rng, 12)}, map[string]any{"name": "SALT", "value": letters(rng, 40)}},
			"resources":    map[string]any{"limits": map[string]any{"cpu": "500m", "memory": "512Mi"}, "requests": map[string]any{"cpu": "50m", "memory": "128Mi"}},
			"volumeMounts": []any{map[string]any{"name": "config", "mountPath": "/etc/" + name}},
		})
	}
	labels := map[string]any{"app": name, "team": pick(rng, teams), "note": strings.Repeat(letters(rng, 6)+" ", rng.IntN(12)) + "é\u2028"}
	return map[string]any{
		"kind": "Deployment", "apiVersion": "apps/v1",
		"metadata": map[string]any{"name": name, "labels": labels},
		"spec": map[string]any{
			"replicas": 1 + rng.IntN(9), "selector": map[string]any{"matchLabels": labels},
			"template": map[string]any{"metadata": map[string]any{"labels": labels}, "spec": map[string]any{"containers": list, "serviceAccountName": name}},
		},
	}
}

// encode writes what API servers write: encoding/json with HTML escapes.
func encode(o any) []byte {
	text, err := json.Marshal(o)
	if err != nil {
		panic("auditlog: " + err.Error()) // maps of strings and numbers
	}
	return text
}
