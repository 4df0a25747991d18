package backup

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"filippo.io/age"
	"filippo.io/age/agessh"
)

// Recipients are the public keys that backups are sealed to.
type Recipients struct {
	list  []age.Recipient
	names []string
}

// Names are the keys as text, without comments; long ones are shortened.
func (r Recipients) Names() []string { return slices.Clone(r.names) }

// largestKeyFile bounds a file of keys, in bytes.
const largestKeyFile = 1 << 20

// ParseRecipients reads public keys (age1…, age1pq1…, ssh-ed25519 …, ssh-rsa …),
// and files with one of them a line, where empty lines and # comments are left
// out. All of them will be able to open what is sealed.
func ParseRecipients(keys, files []string) (Recipients, error) {
	var r Recipients
	for i, key := range keys {
		if err := r.add(key); err != nil {
			return Recipients{}, fmt.Errorf("public key %d: %w", i+1, err)
		}
	}
	for _, path := range files {
		text, err := readKeyFile(path)
		if err != nil {
			return Recipients{}, err
		}
		before := len(r.list)
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Buffer(nil, largestKeyFile+1)
		for n := 1; lines.Scan(); n++ {
			line := strings.TrimSpace(lines.Text())
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			if err := r.add(line); err != nil {
				return Recipients{}, fmt.Errorf("file %s, line %d: %w", path, n, err)
			}
		}
		if err := lines.Err(); err != nil {
			return Recipients{}, fmt.Errorf("file %s: %w", path, err)
		}
		if len(r.list) == before {
			return Recipients{}, fmt.Errorf("file %s holds no public key: want lines such as age1… or ssh-ed25519 …", path)
		}
	}
	if len(r.list) == 0 {
		return Recipients{}, errors.New("no public key was given: want age1… or ssh-ed25519 …, or a file of them")
	}
	// What cannot be sealed to together is found out now, not at the first backup.
	if _, err := age.Encrypt(io.Discard, r.list...); err != nil {
		return Recipients{}, fmt.Errorf("these public keys do not go together: %w", err)
	}
	return r, nil
}

// add takes a key. Its text is in no error: it may be a secret one by mistake.
func (r *Recipients) add(key string) error {
	var one age.Recipient
	var err error
	switch kind := strings.ToUpper(key); {
	case strings.HasPrefix(kind, "AGE-"), strings.HasPrefix(kind, "-----BEGIN"):
		return errors.New("that is a secret key, and nobody should see it: give the public key that belongs to it")
	case strings.HasPrefix(key, "age1pq1"):
		one, err = age.ParseHybridRecipient(key)
	case strings.HasPrefix(key, "age1") && strings.Count(key, "1") > 1:
		return errors.New("that is the key of an age plugin, which is not supported: use age1…, age1pq1…, ssh-ed25519 or ssh-rsa")
	case strings.HasPrefix(key, "age1"):
		one, err = age.ParseX25519Recipient(key)
	case strings.HasPrefix(key, "ssh-"):
		one, err = agessh.ParseRecipient(key)
	default:
		return errors.New("that is no public key: want age1…, age1pq1…, ssh-ed25519 … or ssh-rsa …")
	}
	if err != nil {
		return errors.New("that public key is damaged, or of a kind that age does not know: want age1…, age1pq1…, ssh-ed25519 … or ssh-rsa … of 2048 bits or more")
	}
	r.list = append(r.list, one)
	r.names = append(r.names, shortened(key))
	return nil
}

// shortened leaves the comment of an SSH key away, and the middle of long keys.
func shortened(key string) string {
	fields := strings.Fields(key)
	name := strings.Join(fields[:min(2, len(fields))], " ")
	if len(name) > 120 {
		name = name[:40] + "…" + name[len(name)-40:]
	}
	return name
}

func who(names []string) string {
	if len(names) > 3 {
		return fmt.Sprintf("%s and %d others", strings.Join(names[:3], ", "), len(names)-3)
	}
	return strings.Join(names, ", ")
}

func readKeyFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(file, largestKeyFile+1))
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	if len(text) > largestKeyFile {
		return nil, fmt.Errorf("file %s is larger than %d bytes, which no file of keys is", path, largestKeyFile)
	}
	return text, nil
}
