package gen

import (
	"fmt"
	"math/rand/v2"
)

var (
	teams    = [...]string{"payments", "billing", "search", "checkout", "catalog", "identity", "shipping", "pricing", "returns", "loyalty", "fraud", "ledger", "media", "mobile", "partner", "platform", "reporting", "stock", "support", "tax"}
	stages   = [...]string{"prod", "staging", "dev", "ci", "batch", "edge", "data", "ml", "ops", "web"}
	services = [...]string{"orders", "invoices", "users", "sessions", "events", "images", "quotes", "carts", "alerts", "exports", "feeds", "rates", "refunds", "reviews", "routes", "rules", "teams", "tickets", "vouchers", "wallets"}
	roles    = [...]string{"api", "worker", "cron", "importer", "exporter", "deployer", "ci", "backup", "metrics", "gateway", "indexer", "mailer", "sync", "controller", "webhook", "migrator", "cache", "scheduler", "proxy", "audit"}
)

// namespaceName names the i-th namespace, "payments-prod".
func namespaceName(i int) string {
	return numbered(teams[i%len(teams)]+"-"+stages[i/len(teams)%len(stages)], i/(len(teams)*len(stages)))
}

// accountName names the i-th account of a namespace, "orders-api".
func accountName(i int) string {
	return numbered(services[i%len(services)]+"-"+roles[i/len(services)%len(roles)], i/(len(services)*len(roles)))
}

// numbered tells names apart when the words have run out.
func numbered(name string, round int) string {
	if round == 0 {
		return name
	}
	return fmt.Sprintf("%s-%d", name, round+1)
}

// suffix is five characters of the alphabet from which Kubernetes makes random
// names: no vowels, so no words, and nothing that looks like something else.
func suffix(r *rand.Rand) string {
	const alphabet = "bcdfghjklmnpqrstvwxz2456789"
	var s [5]byte
	for i := range s {
		s[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(s[:])
}
