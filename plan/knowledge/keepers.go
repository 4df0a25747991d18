package knowledge

import "timebound/model"

// keeperEntry is the shape of one entry of keepers.yaml.
type keeperEntry struct {
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	Match    keeperMatch `json:"match"`
	UsedBy   string      `json:"usedBy"`
	IfGone   string      `json:"ifGone"`
	SafePath string      `json:"safePath"`
	Source   string      `json:"source"`
}

type keeperMatch struct {
	Platform    model.PlatformID  `json:"platform"`
	Namespace   string            `json:"namespace"`
	Account     string            `json:"account"`
	Name        string            `json:"name"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

func readKeepers() ([]model.Keeper, error) {
	var entries []keeperEntry
	if err := decode("keepers.yaml", &entries); err != nil {
		return nil, err
	}
	keepers := make([]model.Keeper, 0, len(entries))
	for _, e := range entries {
		keepers = append(keepers, model.Keeper{
			ID: e.ID, Title: e.Title, Match: model.KeeperMatch(e.Match),
			UsedBy: e.UsedBy, IfGone: e.IfGone, SafePath: e.SafePath, Source: e.Source,
		})
	}
	return keepers, nil
}
