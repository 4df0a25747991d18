// Package cleaner foretells what Kubernetes' own cleaner of unused tokens, the
// legacy-service-account-token-cleaner in kube-controller-manager, will do to a
// token, and on which day. It is the cleaner's rules written again as a
// function of facts (k8s.io/kubernetes
// pkg/controller/serviceaccount/legacy_serviceaccount_token_cleaner.go, 1.28 to
// 1.37); tests in e2e hold it against the real one, token by token and day by
// day.
//
// It must not know of plans, of screens, or of the present time.
package cleaner
