package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ErrNothing says that nothing is left to read. It wraps no cause: the troubles
// are the causes.
var ErrNothing = errors.New("no audit log found")

// stdinName is how the shell's convention for standard input reads to people.
const stdinName = "standard input"

// Find looks for audit logs under paths: files, folders with all that is in
// them, patterns that the shell left alone, and "-", which is stdin. Of what is
// found in a folder, only what looks like an audit log is read; what was named is
// read if it has any known form. The beginning of each file is read to tell, that
// of stdin too: Find returns when something has arrived there.
//
// Streams are sorted by name within a path. Troubles say what is not read and
// why; the error is ErrNothing with advice if there is no stream at all.
func Find(paths []string, stdin io.Reader) ([]Stream, []Trouble, error) {
	f := finder{stdin: stdin, sizes: map[int64][]fs.FileInfo{}}
	for _, path := range paths {
		f.path(path)
	}
	nameServers(f.found)
	streams := make([]Stream, len(f.found))
	for i, found := range f.found {
		streams[i] = found.Stream
	}
	if len(streams) > 0 {
		return streams, f.troubles, nil
	}
	if len(paths) == 0 {
		return nil, f.troubles, fmt.Errorf("%w: name files, folders or patterns, or - for standard input", ErrNothing)
	}
	if len(f.troubles) == 0 {
		return nil, nil, fmt.Errorf("%w: there is no file in %s", ErrNothing, strings.Join(paths, ", "))
	}
	worst := slices.MinFunc(f.troubles, func(a, b Trouble) int { return rank(a) - rank(b) })
	return nil, f.troubles, fmt.Errorf("%w: %w", ErrNothing, worst)
}

// rank puts what hides something before the rest, to name it in the error.
func rank(t Trouble) int {
	if t.Hides() {
		return 0
	}
	return 1
}

// finder collects what is found.
type finder struct {
	stdin    io.Reader
	found    []located
	troubles []Trouble
	sizes    map[int64][]fs.FileInfo // of what is read, to know it again
}

// located is a stream, and where its file lies.
type located struct {
	Stream
	file string
}

func (f *finder) trouble(name string, fault Fault, detail string) {
	f.troubles = append(f.troubles, Trouble{Name: name, Fault: fault, Detail: detail})
}

// path looks at one path that was named.
func (f *finder) path(path string) {
	if path == "-" {
		if f.stdin == nil {
			f.trouble(stdinName, Twice, "")
			return
		}
		f.pipe(stdinName, io.NopCloser(f.stdin))
		f.stdin = nil
		return
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(path, "*?[") {
		f.pattern(path)
		return
	}
	switch {
	case err != nil:
		f.troubles = append(f.troubles, failure(path, err))
	case info.IsDir():
		f.folder(path)
	case info.Mode().IsRegular():
		f.file(path, info, true)
	case info.Mode()&fs.ModeNamedPipe != 0:
		f.fifo(path)
	default:
		f.trouble(path, Device, "")
	}
}

func (f *finder) pattern(pattern string) {
	matches, err := filepath.Glob(pattern)
	if err != nil {
		f.trouble(pattern, Missing, "a bad pattern: "+err.Error())
		return
	}
	if len(matches) == 0 {
		f.trouble(pattern, Missing, "nothing matches the pattern")
	}
	for _, match := range matches {
		if !strings.ContainsAny(match, "*?[") {
			f.path(match)
			continue
		}
		if info, err := os.Stat(match); err == nil && info.Mode().IsRegular() {
			f.file(match, info, true) // its name holds such a letter itself
		}
	}
}

// known says whether a file is read already under some name.
func (f *finder) known(info fs.FileInfo) bool {
	return slices.ContainsFunc(f.sizes[info.Size()], func(other fs.FileInfo) bool { return os.SameFile(info, other) })
}
