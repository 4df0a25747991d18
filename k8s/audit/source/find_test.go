//go:build unix

package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const line = `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"1","stage":"ResponseComplete"}` + "\n"

func gz(texts ...string) string {
	var b bytes.Buffer
	for _, text := range texts { // one member each
		w := gzip.NewWriter(&b)
		_, _ = w.Write([]byte(text))
		_ = w.Close()
	}
	return b.String()
}

func zst(t *testing.T, text string, o ...zstd.EOption) string {
	t.Helper()
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b, o...)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

// tree writes files, and gives the folder they are in.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// told is what is found, as lines of words: paths relative to the folder.
func told(dir string, streams []Stream, troubles []Trouble) (found, faults []string) {
	for _, s := range streams {
		how := "stream"
		if s.Path != "" {
			how = "file"
		}
		name, err := filepath.Rel(dir, s.Name)
		if err != nil {
			name = s.Name
		}
		found = append(found, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", name, how, [...]string{"lines", "document"}[s.Shape], s.Server)))
	}
	for _, t := range troubles {
		name, err := filepath.Rel(dir, t.Name)
		if err != nil {
			name = t.Name
		}
		faults = append(faults, fmt.Sprintf("%s %d %s", name, t.Fault, t.Detail))
	}
	slices.Sort(found)
	slices.Sort(faults)
	return found, faults
}

func content(t *testing.T, s Stream) string {
	t.Helper()
	r, err := s.Open()
	if err != nil {
		t.Fatalf("open %s: %v", s.Name, err)
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Errorf("read %s: %v", s.Name, err)
	}
	return string(b)
}

func TestFindTellsFormsByContent(t *testing.T) {
	long := strings.Repeat(line, 2000)
	pretty := "{\n  \"kind\": \"Event\",\n  \"auditID\": \"1\"\n}\n"
	for name, c := range map[string]struct {
		text, want, content string
		fault               Fault // if want is ""
	}{
		"lines":              {text: long, want: "x file lines"},
		"one line":           {text: strings.TrimSuffix(line, "\n"), want: "x file lines"},
		"with a mark":        {text: "\xef\xbb\xbf" + long, want: "x stream lines", content: long},
		"gzip":               {text: gz(long), want: "x stream lines", content: long},
		"gzip in members":    {text: gz(line, long, "", line), want: "x stream lines", content: line + long + line},
		"gzip of gzip":       {text: gz(gz(long)), want: "x stream lines", content: long},
		"gzip with a mark":   {text: gz("\xef\xbb\xbf" + line), want: "x stream lines", content: line},
		"zstd":               {text: zst(t, long), want: "x stream lines", content: long},
		"zstd in frames":     {text: zst(t, line) + zst(t, line), want: "x stream lines", content: line + line},
		"pretty":             {text: pretty, want: "x stream document", content: pretty},
		"pretty, compressed": {text: zst(t, pretty), want: "x stream document", content: pretty},
		"array":              {text: "[\n" + line + "]", want: "x stream document"},
		"list":               {text: `{"kind":"EventList","items":[` + strings.Repeat(strings.TrimSpace(line)+",", 2000), want: "x stream document"},
		"webhook's lists":    {text: strings.Repeat(`{"kind":"EventList","items":[{"auditID":"1"}]}`+"\n", 9), want: "x file lines"},
		"concatenated":       {text: strings.Repeat(strings.TrimSpace(line), 9), want: "x stream document"},
		"a long first line":  {text: `{"kind":"Event","auditID":"1","requestObject":{"items":[` + strings.Repeat(`"x",`, 40000), want: "x file lines"},
		"node":               {text: "cp-1 " + line, want: "x file lines"},
		"packed lines":       {text: `{"awslogs":{"data":"H4sIAAA"}}` + "\n", want: "x stream document"},
		"a broken first":     {text: "{\"kind\":\"Ev\n" + long, want: "x file lines"},
		"NULs first":         {text: strings.Repeat("\x00", 4096) + long, want: "x file lines"},
		"NULs only":          {text: strings.Repeat("\x00", 2*headSize), want: "x file lines"},
		"empty":              {text: "", fault: Empty},
		"compressed nothing": {text: gz(""), fault: Empty},
		"UTF-16":             {text: "\xff\xfe{\x00\"\x00k\x00", fault: UTF16},
		"UTF-16, bare":       {text: "{\x00\"\x00k\x00", fault: UTF16},
		"UTF-16, big":        {text: "\x00{\x00\"\x00k", fault: UTF16},
		"legacy":             {text: `2026-05-01T12:00:00.250000000Z AUDIT: id="1" stage="ResponseComplete" ip="10.1.2.3"` + "\n", fault: LegacyText},
		"text":               {text: "hello\nworld\n", fault: Foreign},
		"xz":                 {text: "\xfd7zXZ\x00abc", fault: Packed},
		"tar in gzip":        {text: gz(strings.Repeat("a", 257) + "ustar\x0000"), fault: Packed},
		"gzip's head only":   {text: "\x1f\x8b\x08", fault: Unreadable},
		"gzip three times":   {text: gz(gz(gz(line))), fault: Foreign},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(tree(t, map[string]string{"x": c.text}), "x")
			streams, troubles, err := Find([]string{path}, nil)
			found, _ := told(filepath.Dir(path), streams, troubles)
			if c.want == "" {
				if len(troubles) != 1 || troubles[0].Fault != c.fault || !errors.Is(err, ErrNothing) || len(found) > 0 {
					t.Fatalf("%v, %v, %v", found, troubles, err)
				}
				return
			}
			if err != nil || len(found) != 1 || found[0] != c.want {
				t.Fatalf("%v, %v, %v; want %s", found, troubles, err, c.want)
			}
			if got := content(t, streams[0]); c.content != "" && got != c.content || c.content == "" && got != c.text {
				t.Errorf("content differs: %d bytes", len(got))
			}
			if again := content(t, streams[0]); again != content(t, streams[0]) {
				t.Error("a file can be opened once only")
			}
			piped, _, err := Find([]string{"-"}, strings.NewReader(c.text))
			if err != nil || len(piped) != 1 || piped[0].Shape != streams[0].Shape || piped[0].Path != "" {
				t.Fatalf("from a pipe: %+v, %v", piped, err)
			}
			if got := content(t, piped[0]); c.content != "" && got != c.content || c.content == "" && got != c.text {
				t.Errorf("from a pipe, content differs: %d bytes", len(got))
			}
			if _, err := piped[0].Open(); err == nil {
				t.Error("a pipe can be read twice")
			}
		})
	}
}

