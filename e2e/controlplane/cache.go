package controlplane

import (
	"fmt"
	"os"
	"path/filepath"
)

// CacheDir is the folder that keeps built binaries, build logs and generated
// modules: $TIMEBOUND_E2E_CACHE, or timebound-e2e in the user's cache folder.
// It may be deleted at any time; the next build fills it again.
func CacheDir() (string, error) {
	if dir := os.Getenv("TIMEBOUND_E2E_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache folder: %w; set TIMEBOUND_E2E_CACHE", err)
	}
	return filepath.Join(base, "timebound-e2e"), nil
}

// workspace is where one recipe is built and kept.
type workspace struct {
	bin  string // the finished binaries; present only when all are there
	src  string // the generated module
	log  string // output of the last build
	lock string // held while building
}

func openWorkspace(r recipe) (workspace, error) {
	cache, err := CacheDir()
	if err != nil {
		return workspace{}, err
	}
	w := workspace{
		bin:  filepath.Join(cache, "bin", r.key()),
		src:  filepath.Join(cache, "src", r.key()),
		log:  filepath.Join(cache, "log", r.key()+".log"),
		lock: filepath.Join(cache, "lock", r.key()),
	}
	for _, dir := range []string{filepath.Dir(w.bin), w.src, filepath.Dir(w.log), filepath.Dir(w.lock)} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return workspace{}, fmt.Errorf("prepare the cache: %w; set TIMEBOUND_E2E_CACHE to a writable folder", err)
		}
	}
	return w, nil
}

// holds reports whether the recipe's binaries are all in the cache.
func (w workspace) holds(r recipe) bool {
	for name := range r.commands {
		if info, err := os.Stat(filepath.Join(w.bin, name)); err != nil || !info.Mode().IsRegular() {
			return false
		}
	}
	return true
}
