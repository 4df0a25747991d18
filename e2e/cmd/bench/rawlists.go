package main

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// rawLists reads the three kinds with curl, one after the other: what it costs
// to get the bytes at all, whatever is done with them.
type rawLists struct {
	server, token, ca string
}

const (
	acceptFull     = "application/vnd.kubernetes.protobuf"
	acceptMetadata = acceptFull + ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
	tokensOnly     = "/api/v1/secrets?fieldSelector=type%3Dkubernetes.io%2Fservice-account-token"
)

// read makes the three lists. data asks for whole token secrets instead of
// their metadata.
func (l rawLists) read(ctx context.Context, data bool) (figure, error) {
	secrets := acceptMetadata
	if data {
		secrets = acceptFull
	}
	var all figure
	for _, list := range []struct{ path, accept string }{
		{tokensOnly, secrets},
		{"/api/v1/serviceaccounts", acceptFull},
		{"/api/v1/pods", acceptFull},
	} {
		began := time.Now()
		size, err := l.get(ctx, list.path, list.accept)
		if err != nil {
			return figure{}, fmt.Errorf("list %s: %w", list.path, err)
		}
		all.wall += time.Since(began)
		all.size += size
	}
	return all, nil
}

// get gives the size of an answer. The credentials go in by stdin: arguments
// can be read by everybody.
func (l rawLists) get(ctx context.Context, path, accept string) (int64, error) {
	cmd := exec.CommandContext(ctx, "curl", "--config", "-")
	cmd.Stdin = strings.NewReader(fmt.Sprintf(`silent
show-error
fail
output = "/dev/null"
write-out = "%%{size_download}"
cacert = %q
header = "Authorization: Bearer %s"
header = "Accept: %s"
url = "%s%s"
`, l.ca, l.token, accept, l.server, path))
	out, err := cmd.Output()
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
}
