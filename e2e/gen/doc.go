// Package gen fills a cluster with tens of thousands of believable objects:
// namespaces, service accounts, token secrets, other secrets and pods, so that
// Timebound's speed and memory can be measured on something like a large
// production cluster.
//
// The tokens are fakes. They have the shape and size of real ones, and their
// signatures are random bytes, so nothing can sign in with them and no
// controller has to sign twenty thousand. Leave kube-controller-manager out
// while generating.
//
// The same Size and Seed give the same cluster, except for what the API server
// decides: UIDs and creation times. All objects are thus as young as the run;
// only the labels tell a longer story.
package gen
