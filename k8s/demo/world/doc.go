// Package world holds the made-up cluster of the demo as data: YAML files in a
// short format of their own, one for the cluster, one for each group of teams
// and one for who may do what, and the code that turns them into Kubernetes
// objects. To tell another story, edit the YAML; format.go and rbac.go say what
// may stand there, and a field that is not known is an error.
//
// It knows nothing of servers and clients: it ends where objects begin.
package world
