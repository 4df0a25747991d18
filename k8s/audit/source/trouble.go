package source

import (
	"errors"
	"fmt"
	"io/fs"
)

// Trouble is why something that was found is not read.
type Trouble struct {
	Name  string
	Fault Fault
	// Detail adds what there is to add: an error, other names.
	Detail string
}

// Fault is what is wrong with something.
type Fault uint8

// The faults.
const (
	Missing    Fault = iota // not there, or a pattern that matches nothing
	Unreadable              // permission, input or output
	UTF16                   // text of 16-bit units
	LegacyText              // --audit-log-format=legacy
	Packed                  // compressed or archived in a way that is not read here
	Device                  // would block, or never end
	LinkedOut               // a link in a folder that leads out of it
	TooMany                 // more files than are looked at
	Foreign                 // named, but of no known form
	Empty                   // nothing in it
	Unlikely                // lies in a folder, and does not look like an audit log
	Uninvolved              // an audit log of a server that no token is presented to
	Twice                   // another name of a file that is read already
	faultCount
)

// faults says of each fault what people read, and whether something may be
// missing because of it.
var faults = [faultCount]struct {
	hides bool
	text  string
}{
	Missing:    {true, "is not there; name a file, a folder, a pattern, or - for standard input"},
	Unreadable: {true, "cannot be read; run as a user who may read it, or copy it"},
	UTF16:      {true, "is UTF-16, as PowerShell writes with >; convert it: iconv -f UTF-16 -t UTF-8 FILE"},
	LegacyText: {true, "is in the plain text format, which says nothing of tokens; start kube-apiserver with --audit-log-format=json, the default, and read what it logs from then on"},
	Packed:     {true, "is packed in a way that is not read here; unpack it first, or pipe it: xz -dc FILE | timebound audit -"},
	Device:     {true, "is no regular file; pipe its content: timebound audit - < FILE"},
	LinkedOut:  {true, "is a link that leads out of the folder; name its target to have it read"},
	TooMany:    {true, "holds more files than are looked at; name the folders with audit logs"},
	Foreign:    {true, "holds no audit events in a form that is known; give it as the API server, the cloud's command or the log store wrote it"},
	Empty:      {false, "is empty"},
	Unlikely:   {false, "does not look like an audit log where it starts; name it by itself to have it read all the same"},
	Uninvolved: {false, "is the log of a server that service account tokens are not presented to"},
	Twice:      {false, "is the same file as another that is read"},
}

// Hides says whether uses may be missing because of it.
func (t Trouble) Hides() bool { return faults[t.Fault].hides }

func (t Trouble) Error() string {
	if t.Detail == "" {
		return fmt.Sprintf("%s: %s", t.Name, faults[t.Fault].text)
	}
	return fmt.Sprintf("%s: %s (%s)", t.Name, faults[t.Fault].text, t.Detail)
}

// failure is the trouble behind an error of the file system.
func failure(name string, err error) Trouble {
	if errors.Is(err, fs.ErrNotExist) {
		return Trouble{Name: name, Fault: Missing}
	}
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err // without the path, which Name says
	}
	return Trouble{Name: name, Fault: Unreadable, Detail: err.Error()}
}
