package forecast

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/client-go/kubernetes/scheme"
)

// etcd is where the cluster is kept, reached through etcd's own JSON gateway.
// It is the only way to change what the API server holds to be immutable.
type etcd string // its URL

// revise changes every object below a prefix and gives the revision of the last
// change, "" if there was nothing. Nobody else may write these objects meanwhile.
func (e etcd) revise(t *testing.T, prefix string, change func(runtime.Object)) (revision string) {
	t.Helper()
	stored := protobuf.NewSerializer(scheme.Scheme, scheme.Scheme)
	type pair struct {
		Key   []byte `json:"key"`
		Value []byte `json:"value"`
	}
	var found struct {
		Kvs []pair `json:"kvs"`
	}
	end := []byte(prefix)
	end[len(end)-1]++ // the first key that does not begin with the prefix
	e.call(t, "range", map[string][]byte{"key": []byte(prefix), "range_end": end}, &found)
	for _, kv := range found.Kvs {
		o, _, err := stored.Decode(kv.Value, nil, nil)
		if err != nil {
			t.Fatalf("read %s in etcd: %v", kv.Key, err)
		}
		change(o)
		var value bytes.Buffer
		if err := stored.Encode(o, &value); err != nil {
			t.Fatalf("write %s for etcd: %v", kv.Key, err)
		}
		var done struct {
			Header struct {
				Revision string `json:"revision"`
			} `json:"header"`
		}
		e.call(t, "put", pair{kv.Key, value.Bytes()}, &done)
		revision = done.Header.Revision
	}
	return revision
}

func (e etcd) call(t *testing.T, method string, question, answer any) {
	t.Helper()
	if err := e.post(t, method, question, answer); err != nil {
		t.Fatalf("etcd %s: %v", method, err)
	}
}

func (e etcd) post(t *testing.T, method string, question, answer any) error {
	t.Helper()
	body, err := json.Marshal(question)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, string(e)+"/v3/kv/"+method, bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", response.Status, text)
	}
	return json.Unmarshal(text, answer)
}
