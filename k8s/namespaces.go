package k8s

import (
	"context"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
)

// Namespaces lists the names of the cluster's namespaces, for a shell that
// completes a flag. The error is a *LoadError.
func (s *Session) Namespaces(ctx context.Context) ([]string, error) {
	names, err := s.namespaceNames(ctx)
	if err != nil {
		return nil, s.loadError(ctx, err)
	}
	return names, nil
}

// namespaceNames lists the namespaces' names.
func (s *Session) namespaceNames(ctx context.Context) ([]string, error) {
	sh := newShelf(kind{name: "namespaces", resource: "namespaces", listKind: "PartialObjectMetadataList", metadata: true, clustered: true, page: pageMetadata},
		trimming(partial, func(o *metav1.PartialObjectMetadata) *string { name := strings.Clone(o.Name); return &name }),
		func(n *string) model.Key { return model.Key{Name: *n} }, nil)
	if _, err := s.list(ctx, sh, form{version: "v1"}, "", "", func(int, int64) {}); err != nil {
		return nil, err
	}
	sh.adopt()
	names := make([]string, 0, sh.count())
	for _, n := range sh.rows {
		names = append(names, *n)
	}
	return names, nil
}
