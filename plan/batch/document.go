package batch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan"
	"timebound/plan/change"
)

// Kind is the type of the file that staged items are kept in; its version is
// that of all files.
const Kind = "Staged"

// The most that is read. A file that is larger was not written here.
const (
	largestFile = 64 << 20
	mostItems   = 200_000
)

type document struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Cluster    string         `json:"cluster"` // UID
	Saved      time.Time      `json:"saved"`
	Items      []*change.Item `json:"items"`
}

// Encode writes sorted items of a cluster as the file that they are kept in.
func Encode(cluster string, items []*change.Item, saved time.Time) ([]byte, error) {
	if items == nil {
		items = []*change.Item{}
	}
	text, err := json.MarshalIndent(document{plan.APIVersion, Kind, cluster, saved.UTC(), items}, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write what is staged: %w", err)
	}
	return append(text, '\n'), nil
}

// Decode reads such a file. It believes nothing: fields that it does not know,
// items that no staging makes, and other clusters are refused.
func Decode(text []byte, cluster string) (b *Batch, saved time.Time, err error) {
	b, saved, err = decode(text, cluster)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read what was staged: %w", err)
	}
	return b, saved, nil
}

func decode(text []byte, cluster string) (*Batch, time.Time, error) {
	if len(text) > largestFile {
		return nil, time.Time{}, fmt.Errorf("%d bytes are more than the %d allowed", len(text), largestFile)
	}
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	var d document
	if err := in.Decode(&d); err != nil {
		return nil, time.Time{}, printable(err)
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, time.Time{}, errors.New("something stands behind its end")
	}
	switch {
	case d.APIVersion != plan.APIVersion || d.Kind != Kind:
		return nil, time.Time{}, fmt.Errorf("it is %.40q %.40q, and should be %q %q", model.Printable(d.APIVersion), model.Printable(d.Kind), plan.APIVersion, Kind)
	case d.Cluster != cluster:
		return nil, time.Time{}, fmt.Errorf("it belongs to another cluster (UID %.64s); this one has UID %s", model.Printable(d.Cluster), model.Printable(cluster))
	case len(d.Items) > mostItems:
		return nil, time.Time{}, fmt.Errorf("%d items are more than the %d allowed", len(d.Items), mostItems)
	}
	b := New(cluster)
	for n, i := range d.Items {
		if err := check(i); err != nil {
			return nil, time.Time{}, fmt.Errorf("item %d: %w", n+1, err)
		}
		if b.Add(i); b.Len() != n+1 {
			return nil, time.Time{}, fmt.Errorf("item %d: another one is about the same object", n+1)
		}
	}
	return b, d.Saved, nil
}

// check refuses what no staging makes.
func check(i *change.Item) error {
	if i == nil {
		return errors.New("it is empty")
	}
	want, known := subjects[i.Kind]
	_, served := wire.TargetOf(i.On.Kind, "", "")
	switch {
	case !known:
		return fmt.Errorf("no action is called %.40q", model.Printable(string(i.Kind)))
	case !served || want != "" && want != i.On.Kind || want == "" && (i.On.Kind == "Secret" || i.On.Kind == "ServiceAccount"):
		return fmt.Errorf("%s is not for a %.40q", i.Kind, model.Printable(i.On.Kind))
	case i.On.Namespace == "" || i.On.Name == "" || i.On.UID == "":
		return errors.New("it does not say which object it means: namespace, name and UID are needed")
	case i.Inverse != nil:
		return errors.New("it puts something back, which only the run that changed it can tell")
	}
	return nil
}

// subjects are the actions that can be staged, with the kind of object that
// each is for; "" stands for workloads.
var subjects = map[plan.ActionKind]string{
	plan.Invalidate: "Secret", plan.Reactivate: "Secret", plan.Delete: "Secret", plan.Issue: "Secret",
	plan.Project: "", plan.Detach: "ServiceAccount",
}

// printable keeps what an error quotes from the file harmless.
func printable(err error) error { return errors.New(model.Printable(err.Error())) }