func TestFindInFolders(t *testing.T) {
	dir := tree(t, map[string]string{
		"audit.log":                            line,
		"audit-2026-05-01T12-00-00.000.log":    line + line,
		"audit-2026-05-01T13-00-00.000.log.gz": gz(line),
		"a/readme.md":                          "# hello {world}",
		"a/values.json":                        `{"a":1}`,
		"a/three":                              "",
		"a/four":                               "x",
		"b/picture.png":                        "\x89PNG",
		"mg/image-1/audit_logs/kube-apiserver/cp-1-audit-2026-05-01T12-00-00.000.log.gz": gz(line),
		"mg/image-1/audit_logs/kube-apiserver/cp-1-audit.log.gz":                         gz(line + line),
		"mg/image-1/audit_logs/oauth-apiserver/cp-1-audit.log.gz":                        gz(line + line + line),
		"mg/image-1/audit_logs/etcd/cp-1-audit.log.gz":                                   gz(line),
		"mg/image-1/audit_logs/oauth-server/cp-1-audit.log.gz":                           gz(line),
		"mg/image-1/audit_logs/kube-apiserver.audit_logs_listing":                        "cp-1 audit.log",
	})
	outside := tree(t, map[string]string{"audit.log": line})
	for name, target := range map[string]string{"inside": "audit.log", "outside": filepath.Join(outside, "audit.log"), "out": outside, "loop": "..", "nowhere": "gone"} {
		if err := os.Symlink(target, filepath.Join(dir, "a", name)); err != nil {
			t.Fatal(err)
		}
	}
	_ = os.Remove(filepath.Join(dir, "a", "inside"))
	_ = os.Symlink("../audit.log", filepath.Join(dir, "a", "inside"))
	if err := syscall.Mkfifo(filepath.Join(dir, "b", "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	streams, troubles, err := Find([]string{dir, filepath.Join(dir, "audit.log"), filepath.Join(dir, "a", "inside")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	found, faults := told(dir, streams, troubles)
	gather := "mg/image-1/audit_logs/"
	wantFound := []string{
		"audit-2026-05-01T12-00-00.000.log file lines",
		"audit-2026-05-01T13-00-00.000.log.gz stream lines",
		"audit.log file lines",
		gather + "kube-apiserver/cp-1-audit-2026-05-01T12-00-00.000.log.gz stream lines cp-1",
		gather + "kube-apiserver/cp-1-audit.log.gz stream lines cp-1",
		gather + "oauth-apiserver/cp-1-audit.log.gz stream lines cp-1 (oauth-apiserver)",
	}
	if !slices.Equal(found, wantFound) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(found, "\n"), strings.Join(wantFound, "\n"))
	}
	wantFaults := []string{
		fmt.Sprintf("a %d four, readme.md, values.json", Unlikely),
		fmt.Sprintf("a/inside %d ", Twice),
		fmt.Sprintf("a/loop %d it leads to %s", LinkedOut, filepath.Dir(dir)),
		fmt.Sprintf("a/nowhere %d ", Missing),
		fmt.Sprintf("a/out %d it leads to %s", LinkedOut, outside),
		fmt.Sprintf("a/outside %d it leads to %s", LinkedOut, filepath.Join(outside, "audit.log")),
		fmt.Sprintf("a/three %d ", Empty),
		fmt.Sprintf("audit.log %d ", Twice),
		fmt.Sprintf("b/picture.png %d ", Unlikely),
		fmt.Sprintf("b/pipe %d ", Device),
		fmt.Sprintf("%setcd %d ", gather, Uninvolved),
		fmt.Sprintf("%soauth-server %d ", gather, Uninvolved),
	}
	// "loop" leads to the folder itself, which is not out of it.
	wantFaults = slices.Delete(wantFaults, 2, 3)
	if !slices.Equal(faults, wantFaults) {
		t.Errorf("faults\n%s\nwant\n%s", strings.Join(faults, "\n"), strings.Join(wantFaults, "\n"))
	}
}

