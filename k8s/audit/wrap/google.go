package wrap

import (
	"bytes"
	"regexp"
	"strconv"
)

// google decodes a LogEntry of Google Cloud's audit logs, which tell of a GKE
// cluster's API server in their own words: no stages, no groups, no pod of the
// caller; the annotations are the entry's labels
// (falcosecurity/plugins plugins/k8saudit-gke/pkg/k8sauditgke/convert.go,
// GoogleCloudPlatform/khi googlecloudlogk8saudit).
func (d *Decoder) google(f *fields, p place) {
	payload := membersOf(f[keyProtoPayload])
	if string(said(payload["serviceName"])) != "k8s.io" {
		d.out.Other++
		return
	}
	labelsOfResource := membersOf(membersOf(f[keyResource])["labels"])
	if name := labelsOfResource["cluster_name"]; name != nil {
		p = d.at(p, name)
	}
	request := membersOf(payload["requestMetadata"])
	operation := membersOf(f[keyOperation])

	var c canon
	c.start(d.respelt)
	// The entries of one long request share an operation.
	if id := operation["id"]; isWhole(id, '"') {
		c.put("auditID", id, '"')
	} else {
		c.put("auditID", f[keyInsertID], '"')
	}
	stage := "ResponseComplete"
	if string(operation["first"]) == "true" && string(operation["last"]) != "true" {
		stage = "ResponseStarted"
	}
	c.text("stage", []byte(stage))
	c.googleRequest(said(payload["methodName"]), said(payload["resourceName"]))
	c.key("user")
	c.b = append(c.b, '{')
	if email := said(membersOf(payload["authenticationInfo"])["principalEmail"]); len(email) > 0 {
		c.b = append(c.b, `"username":`...)
		c.quote(email)
	}
	c.b = append(c.b, '}')
	if ip := said(request["callerIp"]); len(ip) > 0 {
		c.key("sourceIPs")
		c.b = append(c.b, '[')
		c.quote(ip)
		c.b = append(c.b, ']')
	}
	c.put("userAgent", request["callerSuppliedUserAgent"], '"')
	status := membersOf(payload["status"])
	c.status(httpStatus(status["code"]), said(status["message"]))
	c.time("requestReceivedTimestamp", f[keyTimestamp])
	c.time("stageTimestamp", f[keyTimestamp])
	c.put("annotations", f[keyLabels], '{')
	d.respelt = c.done()
	d.canonical(d.respelt, p)
}

// googleRequest says what was asked for: from io.k8s.GROUP.VERSION.RESOURCE[.SUB].VERB
// the resource and verb, from GROUP/VERSION/[namespaces/NS/]RESOURCE/NAME[/SUB]
// the rest.
func (c *canon) googleRequest(method, name []byte) {
	words := bytes.Split(method, []byte{'.'})
	c.text("verb", words[len(words)-1])
	version := -1
	for i := len(words) - 3; i >= 0; i-- {
		if apiVersion.Match(words[i]) {
			version = i
			break
		}
	}
	if version < 0 {
		c.text("requestURI", append([]byte{'/'}, bytes.TrimPrefix(name, []byte{'/'})...))
		return
	}
	path := bytes.Split(name, []byte{'/'})
	c.key("objectRef")
	c.b = append(c.b, `{"resource":`...)
	c.quote(words[version+1])
	if version+3 < len(words) {
		c.text("subresource", words[version+2])
	}
	if len(path) > 2 {
		if string(path[0]) != "core" {
			c.text("apiGroup", path[0])
		}
		c.text("apiVersion", path[1])
		path = path[2:]
	}
	// A namespace itself is core/v1/namespaces/NAME, and in its own namespace too.
	if len(path) > 1 && string(path[0]) == "namespaces" {
		c.text("namespace", path[1])
		if len(path) > 2 {
			path = path[2:]
		}
	}
	if len(path) > 1 {
		c.text("name", path[1])
	}
	c.b = append(c.b, '}')
}

var apiVersion = regexp.MustCompile(`^v[0-9]+((alpha|beta)[0-9]+)?$`)

// membersOf gives the members of an object; none of what is no object.
func membersOf(object []byte) map[string][]byte {
	if !isWhole(object, '{') {
		return nil
	}
	m := map[string][]byte{}
	c := open(object)
	for {
		key, ok, err := c.key()
		if !ok || err != nil {
			return m
		}
		value, err := c.value()
		if err != nil {
			return m
		}
		m[string(key)] = value
	}
}

// httpStatuses are the answers behind the codes of gRPC, in their order
// (google/rpc/code.proto). An entry without a code tells of success.
var httpStatuses = [...]int{200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401}

func httpStatus(code []byte) int {
	n, err := strconv.Atoi(string(code))
	switch {
	case len(code) == 0:
		return 200
	case err != nil || n < 0:
		return 500
	case n < len(httpStatuses):
		return httpStatuses[n]
	}
	return n
}
