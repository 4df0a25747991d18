package changes

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// canaries are bytes of tokens, which must not be found anywhere.
type canaries struct {
	mu     sync.Mutex
	values [][]byte // as they are, and in base64 at every alignment
	kin    []byte   // what all made-up tokens begin with
}

// addToken watches a real token. Its signature is its own; the rest is shared by
// many tokens, or public.
func (c *canaries) addToken(token []byte) {
	signature := token[bytes.LastIndexByte(token, '.')+1:]
	c.add(signature[:min(40, len(signature))])
}

// fresh makes up a token. All begin alike, so that one search finds any.
func (c *canaries) fresh(name string) []byte {
	const kin = "canary-in-the-mine"
	c.mu.Lock()
	first := c.kin == nil
	c.kin = []byte(kin)
	c.mu.Unlock()
	if first {
		c.add([]byte(kin))
	}
	return fmt.Appendf(nil, "%s-%s-sings", kin, name)
}

func (c *canaries) add(value []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.values = append(c.values, value)
	for shift := range 3 {
		// What stands before and after shapes the first and last digits.
		encoded := base64.RawStdEncoding.EncodeToString(value[shift : len(value)-(len(value)-shift)%3])
		c.values = append(c.values, []byte(encoded), []byte(strings.NewReplacer("+", "-", "/", "_").Replace(encoded)))
	}
}

// in says whether a canary is in the text.
func (c *canaries) in(text []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, value := range c.values {
		if bytes.Contains(text, value) {
			return true
		}
	}
	return false
}

// below names the files below a folder that hold a canary.
func (c *canaries) below(dir string) (found []string, files int, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		if c.in(text) {
			found = append(found, path)
		}
		return nil
	})
	return found, files, err
}
