package planfile

import (
	"os"
	"path/filepath"
)

// Replace writes a file as a whole or not at all: a new one is written aside,
// put on the disk, and takes the old one's place and mode.
func Replace(name string, text []byte) error {
	mode := os.FileMode(0o644)
	if old, err := os.Stat(name); err == nil {
		mode = old.Mode().Perm()
	}
	aside, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(aside.Name()) }() // gone already where all went well
	_, err = aside.Write(text)
	if err == nil {
		err = aside.Chmod(mode)
	}
	if err == nil {
		err = aside.Sync()
	}
	if closing := aside.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return os.Rename(aside.Name(), name)
}
