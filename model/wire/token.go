package wire

import "time"

// Secret is a secret with its bytes, for as long as somebody is allowed to look
// at it.
type Secret struct {
	Object    *Object
	Type      string
	Immutable bool
	// Data are the bytes. They are overwritten afterwards: keep none of them.
	Data map[string][]byte
}

// TokenWish is what a bound token should be like.
type TokenWish struct {
	Audiences []string `json:"audiences,omitempty"` // none: the API server's own
	Seconds   int64    `json:"seconds,omitempty"`   // 0: the server's default
	// AccountUID refuses an account that was made anew (checked by the server
	// from 1.34 on, by us before).
	AccountUID string `json:"accountUID,omitempty"`
}

// Issued is a bound token, for as long as somebody is allowed to look at it.
type Issued struct {
	// Token is overwritten afterwards: keep no part of it.
	Token   []byte
	Expires time.Time
}
