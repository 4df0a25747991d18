package usage

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Encode writes a summary as a JSON document, the same bytes for the same events
// whatever the order in which they came. It is plain ASCII: what came from a log
// may be shown without harm.
func Encode(w io.Writer, s *Summary) error {
	s.settle()
	e := encoder{out: bufio.NewWriter(w)}
	e.text(`{"apiVersion":"` + apiVersion + `","kind":"` + docKind + `","uses":[`)
	for i, subject := range s.subjects() {
		e.item(i, useDocOf(subject, s.Uses[subject]))
	}
	e.text(`],"issues":[`)
	for i, id := range slices.Sorted(maps.Keys(s.Issues)) {
		e.item(i, issueDocOf(id, s.Issues[id]))
	}
	e.text(`],"sources":[`)
	for i, name := range slices.Sorted(maps.Keys(s.Sources)) {
		e.item(i, sourceDocOf(name, s.Sources[name]))
	}
	e.text(`],"unkept":` + strconv.FormatUint(s.Unkept, 10) + `,"moreIssues":` + strconv.FormatBool(s.MoreIssues) + "}\n")
	if e.err == nil {
		e.err = e.out.Flush()
	}
	if e.err != nil {
		return fmt.Errorf("write the audit summary: %w", e.err)
	}
	return nil
}

// encoder writes until something fails.
type encoder struct {
	out   *bufio.Writer
	ascii []byte
	err   error
}

func (e *encoder) text(s string) {
	if e.err == nil {
		_, e.err = e.out.WriteString(s)
	}
}

func (e *encoder) item(i int, v any) {
	if e.err != nil {
		return
	}
	if i > 0 {
		e.text(",")
	}
	line, err := json.Marshal(v)
	if err != nil {
		e.err = err
		return
	}
	e.text("\n")
	e.ascii = appendASCII(e.ascii[:0], line)
	e.text(string(e.ascii))
}

// appendASCII appends JSON with all else than ASCII escaped: it can stand in
// strings alone.
func appendASCII(dst, text []byte) []byte {
	for i := 0; i < len(text); {
		if c := text[i]; c < 0x7f {
			dst = append(dst, c)
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		i += size
		if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
			dst = fmt.Appendf(dst, `\u%04x\u%04x`, high, low)
		} else {
			dst = fmt.Appendf(dst, `\u%04x`, r)
		}
	}
	return dst
}

func useDocOf(s Subject, u *Use) useDoc {
	d := useDoc{
		Class: classWords[s.Class], Namespace: s.Account.Namespace, Account: s.Account.Name, Secret: s.Secret, Name: s.Name,
		OriginAt: u.OriginAt, First: u.First, Last: u.Last, Stages: rowOf(u.Stages[:]...), Codes: u.Codes.toRow(), Past: u.PastWarning,
		Grain: grainWords[u.Grain],
	}
	if u.Origin != 0 {
		d.Origin = u.Origin.String()
	}
	for _, day := range u.Days {
		stages := day.Stages()
		d.Days = append(d.Days, rowOf(append([]uint64{uint64(day.Day)}, stages[:]...)...))
	}
	for _, k := range slices.SortedFunc(maps.Keys(u.Callers), CallerKey.compare) {
		d.Callers = append(d.Callers, callerDocOf(k, u.Callers[k]))
	}
	return d
}

func callerDocOf(k CallerKey, c *Caller) callerDoc {
	stages, codes := c.Stages(), c.Codes()
	verbs, resources, namespaces, nodes := c.Verbs(), c.Resources(), c.Namespaces(), c.names(kindNode)
	return callerDoc{
		Agent: k.Agent, Address: k.Address, PodNamespace: k.Pod.Namespace, Pod: k.Pod.Name,
		First: c.First, Last: c.Last, Stale: c.Stale, Stages: rowOf(stages[:]...), Codes: codes.toRow(),
		Verbs: verbs.Counts, MoreVerbs: verbs.More, Resources: resources.Counts, MoreResources: resources.More,
		Namespaces: namespaces.Counts, MoreNamespaces: namespaces.More, Nodes: nodes.Counts, MoreNodes: nodes.More,
	}
}

func (c *Codes) toRow() row {
	var numbers [answers]uint64
	for a := range answer(answers) {
		numbers[a] = *c.row(a)
	}
	return rowOf(numbers[:]...)
}

func issueDocOf(id string, i Issue) issueDoc {
	return issueDoc{id, i.For.Namespace, i.For.Name, i.By, i.Agent, i.Peer, i.At}
}

func sourceDocOf(name string, src *Source) sourceDoc {
	d := sourceDoc{
		Name: name, Fragmented: src.Fragmented, Lines: src.Lines, Bytes: src.Bytes, Malformed: src.Malformed, Truncated: src.Truncated,
		Oversize: src.Oversize, Unsupported: src.Unsupported, Verbs: src.Verbs, Stages: rowOf(src.Stages[:]...), MoreFiles: src.MoreFiles,
	}
	for _, s := range src.Spans {
		d.Spans = append(d.Spans, [2]Micros{s.From, s.Until})
	}
	for _, k := range src.fileKeys() {
		d.Files = append(d.Files, fileDoc{k.Name, k.First, src.Files[k].Bytes})
	}
	return d
}
