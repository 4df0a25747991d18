package knowledge

import "timebound/model"

// gatesFile is the shape of gates.yaml.
type gatesFile struct {
	Newest int         `json:"newest"`
	Gates  []gateEntry `json:"gates"`
}

type gateEntry struct {
	Name    string           `json:"name"`
	Why     string           `json:"why"`
	Readers []gateReader     `json:"readers"`
	Minors  map[int]gateCell `json:"minors"`
}

type gateReader struct {
	From       int               `json:"from"`
	To         int               `json:"to"`
	Components []model.Component `json:"components"`
}

type gateCell struct {
	Stage   string `json:"stage"`
	Default bool   `json:"default"`
	Locked  bool   `json:"locked"`
	Cite    string `json:"cite"`
}

func readGates() (model.GateTable, error) {
	var file gatesFile
	if err := decode("gates.yaml", &file); err != nil {
		return model.GateTable{}, err
	}
	table := model.GateTable{Newest: file.Newest, Gates: make([]model.GateHistory, 0, len(file.Gates))}
	for _, g := range file.Gates {
		history := model.GateHistory{Name: g.Name, Why: g.Why, Minors: make(map[int]model.GateState, len(g.Minors))}
		for _, r := range g.Readers {
			history.Readers = append(history.Readers, model.GateReader(r))
		}
		for minor, cell := range g.Minors {
			history.Minors[minor] = model.GateState(cell)
		}
		table.Gates = append(table.Gates, history)
	}
	return table, nil
}
