package knowledge

import (
	"embed"
	"fmt"
	"sync"

	"sigs.k8s.io/yaml"

	"timebound/model"
)

//go:embed *.yaml
var files embed.FS

var loadOnce = sync.OnceValues(read)

// Load gives the embedded knowledge. It is read once and then shared: callers
// must not write to what they get. An error means that the program was built
// from broken data, which the tests of this package forbid.
func Load() (model.Knowledge, error) { return loadOnce() }

func read() (model.Knowledge, error) {
	var know model.Knowledge
	var err error
	if know.Gates, err = readGates(); err != nil {
		return model.Knowledge{}, err
	}
	if know.Flags, err = readFlags(); err != nil {
		return model.Knowledge{}, err
	}
	if know.Keepers, err = readKeepers(); err != nil {
		return model.Knowledge{}, err
	}
	return know, nil
}

// decode reads one embedded file into out. Unknown and repeated keys are
// errors: a misspelt "locked" must not quietly become false.
func decode(name string, out any) error {
	text, err := files.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read embedded knowledge %s: %w", name, err)
	}
	if err := decodeText(text, out); err != nil {
		return fmt.Errorf("read embedded knowledge %s: %w; build again from clean sources", name, err)
	}
	return nil
}

func decodeText(text []byte, out any) error { return yaml.UnmarshalStrict(text, out) }
