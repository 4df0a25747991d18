package source

import (
	"bytes"
	"io"
	"io/fs"
	"os"

	"timebound/k8s/audit/wrap"
)

// headSize is how much of a log is looked at to tell what it is.
const headSize = 64 << 10

// file looks at a regular file.
func (f *finder) file(path string, info fs.FileInfo, named bool) {
	if f.known(info) {
		f.trouble(path, Twice, "")
		return
	}
	file, err := os.Open(path)
	if err != nil {
		f.troubles = append(f.troubles, failure(path, err))
		return
	}
	defer func() { _ = file.Close() }()
	opened, err := file.Stat()
	if err != nil || !os.SameFile(info, opened) {
		f.trouble(path, Unreadable, "it was replaced while it was looked at; try again")
		return
	}
	look := unpack(file, headSize)
	defer look.close()
	shape, ok := f.judge(path, look, named)
	if !ok {
		return
	}
	s := Stream{Name: path, Size: info.Size(), Shape: shape, Open: func() (io.ReadCloser, error) { return openFile(path) }}
	if look.layers == 0 && !look.marked && shape == Lines {
		s.Path = path
	}
	f.sizes[info.Size()] = append(f.sizes[info.Size()], info)
	f.found = append(f.found, located{Stream: s, file: path})
}

// openFile gives what is in a file by now, without a wait if it became a pipe.
func openFile(path string) (io.ReadCloser, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		return nil, failure(path, err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		_ = file.Close()
		return nil, Trouble{Name: path, Fault: Device}
	}
	return &reading{name: path, unpacked: unpack(file, 1), under: file}, nil
}

// fifo looks at a named pipe, as the shell's <(…) is. Opening one waits for a
// writer, for ever if need be: so it is opened without, and must have one.
func (f *finder) fifo(path string) {
	file, err := os.OpenFile(path, os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		f.troubles = append(f.troubles, failure(path, err))
		return
	}
	f.pipe(path, file)
}

// pipe looks at what can be read once.
func (f *finder) pipe(name string, r io.ReadCloser) {
	look := unpack(r, 1)
	shape, ok := f.judge(name, look, true)
	if !ok {
		look.close()
		_ = r.Close()
		return
	}
	once := &reading{name: name, unpacked: look, under: r}
	f.found = append(f.found, located{Stream: Stream{Name: name, Shape: shape, Open: func() (io.ReadCloser, error) {
		if once == nil {
			return nil, Trouble{Name: name, Fault: Unreadable, Detail: "a pipe can be read once"}
		}
		r := once
		once = nil
		return r, nil
	}}})
}

// judge tells the shape from the head, or the trouble.
func (f *finder) judge(name string, look *unpacked, named bool) (Shape, bool) {
	head, whole := look.head, look.ended
	switch form := wrap.Sniff(head, whole); {
	case look.err != nil && len(head) == 0:
		f.troubles = append(f.troubles, failure(name, look.err))
	case isUTF16(head):
		f.trouble(name, UTF16, "")
	case packing(head) != "":
		f.trouble(name, Packed, packing(head))
	case form == wrap.Legacy:
		f.trouble(name, LegacyText, "")
	case form == wrap.Empty && named && !whole:
		return Lines, true // blanks or NULs up to here: a file that was truncated while it was written
	case form == wrap.Empty:
		f.trouble(name, Empty, "")
	case named && form == wrap.Unknown:
		f.trouble(name, Foreign, "")
	case !named && (form == wrap.Unknown || !wrap.Looks(head)):
		f.trouble(name, Unlikely, "")
	case form == wrap.Document:
		return Document, true
	default:
		return Lines, true
	}
	return 0, false
}

// isUTF16 tells UTF-16 by its mark, or by the zeros of its first letters.
func isUTF16(head []byte) bool {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return true
	}
	return len(head) >= 4 && (head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0 ||
		head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0)
}

// packings are how files begin that have to be unpacked by others.
var packings = []struct{ name, magic string }{
	{"bzip2", "BZh"}, {"xz", "\xfd7zXZ\x00"}, {"zip", "PK\x03\x04"}, {"lz4", "\x04\x22\x4d\x18"}, {"7z", "7z\xbc\xaf\x27\x1c"},
}

func packing(head []byte) string {
	for _, p := range packings {
		if bytes.HasPrefix(head, []byte(p.magic)) {
			return p.name
		}
	}
	const tarMark = 257
	if len(head) > tarMark+5 && string(head[tarMark:tarMark+5]) == "ustar" {
		return "tar"
	}
	return ""
}
