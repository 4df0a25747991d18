package forecast

import "fmt"

// How many of each a cluster has.
const (
	namespaces = 5
	accounts   = 4 // in each namespace
)

func namespaceName(i int) string { return fmt.Sprintf("team-%d", i%namespaces) }
func accountName(i int) string   { return fmt.Sprintf("robot-%d", i%accounts) }

// goneAccount is an account that nobody makes, runner one that pods run as.
const (
	goneAccount = "gone"
	runner      = "runner"
)
