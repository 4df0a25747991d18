package source

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxFiles bounds how many files of a folder are looked at.
const maxFiles = 200_000

// maxNamed is how many files of a folder are named that are no logs.
const maxNamed = 3

// folder looks at all that is in a folder. Links are not followed: a target in
// the folder is met by its own name, one outside was not asked for.
func (f *finder) folder(root string) {
	files, troubles := 0, len(f.troubles)
	// The walk does not start on a link to a folder, unless it ends in a separator.
	walked := strings.TrimRight(root, string(filepath.Separator)) + string(filepath.Separator)
	err := filepath.WalkDir(walked, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			f.troubles = append(f.troubles, failure(path, err))
			if entry != nil && entry.IsDir() {
				return fs.SkipDir
			}
		case entry.IsDir():
			return f.enter(path)
		case entry.Type()&fs.ModeSymlink != 0:
			f.link(root, path)
		case !entry.Type().IsRegular():
			f.trouble(path, Device, "")
		default:
			if files++; files > maxFiles {
				f.trouble(root, TooMany, fmt.Sprintf("looked at %d", maxFiles))
				return fs.SkipAll
			}
			f.member(path, entry)
		}
		return nil
	})
	if err != nil {
		f.troubles = append(f.troubles, failure(root, err))
	}
	f.troubles = append(f.troubles[:troubles], gathered(f.troubles[troubles:])...)
}

// enter leaves out the folders of must-gather that are of no interest.
func (f *finder) enter(path string) error {
	if filepath.Base(filepath.Dir(path)) != gatherFolder {
		return nil
	}
	switch filepath.Base(path) {
	case "etcd", "oauth-server":
		f.trouble(path, Uninvolved, "")
		return fs.SkipDir
	}
	return nil
}

// member looks at a regular file.
func (f *finder) member(path string, entry fs.DirEntry) {
	if strings.HasSuffix(path, ".audit_logs_listing") && strings.Contains(filepath.ToSlash(path), "/"+gatherFolder+"/") {
		return // must-gather's list of what it gathered
	}
	info, err := entry.Info()
	if err != nil {
		f.troubles = append(f.troubles, failure(path, err))
		return
	}
	f.file(path, info, false)
}

// link tells of a link that leads out of the folder, or nowhere.
func (f *finder) link(root, path string) {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		f.troubles = append(f.troubles, failure(path, err))
		return
	}
	inside, err := filepath.EvalSymlinks(root)
	if err != nil {
		f.troubles = append(f.troubles, failure(root, err))
		return
	}
	if rel, err := filepath.Rel(inside, target); err == nil && filepath.IsLocal(rel) {
		return
	}
	if info, err := os.Stat(target); err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return // /dev/null, say: nothing to name
	}
	f.trouble(path, LinkedOut, "it leads to "+target)
}

// gathered puts the many files of a folder that are no logs into one trouble.
func gathered(troubles []Trouble) []Trouble {
	var kept []Trouble
	counts, names := map[string]int{}, map[string][]string{}
	for _, t := range troubles {
		if t.Fault != Unlikely {
			kept = append(kept, t)
			continue
		}
		folder := filepath.Dir(t.Name)
		if counts[folder]++; len(names[folder]) < maxNamed {
			names[folder] = append(names[folder], filepath.Base(t.Name))
		}
	}
	folders := make([]string, 0, len(counts))
	for folder := range counts {
		folders = append(folders, folder)
	}
	slices.Sort(folders)
	for _, folder := range folders {
		first := strings.Join(names[folder], ", ")
		if counts[folder] == 1 {
			kept = append(kept, Trouble{Name: filepath.Join(folder, first), Fault: Unlikely})
			continue
		}
		if more := counts[folder] - len(names[folder]); more > 0 {
			first += fmt.Sprintf(" and %d others", more)
		}
		kept = append(kept, Trouble{Name: folder, Fault: Unlikely, Detail: first})
	}
	return kept
}
