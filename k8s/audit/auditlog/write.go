package auditlog

import (
	"fmt"
	"io"
	"math/rand/v2"
	"time"
)

// writer makes requests one after the other and writes their events.
type writer struct {
	options Options
	rng     *rand.Rand
	world   *world
	truth   Truth
	recipes []recipe
	reasons []string
	clock   clock
	request request // the one that is being made; its slices are used again
	start   int64
	at      int64
	given   []given // tokens that were asked for lately by others than kubelets
	rounds  uint64  // legacy requests so far, to go round the callers

	to      io.Writer
	buffer  []byte
	waiting [128][]byte // lines of requests that are under way, each their last
}

// given is a bound token in the hand of who asked for it, or was given it.
type given struct {
	id   string
	user user
}

// flushAt is how much is collected before it is written.
const flushAt = 256 << 10

// Write writes a log and says what is in it. Events of different requests stand
// between each other, as they do where many requests are under way; the order of
// a log is nearly that of time. The error is that of w, or of options that make
// no sense.
func Write(w io.Writer, options Options) (Truth, error) {
	options, err := options.withDefaults()
	if err != nil {
		return Truth{}, err
	}
	log := &writer{
		options: options, world: makeWorld(options), truth: newTruth(), recipes: recipesOf(options.Shares), to: w,
		rng:   rand.New(rand.NewPCG(options.Seed, 2+uint64(options.Server))),
		start: options.Start.UnixMicro(), at: options.Start.UnixMicro(),
		buffer: make([]byte, 0, flushAt+64<<10),
	}
	for i := range 40 {
		reason := fmt.Sprintf(`RBAC: allowed by ClusterRoleBinding "%s-%d" of ClusterRole "%s" to ServiceAccount "%s/%s"`,
			services[i%len(services)], i, teams[i%len(teams)], services[i%len(services)], teams[i%len(teams)])
		log.reasons = append(log.reasons, string(appendString(nil, reason)), `""`)
	}
	err = log.run()
	return log.truth, err
}

func (w *writer) run() error {
	for !w.enough() {
		w.write(w.next())
		if err := w.flush(flushAt); err != nil {
			return err
		}
	}
	for _, line := range w.waiting {
		w.put(line)
	}
	return w.flush(0)
}

func (w *writer) enough() bool {
	o := w.options
	return o.Size > 0 && w.truth.Bytes >= o.Size || o.Requests > 0 && w.truth.Requests >= uint64(o.Requests)
}

// now lets time pass until the next request.
func (w *writer) now() int64 {
	w.at += w.rng.Int64N(2*int64(w.options.Gap/time.Microsecond) + 1)
	return w.at
}

// write writes the events of a request. Its last comes later if it is not its
// only one.
func (w *writer) write(r *request) {
	took := 300 + w.rng.Int64N(40_000)
	if r.beganByRefusal {
		w.append(r, started, r.at+took)
		return
	}
	if !w.options.AllStages && !r.watches {
		w.append(r, complete, r.at+took)
		return
	}
	if w.options.AllStages {
		w.append(r, received, r.at)
	}
	if r.watches {
		w.append(r, started, r.at+took)
		took += int64(400 * time.Second / time.Microsecond)
	}
	place := &w.waiting[w.rng.IntN(len(w.waiting))]
	w.put(*place)
	*place = w.line((*place)[:0], r, complete, r.at+took)
}

func (w *writer) append(r *request, s stage, staged int64) {
	from := len(w.buffer)
	w.buffer = w.line(w.buffer, r, s, staged)
	w.count(len(w.buffer) - from)
}

// put writes a line that waited, if there is one.
func (w *writer) put(line []byte) {
	if len(line) > 0 {
		w.buffer = append(w.buffer, line...)
		w.count(len(line))
	}
}

func (w *writer) count(bytes int) {
	w.truth.Lines++
	w.truth.Bytes += int64(bytes)
}

func (w *writer) line(dst []byte, r *request, s stage, staged int64) []byte {
	return w.clock.appendEvent(append(dst, w.options.Prefix...), r, s, staged)
}

func (w *writer) flush(above int) error {
	if len(w.buffer) <= above {
		return nil
	}
	_, err := w.to.Write(w.buffer)
	w.buffer = w.buffer[:0]
	if err != nil {
		return fmt.Errorf("write the audit log: %w", err)
	}
	return nil
}
