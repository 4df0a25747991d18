package wrap

// field is a key that tells a form, or holds what a form wraps.
type field uint8

// The keys, by the form they belong to.
const (
	keyNone field = iota

	// audit.k8s.io
	keyAuditID
	keyAPIVersion
	keyItems

	// Amazon CloudWatch: filter-log-events and get-log-events, Insights,
	// subscriptions, and what carries these.
	keyEvents
	keyLogEvents
	keyLogStream
	keyResults
	keyRowField
	keyRowValue
	keyAmazonRecords
	keyKinesis
	keyAwslogs
	keyData

	// Google Cloud
	keyProtoPayload
	keyJSONPayload
	keyTextPayload
	keyLabels
	keyOperation
	keyResource
	keyInsertID
	keyTimestamp

	// Azure: Event Hub and Storage, then the columns of AKSAudit
	keyAzureRecords
	keyCategory
	keyProperties
	keyAuditIDColumn
	keyStageColumn
	keyVerbColumn
	keyURIColumn
	keyUserColumn
	keyAgentColumn
	keySourceColumn
	keyObjectColumn
	keyStatusColumn
	keyAnnotationsColumn
	keyReceivedColumn
	keyStagedColumn

	// Envelopes of log shippers and stores
	keyInsightsMessage
	keySource
	keyHits
	keyMessage
	keyLogText
	keyContent
	keyBody
	keyRaw
	keyResult
	keyEvent
	keyLine
	keyAudit
	keyKubernetes
	keyStreamLabels
	keyValues

	keyServer // every key that names the API server
	fieldCount
)

// fieldOf spells the keys. Upper case counts: the forms of Azure differ by it
// from those of the API server.
var fieldOf = map[string]field{
	"auditID": keyAuditID, "apiVersion": keyAPIVersion, "items": keyItems,

	"events": keyEvents, "logEvents": keyLogEvents, "logStreamName": keyLogStream, "logStream": keyLogStream,
	"@logStream": keyLogStream, "results": keyResults, "field": keyRowField, "value": keyRowValue,
	"Records": keyAmazonRecords, "kinesis": keyKinesis, "awslogs": keyAwslogs, "data": keyData, "Data": keyData,

	"protoPayload": keyProtoPayload, "jsonPayload": keyJSONPayload, "textPayload": keyTextPayload, "labels": keyLabels,
	"operation": keyOperation, "resource": keyResource, "insertId": keyInsertID, "timestamp": keyTimestamp,

	"records": keyAzureRecords, "category": keyCategory, "Category": keyCategory, "properties": keyProperties,
	"AuditId": keyAuditIDColumn, "Stage": keyStageColumn, "Verb": keyVerbColumn, "RequestUri": keyURIColumn,
	"User": keyUserColumn, "UserAgent": keyAgentColumn, "SourceIps": keySourceColumn, "ObjectRef": keyObjectColumn,
	"ResponseStatus": keyStatusColumn, "Annotations": keyAnnotationsColumn,
	"RequestReceivedTime": keyReceivedColumn, "StageReceivedTime": keyStagedColumn,

	"@message": keyInsightsMessage, "_source": keySource, "hits": keyHits, "message": keyMessage, "log": keyLogText,
	"log_s": keyLogText, "content": keyContent, "body": keyBody, "_raw": keyRaw, "result": keyResult, "event": keyEvent,
	"line": keyLine, "audit": keyAudit, "kubernetes": keyKubernetes, "stream": keyStreamLabels, "values": keyValues,

	"pod": keyServer, "pod_s": keyServer, "PodName": keyServer, "pod_name": keyServer, "node": keyServer,
	"nodename": keyServer, "host": keyServer, "hostname": keyServer, "instance": keyServer, "cluster_name": keyServer,
}

// lists are the keys of arrays of records, which Split takes apart.
var lists = [...]field{keyItems, keyEvents, keyLogEvents, keyResults, keyAzureRecords, keyAmazonRecords, keyHits, keyResult, keyValues}

func isList(f field) bool {
	for _, l := range lists {
		if l == f {
			return true
		}
	}
	return false
}

// fields are the raw values of an object's known keys; nil where there is none.
type fields [fieldCount][]byte

// read fills in what an object says. Of a key that comes twice the last counts,
// as with encoding/json.
func (f *fields) read(object []byte) error {
	c := open(object)
	for {
		key, ok, err := c.key()
		if !ok {
			return err
		}
		value, err := c.value()
		if err != nil {
			return err
		}
		if name := fieldNamed(key); name != keyNone && string(value) != "null" {
			f[name] = value
		}
	}
}

// fieldNamed finds the field of a key; none if it is of no interest. Keys are
// not unescaped: none of ours holds what an encoder would escape.
func fieldNamed(key []byte) field { return fieldOf[string(key)] }

// is says whether a field is there and starts with a byte: what kind of value it is.
func (f *fields) is(name field, first byte) bool { return len(f[name]) > 0 && f[name][0] == first }
