package discover

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"timebound/model"
)

// flagzAsks is how often /flagz is asked over new connections: servers behind
// one address may run with different flags.
const flagzAsks = 3

// flagzForms are the ways /flagz can be asked, best first: v1beta1 is served
// from 1.36 on, v1alpha1 from 1.35, text always where the endpoint is on (by
// default from 1.36, behind the gate ComponentFlagz from 1.32).
var flagzForms = []struct {
	accept string
	parse  func([]byte) (map[string]string, error)
}{
	{"application/json;v=v1beta1;g=config.k8s.io;as=Flagz", parseFlagzJSON},
	{"application/json;v=v1alpha1;g=config.k8s.io;as=Flagz", parseFlagzJSON},
	{"text/plain", parseFlagzText},
}

// flagzAnswer is the flags that kube-apiservers told of themselves, one map
// for each different answer.
type flagzAnswer struct {
	found
	servers []*flagValues
}

func (c Client) askFlagz(ctx context.Context) flagzAnswer {
	var result flagzAnswer
	form := 0
	for range flagzAsks {
		body, err := c.body(ctx, ask{path: "/flagz", accept: flagzForms[form].accept, fresh: true})
		for answered(err, http.StatusNotAcceptable) && form+1 < len(flagzForms) {
			form++
			body, err = c.body(ctx, ask{path: "/flagz", accept: flagzForms[form].accept, fresh: true})
		}
		// Most servers have no /flagz. One that forbids it may have none
		// either: authorization comes before the path.
		if answered(err, http.StatusNotFound, http.StatusNotAcceptable, http.StatusForbidden) {
			return result
		}
		var flags map[string]string
		if err == nil {
			flags, err = flagzForms[form].parse(body)
		}
		if err != nil {
			if len(result.servers) == 0 {
				result.fail(c, loss{what: "GET /flagz", needs: "get on /flagz", cost: "the flags of kube-apiserver are not seen there"}, err)
			}
			return result
		}
		values := newFlagValues(model.APIServer)
		for name, value := range flags {
			values.add(name, value)
		}
		result.servers = append(result.servers, values)
	}
	return result
}

func parseFlagzJSON(body []byte) (map[string]string, error) {
	var answer struct {
		Kind  string            `json:"kind"`
		Flags map[string]string `json:"flags"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, malformed("the answer is no Flagz (%s)", short(err.Error()))
	}
	if answer.Kind != "Flagz" || len(answer.Flags) == 0 {
		return nil, malformed("the answer is no Flagz")
	}
	return answer.Flags, nil
}

// parseFlagzText reads the text form. Each start of the server picks one of
// four separators, so that nobody reads it by machine: ":", ": ", "=" and " ";
// a flag's name holds none of them (k8s.io/apiserver pkg/server/flagz).
func parseFlagzText(body []byte) (map[string]string, error) {
	header, rest, _ := bytes.Cut(bytes.TrimLeft(body, "\r\n"), []byte("\n"))
	if !bytes.HasSuffix(bytes.TrimSpace(header), []byte("flagz")) {
		return nil, malformed("the answer is no flagz")
	}
	flags := map[string]string{}
	for line := range strings.Lines(string(rest)) {
		line = strings.TrimRight(line, "\r\n")
		end := strings.IndexFunc(line, func(r rune) bool {
			return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
		})
		if end <= 0 || strings.IndexByte(":= ", line[end]) < 0 {
			continue
		}
		if _, seen := flags[line[:end]]; !seen {
			flags[line[:end]] = strings.TrimSpace(line[end+1:])
		}
	}
	if len(flags) == 0 {
		return nil, malformed("the answer is no flagz")
	}
	return flags, nil
}

// judge tells the flags. 1.32.0 to 1.32.2 answered with the defaults, whatever
// was set (fixed in 1.32.3): with one of those behind the address nothing is
// believed.
func (f flagzAnswer) judge(servers []model.ServerVersion, know model.FlagTable, oldest model.Version) found {
	result := f.found
	for _, s := range servers {
		if s.Version.Minor == 32 && s.Version.Patch < 3 {
			return result
		}
	}
	for _, values := range f.servers {
		result.observed = append(result.observed, values.observations(model.SourceProcess, "GET /flagz", know, oldest.Minor)...)
	}
	return result
}