func TestFindTellsServersByNames(t *testing.T) {
	for _, c := range []struct {
		files []string
		want  []string
	}{
		{[]string{"audit/audit.log", "audit/audit-2026-05-01T12-00-00.000.log"}, []string{"", ""}},
		{[]string{"cp-1/audit.log", "cp-2/audit.log"}, []string{"cp-1", "cp-2"}},
		{[]string{"cp-1/var/audit/audit.log", "cp-2/var/audit/audit.log"}, []string{"cp-1", "cp-2"}},
		{[]string{"cp-1-audit.log", "cp-2.example.com-audit-2026-05-01T12-00-00.000.log"}, []string{"cp-1", "cp-2.example.com"}},
		{[]string{"audit-cp-1.log", "audit-cp-1.log.1", "audit_cp-2.json"}, []string{"cp-1", "cp-1", "cp-2"}},
		{[]string{"kube-apiserver-audit.log", "kube-apiserver-audit.log.2"}, []string{"", ""}},
		{[]string{"cp-1-kube-apiserver-audit.log"}, []string{"cp-1"}},
		{[]string{"export.json", "k8s-audit.jsonl"}, []string{"", ""}},
	} {
		files := map[string]string{}
		for i, name := range c.files {
			files[name] = strings.Repeat(line, i+1)
		}
		dir := tree(t, files)
		streams, _, err := Find([]string{dir}, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, s := range streams {
			rel, _ := filepath.Rel(dir, s.Name)
			got[rel] = s.Server
		}
		for i, name := range c.files {
			if server, ok := got[name]; !ok || server != c.want[i] {
				t.Errorf("%v: %s is of %q, want %q", c.files, name, server, c.want[i])
			}
		}
	}
}

func TestFindByPattern(t *testing.T) {
	dir := tree(t, map[string]string{"audit-1.log": line, "audit-2.log": line, "other.log": line, "audit[3].log": line})
	streams, troubles, err := Find([]string{filepath.Join(dir, "audit-*.log"), filepath.Join(dir, "audit[3].log"), filepath.Join(dir, "none-*")}, nil)
	found, _ := told(dir, streams, nil)
	if want := []string{"audit-1.log file lines 1", "audit-2.log file lines 2", "audit[3].log file lines [3]"}; err != nil || !slices.Equal(found, want) {
		t.Errorf("%q, %v; want %q", found, err, want)
	}
	if len(troubles) != 1 || troubles[0].Fault != Missing || !troubles[0].Hides() {
		t.Errorf("troubles: %v", troubles)
	}
}

// What was passed over in a folder is read once it is named.
func TestFindReadsWhatIsNamed(t *testing.T) {
	dir := tree(t, map[string]string{"x": `{"log":"text"}` + "\n"})
	path := filepath.Join(dir, "x")
	streams, troubles, err := Find([]string{dir, path, path}, nil)
	if err != nil || len(streams) != 1 || streams[0].Path != path {
		t.Errorf("%v, %v", streams, err)
	}
	if len(troubles) != 2 || troubles[0].Fault != Unlikely || troubles[1].Fault != Twice || troubles[0].Hides() {
		t.Errorf("troubles: %v", troubles)
	}
}

func TestFindSaysWhatToDo(t *testing.T) {
	dir := tree(t, map[string]string{"audit.log": "\xff\xfe{\x00", "notes": "x"})
	for _, c := range []struct {
		paths []string
		want  string
	}{
		{nil, "name files, folders or patterns"},
		{[]string{filepath.Join(dir, "gone")}, "gone: is not there"},
		{[]string{filepath.Join(dir, "gone-*")}, "nothing matches"},
		{[]string{dir}, "audit.log: is UTF-16"},
		{[]string{t.TempDir()}, "there is no file in"},
		{[]string{os.DevNull}, "is no regular file"},
		{[]string{"/dev/zero"}, "is no regular file"},
	} {
		streams, _, err := Find(c.paths, nil)
		if len(streams) > 0 || !errors.Is(err, ErrNothing) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, %v; want %q", c.paths, streams, err, c.want)
		}
	}
	for fault, words := range faults {
		if words.text == "" {
			t.Errorf("fault %d has no words", fault)
		}
	}
}

