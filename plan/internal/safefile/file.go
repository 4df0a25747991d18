package safefile

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Create makes a file that must not exist, not even as a symbolic link, and
// opens it for writing. The error is fs.ErrExist if something is in its place.
func (f *Folder) Create(name string) (*os.File, error) {
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make file %s: %w", f.Join(name), plain(err))
	}
	if err := file.Chmod(0o600); err != nil { // a umask may have taken bits away
		_ = file.Close()
		_ = f.Remove(name)
		return nil, fmt.Errorf("make file %s: %w", f.Join(name), plain(err))
	}
	return file, nil
}

// Open opens a file that must exist, with flags of package os.
func (f *Folder) Open(name string, flags int) (*os.File, error) {
	before, err := f.root.Lstat(name)
	if err != nil {
		return nil, fmt.Errorf("file %s: %w", f.Join(name), plain(err))
	}
	if err := checkFile(f.Join(name), before); err != nil {
		return nil, err
	}
	file, err := f.root.OpenFile(name, flags, 0)
	if err != nil {
		return nil, fmt.Errorf("open file %s: %w", f.Join(name), plain(err))
	}
	after, err := file.Stat()
	if err == nil && !os.SameFile(before, after) {
		err = errors.New("it was replaced while it was being opened")
	}
	if err != nil {
		_ = file.Close() // nothing was done with it
		return nil, fmt.Errorf("file %s: %w", f.Join(name), err)
	}
	return file, nil
}

// OpenOrCreate opens a file, and makes it where it is missing.
func (f *Folder) OpenOrCreate(name string, flags int) (*os.File, error) {
	file, err := f.Create(name)
	if err == nil {
		err = file.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return f.Open(name, flags)
}

// Read returns what is in a file of up to max bytes.
func (f *Folder) Read(name string, max int64) ([]byte, error) {
	file, err := f.Open(name, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	b, err := io.ReadAll(io.LimitReader(file, max+1))
	if err != nil {
		return nil, fmt.Errorf("read file %s: %w", f.Join(name), plain(err))
	}
	if int64(len(b)) > max {
		return nil, fmt.Errorf("file %s is larger than %d bytes, which no file of its kind is", f.Join(name), max)
	}
	return b, nil
}

// Write makes a file that must not exist and puts it and its name on the disk.
// A file that could not be written whole is removed.
func (f *Folder) Write(name string, b []byte) error {
	file, err := f.Create(name)
	if err != nil {
		return err
	}
	err = f.fill(file, name, b)
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		_ = f.Remove(name) // the first error tells more
	}
	return err
}

// Replace writes a file as a whole or not at all: a new one is written aside,
// put on the disk, and takes the old one's place.
func (f *Folder) Replace(name string, b []byte) error {
	if old, err := f.root.Lstat(name); err == nil {
		if err := checkFile(f.Join(name), old); err != nil {
			return err
		}
	}
	aside := "." + name + "." + rand.Text()
	file, err := f.Create(aside)
	if err != nil {
		return err
	}
	err = f.fill(file, name, b)
	if err == nil {
		if err = f.root.Rename(aside, name); err != nil {
			err = fmt.Errorf("replace file %s: %w", f.Join(name), plain(err))
		}
	}
	if err != nil {
		_ = f.Remove(aside) // the first error tells more
		return err
	}
	return f.Sync()
}

// fill writes a new file, puts it on the disk and closes it.
func (f *Folder) fill(file *os.File, name string, b []byte) error {
	_, err := io.Copy(file, bytes.NewReader(b))
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("write file %s: %w", f.Join(name), plain(err))
	}
	return nil
}

// plain takes the path out of an error whose message names it already.
func plain(err error) error {
	var withPath *fs.PathError
	if errors.As(err, &withPath) {
		return withPath.Err
	}
	return err
}
