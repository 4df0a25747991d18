// Package backup keeps copies of token secrets, made before they are deleted, and
// proves that they can be read back. A copy is a JSON file that tells what the
// secret was, without any of its bytes. The bytes are kept only where that is
// asked for: sealed in a file beside it, which the stock age program opens, too,
// or, on an explicit wish, in plain. The package never talks to a cluster, and
// puts no secret bytes into errors.
//
//	<folder>/payments_builder-token.json  the copy
//	<folder>/payments_builder-token.age   the secret as a manifest, sealed
//	<folder>/key.age                      only with a passphrase: the key to the others
package backup
