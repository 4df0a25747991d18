package usage

// The document that a Summary is saved as. Version 1, all on lines of their own:
//
//	{"apiVersion":"timebound/v1","kind":"AuditSummary","uses":[
//	{…},
//	{…}],"issues":[…],"sources":[…],"unkept":0,"moreIssues":false}
//
// Instants are microseconds since 1970; days are days since 1970. Lists are sorted
// and hold nothing twice. What is zero is left out, but for numbers in rows.
const (
	apiVersion = "timebound/v1"
	docKind    = "AuditSummary"
)

type useDoc struct {
	Class     string      `json:"class"`
	Namespace string      `json:"namespace,omitempty"`
	Account   string      `json:"account,omitempty"`
	Secret    string      `json:"secret,omitempty"`
	Name      string      `json:"name,omitempty"`
	Origin    string      `json:"origin,omitempty"`
	OriginAt  Micros      `json:"originAt,omitempty"`
	First     Micros      `json:"first,omitempty"`
	Last      Micros      `json:"last,omitempty"`
	Stages    row         `json:"stages,omitempty"` // unknown, received, started, complete, panic
	Days      []row       `json:"days,omitempty"`   // day, then as stages
	Codes     row         `json:"codes,omitempty"`  // ok, 401, 403, other 4xx, 5xx, none
	Past      int64       `json:"secondsPastWarning,omitempty"`
	Grain     string      `json:"grain,omitempty"`
	Callers   []callerDoc `json:"callers,omitempty"`
}

type callerDoc struct {
	Agent          string    `json:"agent,omitempty"`
	Address        string    `json:"address,omitempty"`
	PodNamespace   string    `json:"podNamespace,omitempty"`
	Pod            string    `json:"pod,omitempty"`
	First          Micros    `json:"first,omitempty"`
	Last           Micros    `json:"last,omitempty"`
	Stale          Micros    `json:"stale,omitempty"`
	Stages         row       `json:"stages,omitempty"`
	Codes          row       `json:"codes,omitempty"`
	Verbs          countsDoc `json:"verbs,omitempty"`
	MoreVerbs      bool      `json:"moreVerbs,omitempty"`
	Resources      countsDoc `json:"resources,omitempty"`
	MoreResources  bool      `json:"moreResources,omitempty"`
	Namespaces     countsDoc `json:"namespaces,omitempty"`
	MoreNamespaces bool      `json:"moreNamespaces,omitempty"`
	Nodes          countsDoc `json:"nodes,omitempty"`
	MoreNodes      bool      `json:"moreNodes,omitempty"`
}

type countsDoc map[string]uint64

type issueDoc struct {
	ID        string `json:"id"`
	Namespace string `json:"namespace,omitempty"`
	Account   string `json:"account,omitempty"`
	By        string `json:"by,omitempty"`
	Agent     string `json:"agent,omitempty"`
	Peer      string `json:"peer,omitempty"`
	At        Micros `json:"at,omitempty"`
}

type sourceDoc struct {
	Name        string      `json:"name"`
	Spans       [][2]Micros `json:"spans,omitempty"`
	Fragmented  bool        `json:"fragmented,omitempty"`
	Lines       uint64      `json:"lines,omitempty"`
	Bytes       uint64      `json:"bytes,omitempty"`
	Malformed   uint64      `json:"malformed,omitempty"`
	Truncated   uint64      `json:"truncated,omitempty"`
	Oversize    uint64      `json:"oversize,omitempty"`
	Unsupported uint64      `json:"unsupported,omitempty"`
	Verbs       countsDoc   `json:"verbs,omitempty"`
	Stages      row         `json:"stages,omitempty"`
	Files       []fileDoc   `json:"files,omitempty"`
	MoreFiles   bool        `json:"moreFiles,omitempty"`
}

type fileDoc struct {
	Name  string `json:"name"`
	First string `json:"first,omitempty"`
	Bytes uint64 `json:"bytes,omitempty"`
}

// row is numbers in a fixed order; what is zero at its end is left out.
type row []uint64

func rowOf(numbers ...uint64) row {
	n := len(numbers)
	for n > 0 && numbers[n-1] == 0 {
		n--
	}
	return numbers[:n]
}

// into gives the numbers back; false if there are too many.
func (r row) into(numbers []uint64) bool { return copy(numbers, r) == len(r) }

// The words for classes and grains.
var (
	classWords = map[Tells]string{Legacy: "legacy", Stale: "stale", Refused: "refused", Presented: "presented", Reviewed: "reviewed"}
	grainWords = [grains]string{GrainFull: "", GrainProduct: "product", GrainNetwork: "network", GrainWide: "wide", GrainEverybody: "everybody"}
)
