package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

const (
	copySuffix   = ".json"
	sealedSuffix = ".age"
	longestName  = 180 // bytes; with what is added, below the 255 of file systems
)

// fileName makes a file's name of any text, such as namespace/name: a slash
// becomes an underscore, and whatever no name of Kubernetes has becomes =XX. Names
// that are too long are cut and end with a part of their SHA-256.
func fileName(name string) (string, error) {
	if name == "" {
		return "", errors.New("a backup needs a name")
	}
	var out strings.Builder
	for i := range len(name) {
		switch c := name[i]; {
		case c == '/' && i > 0:
			out.WriteByte('_')
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', i > 0 && (c == '-' || c == '.'):
			out.WriteByte(c)
		default:
			fmt.Fprintf(&out, "=%02X", c)
		}
	}
	if out.Len() <= longestName {
		return out.String(), nil
	}
	sum := sha256.Sum256([]byte(name))
	return out.String()[:longestName-20] + "-" + hex.EncodeToString(sum[:8]), nil
}
