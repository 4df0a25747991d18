package planfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"timebound/plan"
)

// MaxSize is the size in bytes beyond which a file is not read as a plan: one
// of 100,000 tokens has about a third of it.
const MaxSize = 512 << 20

// Problems with files.
var (
	// ErrNotAPlan says that a file is something else, or of another version.
	ErrNotAPlan = errors.New("not a plan of apiVersion " + plan.APIVersion)
	// ErrHash says that a plan was changed after it was written.
	ErrHash = errors.New("the content does not fit its hash")
	// ErrTooLarge says that a file is larger than any plan.
	ErrTooLarge = fmt.Errorf("larger than %d MB", MaxSize>>20)
)

// ReadFile reads a plan from a file; "-" reads in. What is wrong is told with
// line and field. The hash is not checked here: see CheckHash.
func ReadFile(name string, in io.Reader) (*plan.Plan, error) {
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("read plan: %w", err)
		}
		defer file.Close()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, MaxSize+1))
	if err == nil && len(text) > MaxSize {
		err = ErrTooLarge
	}
	if err != nil {
		return nil, fmt.Errorf("read plan %s: %w", name, err)
	}
	p, err := Read(text)
	if err != nil {
		return nil, fmt.Errorf("read plan %s: %w", name, err)
	}
	return p, nil
}

// Read reads a plan from the text of a file, YAML or JSON.
func Read(text []byte) (*plan.Plan, error) {
	read := readYAML
	if bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")) {
		read = readJSON
	}
	// The head is looked at first: a file of another kind should be called
	// that, not be told which of its fields a plan does not have.
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	if err := read(text, &head, false); err != nil {
		return nil, err
	}
	if head.Kind != plan.Kind || head.APIVersion != plan.APIVersion {
		return nil, fmt.Errorf("%w: it is kind %q of apiVersion %q", ErrNotAPlan, head.Kind, head.APIVersion)
	}
	var p plan.Plan
	if err := read(text, &p, true); err != nil {
		return nil, err
	}
	return &p, check(&p)
}

// CheckHash says whether a plan is as it was written. The error is ErrHash.
func CheckHash(p *plan.Plan) error {
	if p.Hash == "" {
		return fmt.Errorf("%w: it has none", ErrHash)
	}
	if got := Hash(p); got != p.Hash {
		return fmt.Errorf("%w: it says %s and is %s; somebody changed it after it was written", ErrHash, p.Hash, got)
	}
	return nil
}

func readJSON(text []byte, out any, strict bool) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if strict {
		decoder.DisallowUnknownFields()
	}
	err := decoder.Decode(out)
	if err == nil {
		if _, more := decoder.Token(); more != io.EOF {
			err = errors.New("something follows after the plan")
		}
	}
	if err == nil {
		return nil
	}
	offset := decoder.InputOffset()
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		return fmt.Errorf("line %d: field %s: %s where a %s belongs", lineOf(text, kind.Offset), kind.Field, kind.Value, kind.Type)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("line %d: the file ends in the middle", lineOf(text, int64(len(text))))
	}
	return fmt.Errorf("line %d: %s", lineOf(text, offset), strings.TrimPrefix(err.Error(), "json: "))
}

func lineOf(text []byte, offset int64) int {
	return 1 + bytes.Count(text[:min(max(0, int(offset)), len(text))], []byte("\n"))
}

func readYAML(text []byte, out any, strict bool) error {
	reader := yaml.NewDecoder(bytes.NewReader(text))
	var root yaml.Node
	switch err := reader.Decode(&root); {
	case errors.Is(err, io.EOF):
		return errors.New("the file is empty")
	case err != nil:
		return errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	var more yaml.Node
	if err := reader.Decode(&more); !errors.Is(err, io.EOF) {
		return errors.New("something follows after the plan")
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) != 1 {
		return errors.New("the file is empty")
	}
	return decoder{lax: !strict}.decode(root.Content[0], reflect.ValueOf(out).Elem(), "")
}
