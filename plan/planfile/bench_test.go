package planfile

import (
	"bytes"
	"fmt"
	"testing"

	"timebound/model"
)

// crowded is the sample with n more tokens.
func crowded(n int) *model.Inventory {
	inv := sample()
	for i := range n {
		t, acc := *inv.Tokens[0], *inv.Accounts[0]
		t.Name, t.UID, t.Account, t.AccountUID = fmt.Sprintf("t-%06d-token", i), fmt.Sprint(i), fmt.Sprintf("t-%06d", i), fmt.Sprint("a", i)
		acc.Name, acc.UID, acc.Secrets = t.Account, t.AccountUID, []string{t.Name}
		inv.Tokens, inv.Accounts = append(inv.Tokens, &t), append(inv.Accounts, &acc)
	}
	return inv
}

func BenchmarkWriteYAML(b *testing.B) {
	p := planOf(b, crowded(10_000))
	var out bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		if err := WriteYAML(&out, p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(out.Len())/1e6, "MB")
}

func BenchmarkRead(b *testing.B) {
	var y, j bytes.Buffer
	p := planOf(b, crowded(10_000))
	if WriteYAML(&y, p) != nil || WriteJSON(&j, p) != nil {
		b.Fatal("not written")
	}
	for name, text := range map[string][]byte{"yaml": y.Bytes(), "json": j.Bytes()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
