package k8s

import "context"

// Namespaces lists the names of the cluster's namespaces, for a shell that
// completes a flag. The error is a *LoadError.
func (s *Session) Namespaces(ctx context.Context) ([]string, error) {
	names, err := s.namespaceNames(ctx)
	if err != nil {
		return nil, s.loadError(ctx, err)
	}
	return names, nil
}
