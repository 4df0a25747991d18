// Package agent reads User-Agent headers: which program and which client
// library sent a request, whether that library reads its token file again, and
// until when a token that is not read again will do.
//
// A header is what the client says of itself. It is good for finding somebody
// and never proof; where it does not tell, the verdict is that it cannot be
// told. The package must not know audit logs and clusters: it is given strings
// and numbers.
package agent
