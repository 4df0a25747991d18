package controlplane

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// writeModule writes a module into dir that requires nothing but the recipe's
// module. For Kubernetes it also redirects the staging modules: inside the
// Kubernetes repository they are folders, required as v0.0.0, while the world
// outside must use their published copies.
func writeModule(ctx context.Context, r recipe, dir string, log io.Writer) error {
	file := new(modfile.File)
	if err := errors.Join(
		file.AddModuleStmt("build.invalid/"+r.name),
		file.AddGoStmt("1.26"),
		file.AddRequire(r.module, r.version),
	); err != nil {
		return fmt.Errorf("write the build module: %w", err)
	}
	path := filepath.Join(dir, "go.mod")
	if err := writeMod(path, file); err != nil {
		return err
	}
	if r.staging == "" {
		return nil
	}
	upstream, err := upstreamMod(ctx, r, dir, log)
	if err != nil {
		return fmt.Errorf("read go.mod of %s@%s: %w", r.module, r.version, err)
	}
	for _, name := range stagingModules(upstream) {
		if err := file.AddReplace(name, "", name, r.staging); err != nil {
			return fmt.Errorf("replace %s: %w", name, err)
		}
	}
	return writeMod(path, file)
}

func writeMod(path string, file *modfile.File) error {
	text, err := file.Format()
	if err != nil {
		return fmt.Errorf("format %s: %w", path, err)
	}
	return os.WriteFile(path, text, 0o644)
}

// upstreamMod is the go.mod that the recipe's module was published with.
func upstreamMod(ctx context.Context, r recipe, dir string, log io.Writer) (*modfile.File, error) {
	var out bytes.Buffer
	if err := goCommand(ctx, dir, &out, log, "mod", "download", "-json", r.module+"@"+r.version); err != nil {
		return nil, fmt.Errorf("go mod download: %w: %s", err, out.String())
	}
	var got struct{ GoMod string }
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		return nil, fmt.Errorf("go mod download: %w", err)
	}
	text, err := os.ReadFile(got.GoMod)
	if err != nil {
		return nil, err
	}
	return modfile.Parse(got.GoMod, text, nil)
}

// stagingModules are those that upstream keeps in its own repository: required
// as v0.0.0 or replaced by a folder below ./staging.
func stagingModules(upstream *modfile.File) []string {
	seen := map[string]bool{}
	var names []string
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, require := range upstream.Require {
		if require.Mod.Version == "v0.0.0" {
			add(require.Mod.Path)
		}
	}
	for _, replace := range upstream.Replace {
		if strings.HasPrefix(replace.New.Path, "./staging/") {
			add(replace.Old.Path)
		}
	}
	return names
}
