package k8s

import (
	"context"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
)

// Kind is a kind of object that is no part of the inventory and is read when
// somebody asks for it.
type Kind struct {
	Name           model.ObjectKind
	Group, Version string
	Resource       string // as in paths and RBAC rules
	List           string // kind of the list's answer: "RoleList"
	Clustered      bool   // has no namespace
	// Purpose names the rules that allow to list it.
	Purpose Purpose
}

// OnDemand is a Kind, how its objects are trimmed, and where they go.
type OnDemand struct{ shelf shelf }

// NewOnDemand makes an OnDemand. metadata gives the place of an object's metadata,
// keep trims it (nil: it is not kept) and must copy what it keeps; key names what
// was kept. into gets all that could be read, in order of keys.
func NewOnDemand[O, T any](k Kind, metadata func(*O) *metav1.ObjectMeta, keep func(*O) *T, key func(*T) model.Key, into *[]*T) OnDemand {
	return OnDemand{newShelf(kind{
		name: k.Name, resource: k.Resource, listKind: k.List, served: []form{{group: k.Group, version: k.Version}},
		clustered: k.Clustered, purpose: k.Purpose, page: pageSmall,
	}, trimming(metadata, keep), key, func(_ *model.Inventory, rows []*T) { *into = rows })}
}

// Read reads kinds once, consistently, as Load does the inventory's: in pages,
// over the read-only transport, namespace by namespace where not everything may
// be listed or Config.Namespaces says so. progress may be nil.
//
// What could not be read is in the coverage and among the problems. The error is
// a *LoadError if nothing could be read at all, or the context's.
func (s *Session) Read(ctx context.Context, progress func(model.Progress), wanted ...OnDemand) (model.Coverage, []model.Problem, error) {
	r := s.newReader(ctx, oneByOne(progress))
	readings := make([]reading, len(wanted))
	eachAtOnce(len(wanted), listsAtOnce, func(i int) { readings[i] = r.read(ctx, wanted[i].shelf, "") })
	if err := ctx.Err(); err != nil {
		return model.Coverage{}, nil, s.loadError(ctx, err)
	}
	coverage := model.Coverage{Namespaces: slices.Clone(s.only), Kinds: map[model.ObjectKind]model.KindCoverage{}}
	var problems []model.Problem
	readAny := false
	for i, w := range wanted {
		coverage.Kinds[w.shelf.about().name] = readings[i].coverage
		problems = append(problems, readings[i].problems...)
		readAny = readAny || len(readings[i].parts) > 0
		w.shelf.fill(nil)
	}
	if !readAny {
		return model.Coverage{}, nil, &LoadError{Problem: nothingRead(s.where(), problems), err: firstBroken(readings)}
	}
	return coverage, distinct(problems), nil
}
