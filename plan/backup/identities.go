package backup

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"filippo.io/age/armor"
	"golang.org/x/crypto/ssh"
)

// Identities are secret keys that open sealed backups. They may be used by many
// goroutines.
type Identities []age.Identity

// Ask asks for a passphrase. The text says for what.
type Ask func(text string) (string, error)

// maxWorkFactor bounds what a hostile file can make us compute for a passphrase:
// 2^22 rounds of scrypt take some 15 s and 4 GiB.
const maxWorkFactor = 22

// ReadIdentities reads a file of secret keys: of age, also sealed with a
// passphrase, or one of SSH, also with a passphrase. ask may be nil if there is
// nobody to ask. No error quotes the file.
func ReadIdentities(path string, ask Ask) (Identities, error) {
	text, err := readKeyFile(path)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	begin := bytes.TrimSpace(text[:min(len(text), 1024)])
	switch {
	case bytes.HasPrefix(begin, []byte("age-encryption.org/")), bytes.HasPrefix(begin, []byte(armor.Header)):
		return unlock(path, text, ask)
	case bytes.HasPrefix(begin, []byte("-----BEGIN")):
		id, err := sshIdentity(path, text, ask)
		if err != nil {
			return nil, err
		}
		return Identities{id}, nil
	}
	list, err := age.ParseIdentities(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("file %s holds no secret key that can be read: want AGE-SECRET-KEY-1…, or an SSH key of kind ed25519 or rsa", path)
	}
	return list, nil
}

// unlock reads a file of age keys that a passphrase seals.
func unlock(path string, text []byte, ask Ask) (Identities, error) {
	passphrase, err := asked(ask, "Passphrase of "+path)
	if err != nil {
		return nil, err
	}
	key, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, fmt.Errorf("file %s: %w", path, err)
	}
	key.SetMaxWorkFactor(maxWorkFactor)
	var in io.Reader = bytes.NewReader(text)
	if !bytes.HasPrefix(text, []byte("age-")) {
		in = armor.NewReader(in)
	}
	opened, err := age.Decrypt(in, key)
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return nil, fmt.Errorf("file %s: the passphrase is another, or none seals it", path)
	}
	if err != nil {
		return nil, fmt.Errorf("file %s: %w", path, err)
	}
	keys, err := io.ReadAll(io.LimitReader(opened, largestKeyFile))
	defer clear(keys)
	if err != nil {
		return nil, fmt.Errorf("file %s: %w", path, err)
	}
	list, err := age.ParseIdentities(bytes.NewReader(keys))
	if err != nil {
		return nil, fmt.Errorf("file %s: what it seals is no secret key", path)
	}
	return list, nil
}

// sshIdentity reads an SSH key. Its passphrase is asked for when it is needed
// first.
func sshIdentity(path string, text []byte, ask Ask) (age.Identity, error) {
	id, err := agessh.ParseIdentity(text)
	var locked *ssh.PassphraseMissingError
	if !errors.As(err, &locked) {
		if err != nil {
			return nil, fmt.Errorf("file %s holds no SSH key that age can use: want ed25519 or rsa", path)
		}
		return id, nil
	}
	public := locked.PublicKey
	if public == nil { // an old format, which does not tell it
		beside, err := os.ReadFile(path + ".pub")
		if err == nil {
			public, _, _, _, err = ssh.ParseAuthorizedKey(beside)
		}
		if err != nil {
			return nil, fmt.Errorf("file %s needs its public key in %s.pub beside it: %w", path, path, err)
		}
	}
	enter := func() ([]byte, error) {
		passphrase, err := asked(ask, "Passphrase of "+path)
		return []byte(passphrase), err
	}
	one, err := agessh.NewEncryptedSSHIdentity(public, bytes.Clone(text), enter)
	if err != nil {
		return nil, fmt.Errorf("file %s holds no SSH key that age can use: want ed25519 or rsa", path)
	}
	return &oneAtATime{identity: one}, nil
}

// oneAtATime guards an identity that remembers its passphrase, so that people are
// asked once.
type oneAtATime struct {
	mu       sync.Mutex
	identity age.Identity
}

// Unwrap is age.Identity's.
func (o *oneAtATime) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.identity.Unwrap(stanzas)
}

func asked(ask Ask, text string) (string, error) {
	if ask == nil {
		return "", fmt.Errorf("%s is needed, and nobody is there to ask", strings.ToLower(text[:1])+text[1:])
	}
	passphrase, err := ask(text)
	if err == nil && passphrase == "" {
		err = errors.New("it is empty")
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", text, err)
	}
	return passphrase, nil
}
