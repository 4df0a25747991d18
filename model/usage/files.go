package usage

import (
	"cmp"
	"slices"
	"strings"
)

// File is one file that was read, by the name it had.
type File struct {
	Name string
	// First is the auditID of its first event: rotated copies of a log share it.
	First string
	Bytes uint64
}

// FileKey tells files apart: a log that has grown is still the same.
type FileKey struct{ Name, First string }

func (k FileKey) compare(o FileKey) int {
	return cmp.Or(strings.Compare(k.Name, o.Name), strings.Compare(k.First, o.First))
}

// Read notes a file. Of more than maxFiles the first in order are kept.
func (src *Source) Read(f File) {
	f.Name, f.First = string(appendFit(nil, f.Name)), string(appendFit(nil, f.First))
	key := FileKey{f.Name, f.First}
	if old, found := src.Files[key]; found {
		f.Bytes = max(f.Bytes, old.Bytes)
	} else if src.mostFiles > 0 && len(src.Files) >= src.mostFiles {
		src.MoreFiles = true
		last := src.fileKeys()[len(src.Files)-1]
		if key.compare(last) > 0 {
			return
		}
		delete(src.Files, last)
	}
	src.Files[key] = f
}

// fileKeys lists the files in order.
func (src *Source) fileKeys() []FileKey {
	keys := make([]FileKey, 0, len(src.Files))
	for k := range src.Files {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, FileKey.compare)
	return keys
}

// Overlap names the files that both summaries tell of, in order: those that begin
// with the same event. Merging the two would count what is in them twice.
func Overlap(a, b *Summary) []string {
	known := map[string]bool{}
	for _, src := range b.Sources {
		for k := range src.Files {
			known[k.First] = true
		}
	}
	var names []string
	for _, src := range a.Sources {
		for k := range src.Files {
			if k.First != "" && known[k.First] {
				names = append(names, k.Name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
