package backup

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"filippo.io/age"

	"timebound/plan/internal/safefile"
)

// KeyFile is the name of the file that a passphrase opens. To compute a key from
// a passphrase takes a second, on purpose; so the passphrase seals one key, and
// that key seals the backups of the folder. With the stock program:
//
//	age -d -i key.age payments_builder-token.age
const KeyFile = "key.age"

// workFactor is age's own: 2^18 rounds of scrypt, a second.
const workFactor = 18

// SealByPassphrase keeps bytes in a folder so that a passphrase opens them. The
// folder's key is made where it is missing; otherwise the passphrase must be the
// one it was made with. Every backup is opened again after it was written.
func SealByPassphrase(dir string, ask Ask) (Sealing, error) {
	return sealByPassphrase(dir, ask, workFactor)
}

func sealByPassphrase(dir string, ask Ask, work int) (Sealing, error) {
	folder, err := safefile.Make(dir)
	if err != nil {
		return Sealing{}, fmt.Errorf("backup: %w", err)
	}
	defer func() { _ = folder.Close() }() // its files are closed
	_, err = folder.Read(KeyFile, largestKeyFile)
	if errors.Is(err, fs.ErrNotExist) {
		ask, err = makeKey(folder, ask, work)
	}
	if err != nil {
		return Sealing{}, fmt.Errorf("backup: %w", err)
	}
	list, err := FolderKey(dir, ask)
	if err != nil {
		return Sealing{}, err
	}
	key, ok := list[0].(*age.X25519Identity)
	if !ok {
		return Sealing{}, fmt.Errorf("backup: file %s was not made by this program", folder.Join(KeyFile))
	}
	to, err := ParseRecipients([]string{key.Recipient().String()}, nil)
	if err != nil {
		return Sealing{}, err
	}
	return SealTo(to, list)
}

// FolderKey opens the key of a folder with the passphrase. The error is
// fs.ErrNotExist if the folder has none.
func FolderKey(dir string, ask Ask) (Identities, error) {
	folder, err := safefile.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	defer func() { _ = folder.Close() }() // it was only read
	text, err := folder.Read(KeyFile, largestKeyFile)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	list, err := unlock(folder.Join(KeyFile), text, ask)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	return list, nil
}

// makeKey makes the key of a folder. What it returns gives the same passphrase
// again.
func makeKey(folder *safefile.Folder, ask Ask, work int) (Ask, error) {
	passphrase, err := asked(ask, "New passphrase for "+folder.Join(KeyFile))
	if err != nil {
		return nil, err
	}
	to, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, err
	}
	to.SetWorkFactor(work)
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, to)
	if err == nil {
		_, err = w.Write([]byte(key.String() + "\n"))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("seal a key: %w", err)
	}
	return func(string) (string, error) { return passphrase, nil }, folder.Write(KeyFile, sealed.Bytes())
}
