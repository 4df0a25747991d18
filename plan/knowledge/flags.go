package knowledge

import "timebound/model"

// flagEntry is the shape of one entry of flags.yaml.
type flagEntry struct {
	Component model.Component `json:"component"`
	Name      string          `json:"name"`
	Default   string          `json:"default"`
	From      int             `json:"from"`
	To        int             `json:"to"`
	Why       string          `json:"why"`
	Limits    string          `json:"limits"`
	Cite      string          `json:"cite"`
}

func readFlags() (model.FlagTable, error) {
	var entries []flagEntry
	if err := decode("flags.yaml", &entries); err != nil {
		return nil, err
	}
	table := make(model.FlagTable, 0, len(entries))
	for _, e := range entries {
		table = append(table, model.FlagInfo(e))
	}
	return table, nil
}
