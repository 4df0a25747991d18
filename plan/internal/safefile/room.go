package safefile

import (
	"crypto/rand"
	"fmt"
)

// CanWrite says why need bytes could not be put into the folder: too little
// space, or a file that cannot be written, put on the disk and removed. It is a
// look ahead, not a promise: others may take the space.
func (f *Folder) CanWrite(need int64) error {
	free, err := freeBytes(f.path)
	if err != nil {
		return fmt.Errorf("free space of folder %s: %w", f.path, err)
	}
	if free < need {
		return fmt.Errorf("folder %s has %s free and %s are needed: make room, or choose another folder", f.path, size(free), size(need))
	}
	probe := ".probe-" + rand.Text()
	if err := f.Write(probe, make([]byte, 4096)); err != nil {
		return fmt.Errorf("folder %s cannot be written: %w; make room or make it writable, or choose another folder", f.path, err)
	}
	if err := f.Remove(probe); err != nil {
		return fmt.Errorf("folder %s: remove a test file: %w", f.path, err)
	}
	return nil
}

func size(bytes int64) string {
	switch {
	case bytes < 10<<10:
		return fmt.Sprintf("%d bytes", bytes)
	case bytes < 10<<20:
		return fmt.Sprintf("%d KiB", bytes>>10)
	}
	return fmt.Sprintf("%d MiB", bytes>>20)
}
