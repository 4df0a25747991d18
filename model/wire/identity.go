package wire

// Identity says which cluster answers, and as whom it knows us.
type Identity struct {
	UID     string // of the namespace kube-system
	Context string
	Server  string
	User    string // "" if the server does not tell (before 1.28)
}

// Key is a public key with which the API server checks tokens.
type Key struct {
	ID  string // kid
	Alg string // "RS256", "ES256", …
	// N and E make an RSA key, as JWKS writes them (base64url); "" for others.
	N, E string
}
