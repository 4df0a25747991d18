package plan

import (
	"strings"

	"timebound/model"
)

// outsideSteps are about tokens that are used, though nothing in the cluster
// points at them: their users are outside, and have to choose a way.
func (b *builder) outsideSteps(h *Hop) []Step {
	if h.Position != Here {
		return nil
	}
	list := b.findings.outside
	if len(list) == 0 {
		return []Step{b.nothing(h, "TB-320", referrers...)}
	}
	s := b.step(h, "TB-320", count(len(list), "token", "tokens"))
	for _, f := range list {
		s.Actions = append(s.Actions, b.tokenAction(Issue, f, "a bound token of account "+f.Token.Account+" takes its place, once its user has chosen a way"))
	}
	s.Facts = append(b.logFacts(": who uses them, from where and with what is not known", func(*model.Usage) []string {
		return []string{"the evidence of each action names who presents it"}
	}), b.placeFacts(b.current, "audit")...)
	if !b.readEverywhere(model.KindPods) {
		s.Facts = append(s.Facts, "pods were not read everywhere: some of these may be used inside")
	}
	if b.current < minorInvalidSince {
		s.Facts = append(s.Facts, "below 1.29 audit events name the account, not the token")
	}
	s.Ways = b.ways(list[0])
	return []Step{s}
}

// ways gives the ways that are open on this platform, with what has to be made
// for one of the tokens, so that it can be read and adapted.
func (b *builder) ways(example *model.Finding) []Way {
	var out []Way
	for _, w := range b.know.Ways {
		way := Way{ID: w.ID, Title: w.Title, How: w.How, Good: w.Good, Bad: w.Bad, Needs: w.Needs, HandOver: w.HandOver, Proof: unproven(w.Proof)}
		if w.Platforms != nil {
			name, here := w.Platforms[b.inv.Cluster.Platform.ID]
			if !here {
				continue
			}
			way.Title += ": " + name
		}
		switch w.ID {
		case "requester":
			way.Lines = requesterLines(example.Token.Namespace, example.Token.Account)
		case "explicit":
			way.Lines = explicitLines(example.Token.Namespace, example.Token.Account)
		}
		out = append(out, way)
	}
	return out
}

// requesterLines are the manifests and commands of an account that may do
// nothing but request tokens of another one.
func requesterLines(namespace, account string) []string {
	requester := account + "-requester"
	return []string{
		"apiVersion: v1",
		"kind: ServiceAccount",
		"metadata: {name: " + yamlText(requester) + ", namespace: " + yamlText(namespace) + "}",
		"automountServiceAccountToken: false",
		"---",
		"apiVersion: rbac.authorization.k8s.io/v1",
		"kind: Role",
		"metadata: {name: " + yamlText(requester) + ", namespace: " + yamlText(namespace) + "}",
		"rules:",
		"- apiGroups: [\"\"]",
		"  resources: [serviceaccounts/token]",
		"  resourceNames: [" + yamlText(account) + "]",
		"  verbs: [create]",
		"---",
		"apiVersion: rbac.authorization.k8s.io/v1",
		"kind: RoleBinding",
		"metadata: {name: " + yamlText(requester) + ", namespace: " + yamlText(namespace) + "}",
		"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: " + yamlText(requester) + "}",
		"subjects:",
		"- {kind: ServiceAccount, name: " + yamlText(requester) + ", namespace: " + yamlText(namespace) + "}",
		"---",
		"apiVersion: v1",
		"kind: Secret",
		"metadata:",
		"  name: " + yamlText(requester),
		"  namespace: " + yamlText(namespace),
		"  annotations: {kubernetes.io/service-account.name: " + yamlText(requester) + "}",
		"type: kubernetes.io/service-account-token",
		"# for account " + model.Printable(account) + "; the same for each other one. Then hand over a file that nobody else reads:",
		"# umask 077; kubectl -n " + quote(namespace) + " get secret " + quote(requester) + " -o jsonpath='{.data.token}' | base64 -d > requester.token",
		"# the client renews with it, and works with what it gets:",
		"# kubectl --token \"$(cat requester.token)\" create token " + quote(account) + " -n " + quote(namespace) + " --duration 1h",
	}
}

// explicitLines are the manifest of a long-lived token that says who answers
// for it.
func explicitLines(namespace, account string) []string {
	return []string{
		"apiVersion: v1",
		"kind: Secret",
		"metadata:",
		"  name: " + yamlText(account+"-explicit"),
		"  namespace: " + yamlText(namespace),
		"  annotations:",
		"    kubernetes.io/service-account.name: " + yamlText(account),
		"    owner: TEAM",
		"    review-by: YYYY-MM-DD",
		"type: kubernetes.io/service-account-token",
	}
}

// yamlText writes a name so that YAML reads it as a text.
func yamlText(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-.") == "" && strings.Trim(s[:1], "abcdefghijklmnopqrstuvwxyz") == "" && !yamlWord(s) {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(model.Printable(s)) + `"`
}

func yamlWord(s string) bool {
	switch s {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return true
	}
	return false
}
