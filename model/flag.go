package model

// FlagInfo is what the source says of one command line flag that decides
// about tokens.
type FlagInfo struct {
	Component Component
	Name      string // without the leading dashes: "service-account-lookup"
	// Default is the value that the process takes without the flag, as it
	// would be written; "" if there is none.
	Default string
	// From and To are the first and last minor that have the flag. From 20
	// means 1.20 or earlier; To 0 means that the newest known minor has it.
	From, To int
	Why      string // what the flag does to tokens, in one line
	Limits   string // which values are refused or have a side effect; "" if there is nothing to say
	Cite     string // where in the source this stands
}

// In says that the flag exists in the minor.
func (f FlagInfo) In(minor int) bool {
	return minor >= f.From && (f.To == 0 || minor <= f.To)
}

// FlagTable is what the source says of each flag that matters.
type FlagTable []FlagInfo

// Find looks a flag up; false if the table has none of that name.
func (t FlagTable) Find(component Component, name string) (FlagInfo, bool) {
	for _, f := range t {
		if f.Component == component && f.Name == name {
			return f, true
		}
	}
	return FlagInfo{}, false
}
