package power

import (
	"fmt"
	"testing"

	"timebound/model"
)

// BenchmarkLargeCluster reads a cluster of 500 namespaces with 40 accounts and 40
// bindings each, and asks for all of its accounts.
func BenchmarkLargeCluster(b *testing.B) {
	w := newWorld()
	for i := range 500 {
		w.role(fmt.Sprintf("cluster-%03d", i), rule("get,list core pods,secrets"), rule("create apps deployments"), rule("get core configmaps one"))
	}
	w.role("everybody", rule("get core pods")).bind("everybody", "everybody", "group system:authenticated")
	var accounts []model.Key
	for i := range 20_000 {
		ns := fmt.Sprintf("ns-%03d", i%500)
		accounts = append(accounts, key(fmt.Sprintf("%s/account-%d", ns, i)))
		w.bind(fmt.Sprintf("%s/b-%d", ns, i), fmt.Sprintf("cluster-%03d", i%500), accounts[i].String(), "group system:serviceaccounts:"+ns)
	}
	b.ReportAllocs()
	for b.Loop() {
		rules := w.rules()
		for _, a := range accounts {
			if p := rules.Of(a); len(p.Grants) == 0 {
				b.Fatal("it may do nothing")
			}
		}
	}
}
