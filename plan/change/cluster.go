package change

import (
	"context"

	"timebound/model/wire"
)

// Cluster is what changes need of a cluster. Errors of its methods carry a
// *wire.Failure.
type Cluster interface {
	// Metadata reads an object without its body.
	Metadata(ctx context.Context, t wire.Target) (*wire.Object, error)
	// Whole reads an object with its body; never a secret.
	Whole(ctx context.Context, t wire.Target) (*wire.Object, error)
	// Token reads a secret with its bytes, which are gone when use returns.
	Token(ctx context.Context, t wire.Target, use func(wire.Secret) error) error
	// Keys gives the public keys that tokens are checked with.
	Keys(ctx context.Context) ([]wire.Key, error)
	// May says whether we are allowed to do something.
	May(ctx context.Context, r wire.Right, name string) (bool, error)
	// Send makes a change, or tries it out. The object is nil if it is gone.
	Send(ctx context.Context, r wire.Request) (*wire.Object, error)
	// SendWith creates a secret with bytes that stand in no Request.
	SendWith(ctx context.Context, r wire.Request, data map[string][]byte) (*wire.Object, error)
	// Issue asks for a bound token, which is gone when use returns.
	Issue(ctx context.Context, account wire.Target, wish wire.TokenWish, use func(wire.Issued) error) error
}
