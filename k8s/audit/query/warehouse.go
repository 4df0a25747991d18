package query

import (
	"errors"
	"fmt"
	"time"
)

// bigquery fills the templates for a Cloud Logging sink.
func bigquery(o Options) (any, error) {
	if len(o.Credentials) > 0 {
		return nil, errors.New("GKE's entries do not hold the credential id that was presented; leave the credential ids out")
	}
	type from struct{ Table, Cluster, Since, Until string }
	table := func(name string) (from, error) {
		plain := true
		table, err := o.identifier("audit", 2, func(s string) string { plain = plain && plainName().MatchString(s); return s })
		if table += "." + name; !plain { // projects have dashes; one pair of quotes holds the whole
			table = "`" + table + "`"
		}
		return from{table, o.Cluster, written(o.Since), written(o.Until)}, err
	}
	activity, err := table("cloudaudit_googleapis_com_activity")
	if err != nil {
		return nil, err
	}
	dataAccess, err := table("cloudaudit_googleapis_com_data_access")
	return struct{ Activity, DataAccess from }{activity, dataAccess}, err
}

// cloudwatch fills the templates for EKS.
func cloudwatch(o Options) (any, error) {
	if o.Table == "" && o.Cluster == "" {
		return nil, errors.New("which log group? Give --cluster NAME for /aws/eks/NAME/cluster, or --table LOG-GROUP")
	}
	group, err := o.table("/aws/eks/"+o.Cluster+"/cluster", groupName)
	if err == nil && o.Table != "" && o.Cluster != "" {
		err = errors.New("--cluster and --table name a log group each; give one of them")
	}
	return struct {
		Group, Since, Until string
		Credentials         []string
	}{group, written(o.Since), written(o.Until), o.jti()}, err
}

// kusto fills the templates for AKS.
func kusto(o Options) (any, error) {
	if o.Table != "" {
		return nil, errors.New("--table: it reads AzureDiagnostics, AKSAudit and AKSAuditAdmin, whichever there are; leave the table out")
	}
	from, to := o.Since, o.Until
	if !from.IsZero() {
		from = from.Add(-24 * time.Hour)
	}
	if !to.IsZero() {
		to = to.Add(24 * time.Hour)
	}
	return struct {
		Ask                    Question
		Since, Until, From, To string
		Cluster                string
		Credentials            []string
	}{o.Ask, written(o.Since), written(o.Until), written(from), written(to), o.Cluster, o.jti()}, nil
}

// shipping is how much later than its request an event may come to Loki.
const shipping = time.Hour

// loki fills the templates for Loki, whose queries look back from one instant.
func loki(o Options) (any, error) {
	if o.Since.IsZero() || o.Until.IsZero() {
		return nil, errors.New("a Loki query looks at one window of time; give both --since and --until")
	}
	job, err := o.table("kubernetes-audit", jobName)
	at := o.Until.Add(shipping)
	return struct {
		Job, Cluster, At, Range string
		Since, Until            int64 // nanoseconds
		Credentials             []string
	}{
		job, o.Cluster, at.UTC().Format(time.RFC3339), fmt.Sprintf("%ds", int64(at.Sub(o.Since)/time.Second)+1),
		o.Since.UnixNano(), o.Until.UnixNano(), o.jti(),
	}, err
}
