package audit

import (
	"bufio"
	"context"
	"errors"
	"hash/maphash"
	"io"

	"timebound/k8s/audit/source"
	"timebound/model/usage"
)

// Follow reads a log of lines as it grows, as source.Follow gives it, until log
// ends or ctx does. tell is called with each event that tells something and was not
// read before, at once; the event is valid until it returns. The Summary is the one
// that Read would give of the same lines. The error is log's, or one of the options.
func Follow(ctx context.Context, o Options, s source.Stream, log io.Reader, tell func(*usage.Event)) (*usage.Summary, error) {
	o, err := o.settled()
	if err != nil {
		return nil, err
	}
	l := &ledger{sum: usage.New(), seen: newSeen(mostSlots), seed: maphash.MakeSeed(), tell: tell}
	d := newDigester(&o, nil, l) // each line is decoded: there is nothing to search for
	d.begin(&s, true)
	lines := bufio.NewReaderSize(log, blockSize)
	for err == nil {
		var line []byte
		line, err = wholeLine(lines, o.MaxLine)
		switch {
		case errors.Is(err, errLongLine):
			d.tally.records++
			d.tally.oversize++
			err = nil
		case len(line) > 0:
			d.tally.bytes += uint64(len(line))
			d.record(line)
		}
		d.end()
	}
	if errors.Is(err, io.EOF) || ctx.Err() != nil {
		err = ctx.Err()
	}
	if o.Report != nil {
		*o.Report = l.report
	}
	return l.sum, err
}

var errLongLine = errors.New("a line is too long to be looked at")

// wholeLine reads a line; a longer one than most is passed over.
func wholeLine(r *bufio.Reader, most int) ([]byte, error) {
	var long []byte
	for {
		part, err := r.ReadSlice('\n')
		switch {
		case len(long)+len(part) <= most && err == nil && long == nil:
			return part, nil
		case len(long)+len(part) > most:
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = r.ReadSlice('\n')
			}
			if err != nil {
				return nil, err
			}
			return nil, errLongLine
		}
		long = append(long, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return long, err
		}
	}
}
