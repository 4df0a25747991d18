// Package controlplane builds and runs real Kubernetes control planes out of
// their Go modules: etcd, kube-apiserver and kube-controller-manager of any
// listed version, on the loopback interface, without a container engine and
// without a downloaded binary.
//
// It exists because what Timebound claims about service account tokens differs
// from minor to minor and is worth testing only against the real thing. It
// knows nothing about Timebound itself: a caller gets a kubeconfig and a
// Cluster to upgrade, kill and restart.
package controlplane
