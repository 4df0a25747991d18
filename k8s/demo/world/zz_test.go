package world

import (
	"fmt"
	corev1 "k8s.io/api/core/v1"
	"sort"
	"testing"
	"time"
)

func TestZ(t *testing.T) {
	s := time.Now()
	w, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(time.Since(s))
	k := map[string]int{}
	listed := map[string]bool{}
	sas := map[string]string{}
	ref := map[string]int{}
	for _, o := range w.Objects {
		k[fmt.Sprintf("%T", o)]++
		if a, ok := o.(*corev1.ServiceAccount); ok {
			sas[a.Namespace+"/"+a.Name] = string(a.UID)
			for _, x := range a.Secrets {
				listed[a.Namespace+"/"+x.Name] = true
			}
		}
		if p, ok := o.(*corev1.Pod); ok {
			for _, n := range secretsOf(&p.Spec) {
				ref[p.Namespace+"/"+n]++
			}
		}
		if p, ok := o.(*corev1.Secret); ok {
			k[string(p.Type)]++
			if n := p.Annotations[annotationTokenName]; n != "" {
				ref[p.Namespace+"/"+n]++
			}
		}
	}
	v := map[string]int{}
	for _, o := range w.Objects {
		if p, ok := o.(*corev1.Secret); ok && p.Type == corev1.SecretTypeServiceAccountToken {
			id := p.Namespace + "/" + p.Name
			or := "manual"
			if listed[id] {
				or = "auto"
			}
			lu := p.Labels[labelLastUsed]
			c := "idle"
			switch {
			case p.DeletionTimestamp != nil || sas[p.Namespace+"/"+p.Annotations[corev1.ServiceAccountNameKey]] != p.Annotations[corev1.ServiceAccountUIDKey]:
				c = "dead"
			case p.Labels[labelInvalidSince] != "":
				c = "invalidated"
				if lu > p.Labels[labelInvalidSince] {
					c = "knocked"
				}
			case lu >= "2026-08-24":
				c = "in use"
			case ref[id] > 0:
				c = "podref"
			case p.CreationTimestamp.After(w.Now.Add(-90 * day)):
				c = "quiet"
			}
			v[c]++
			v[or]++
			v[or+" "+c]++
		}
	}
	for _, m := range []map[string]int{k, v} {
		var ks []string
		for x := range m {
			ks = append(ks, x)
		}
		sort.Strings(ks)
		for _, x := range ks {
			fmt.Println(m[x], x)
		}
		fmt.Println()
	}
}
