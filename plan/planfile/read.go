package planfile

import (
	"bytes"
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
		defer func() { _ = file.Close() }()
		in = file
	}
	text, err := readAll(in, MaxSize)
	if err != nil {
		return nil, fmt.Errorf("read plan %s: %w", name, err)
	}
	p, err := Read(text)
	if err != nil {
		return nil, fmt.Errorf("read plan %s: %w", name, err)
	}
	return p, nil
}

func readAll(in io.Reader, limit int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = ErrTooLarge
	}
	return text, err
}

// Read reads a plan from the text of a file, YAML or JSON. The error is
// ErrNotAPlan or a *FieldError, or tells what the YAML is broken by.
func Read(text []byte) (*plan.Plan, error) {
	parse := parseYAML
	if bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")) {
		parse = parseJSON
	}
	root, err := parse(text)
	if err != nil {
		return nil, err
	}
	// The head is looked at first: a file of another kind should be called
	// that, not be told which of its fields a plan does not have.
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	if err := (decoder{lax: true}).decode(root, reflect.ValueOf(&head).Elem(), ""); err != nil {
		return nil, err
	}
	if head.Kind != plan.Kind || head.APIVersion != plan.APIVersion {
		return nil, fmt.Errorf("%w: it is kind %q of apiVersion %q", ErrNotAPlan, head.Kind, head.APIVersion)
	}
	var p plan.Plan
	if err := (decoder{}).decode(root, reflect.ValueOf(&p).Elem(), ""); err != nil {
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

func parseYAML(text []byte) (*yaml.Node, error) {
	reader := yaml.NewDecoder(bytes.NewReader(text))
	var root yaml.Node
	switch err := reader.Decode(&root); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the file is empty")
	case err != nil:
		return nil, errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	var more yaml.Node
	if err := reader.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows after the plan")
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) != 1 {
		return nil, errors.New("the file is empty")
	}
	return root.Content[0], nil
}