func TestFindGoesOnWithoutPermission(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := tree(t, map[string]string{"closed/audit.log": line, "audit.log": line, "shut.log": line})
	_ = os.Chmod(filepath.Join(dir, "closed"), 0)
	_ = os.Chmod(filepath.Join(dir, "shut.log"), 0)
	defer func() { _ = os.Chmod(filepath.Join(dir, "closed"), 0o755) }()
	streams, troubles, err := Find([]string{dir}, nil)
	if err != nil || len(streams) != 1 || len(troubles) != 2 || troubles[0].Fault != Unreadable || troubles[1].Fault != Unreadable {
		t.Errorf("%v, %v, %v", streams, troubles, err)
	}
}

func TestNamedPipes(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, troubles, err := Find([]string{path}, nil); !errors.Is(err, ErrNothing) || len(troubles) != 1 {
		t.Errorf("a pipe without a writer: %v, %v", troubles, err)
	}
	writer, err := os.OpenFile(path, os.O_RDWR, 0) // does not wait for a reader
	if err != nil {
		t.Fatal(err)
	}
	_, _ = writer.WriteString(line)
	streams, troubles, err := Find([]string{path}, nil)
	if err != nil || len(streams) != 1 || streams[0].Path != "" {
		t.Fatalf("%v, %v, %v", streams, troubles, err)
	}
	go func() {
		time.Sleep(20 * time.Millisecond)
		_, _ = writer.WriteString(line)
		_ = writer.Close()
	}()
	if got := content(t, streams[0]); got != line+line {
		t.Errorf("%q", got)
	}
}
