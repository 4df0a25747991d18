package needle

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

// text makes lines that share many letters with needles, as logs do, of which two
// in a hundred hold one.
func text(size int) []byte {
	r := rand.New(rand.NewPCG(1, 1))
	var b bytes.Buffer
	for b.Len() < size {
		fmt.Fprintf(&b, `{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"%x","stage":"ResponseComplete",`, r.Uint64())
		for range r.IntN(12) {
			fmt.Fprintf(&b, `"key-%d":"authorization of the serviceaccount token in namespace system:nodes, \"%x\" \u003c",`, r.IntN(90), r.Uint64())
		}
		if r.IntN(50) == 0 {
			b.WriteString(`"authentication.k8s.io/legacy-token":"x",`)
		}
		b.WriteString("\"end\":0}\n")
	}
	return b.Bytes()
}

func BenchmarkFind(b *testing.B) {
	chunk := text(1 << 20)
	for name, needles := range map[string][]string{"two": words[:2], "six": words} {
		f := finder(b, needles...)
		var hits []int
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(chunk)))
			for b.Loop() {
				hits = f.Find(hits[:0], chunk)
			}
		})
		b.Run(name+"/bytes.Count", func(b *testing.B) {
			b.SetBytes(int64(len(chunk)))
			for b.Loop() {
				for _, n := range needles {
					bytes.Count(chunk, []byte(n))
				}
			}
		})
	}
}
