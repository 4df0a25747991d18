package discover

import (
	"context"
	"encoding/json"

	"timebound/model"
)

const (
	acceptMetadata     = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
	acceptMetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
)

// identityAnswer is who the cluster is.
type identityAnswer struct {
	found
	uid string
}

// askIdentity reads the UID of the namespace kube-system, which lives as long
// as the cluster and is in no other one.
func (c Client) askIdentity(ctx context.Context) identityAnswer {
	var result identityAnswer
	request := ask{path: "/api/v1/namespaces/kube-system", accept: acceptMetadata}
	var namespace struct {
		Metadata struct {
			UID string `json:"uid"`
		} `json:"metadata"`
	}
	body, err := c.body(ctx, request)
	if err == nil {
		if json.Unmarshal(body, &namespace) != nil || namespace.Metadata.UID == "" {
			err = malformed("the answer is no namespace")
		}
	}
	if err != nil {
		result.fail(c, loss{
			what: "get namespace kube-system", needs: "get on namespaces/kube-system", cost: "the cluster cannot be told from others",
		}, err)
		return result
	}
	result.uid = model.Printable(namespace.Metadata.UID)
	return result
}
