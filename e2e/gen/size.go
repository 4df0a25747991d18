package gen

import "fmt"

// Size says how many objects of each kind to make.
type Size struct {
	Namespaces  int
	Accounts    int
	Tokens      int // secrets of type kubernetes.io/service-account-token
	Secrets     int // other secrets
	SecretBytes int // payload of one other secret
	Pods        int
}

// Large is the cluster that Timebound's budgets are stated for: 65,000 objects
// of the three kinds it reads, 60,000 of them in the lists it makes.
func Large() Size {
	return Size{Namespaces: 200, Accounts: 20_000, Tokens: 20_000, Secrets: 5_000, SecretBytes: 4 << 10, Pods: 20_000}
}

func (s Size) check() error {
	switch {
	case s.Namespaces < 1 || s.Accounts < s.Namespaces:
		return fmt.Errorf("%d accounts in %d namespaces: want at least one namespace, and an account in each", s.Accounts, s.Namespaces)
	case s.Tokens < 0 || s.Secrets < 0 || s.SecretBytes < 0 || s.Pods < 0:
		return fmt.Errorf("size %+v: want no negative number", s)
	}
	return nil
}
