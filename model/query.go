package model

// Query is what people type to ask for a part of the inventory.
type Query struct {
	// Words are the free words; every one must match. Callers choose how:
	// scan by substring, the dashboard by fuzzy match as well.
	Words []string
}

// ParseQuery reads a query.
func ParseQuery(s string) (Query, error) { return Query{}, nil }
