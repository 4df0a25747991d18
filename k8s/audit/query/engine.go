package query

import (
	"fmt"
	"slices"
	"strings"
)

// Engine is a place where audit logs lie.
type Engine struct {
	Name  string // as Text takes it
	Title string
	// Table says what Options.Table names, and what is taken where it is not given.
	Table string
	// Cannot says what the engine's rows cannot give, and what they are cut by; ""
	// if they are all.
	Cannot string
	// Tried says how much of the query is known to work.
	Tried string

	comment string // what starts a line that the engine passes over
	// fill checks the options and gives what the engine's templates are filled with.
	fill func(Options) (any, error)
}

var engines = []Engine{
	{
		Name: "athena", Title: "Amazon Athena, Trino: JSON lines in S3",
		Table:   "a table with one text column, line; [catalog.][database.]table, default audit",
		Tried:   "the printed text is run by the tests, in DuckDB with Trino's functions",
		comment: "-- ", fill: athena.fill,
	},
	{
		Name: "bigquery", Title: "BigQuery: a Cloud Logging sink of GKE audit logs",
		Table:   "the sink's dataset, [project.]dataset, default audit",
		Cannot:  "pods, nodes and groups (GKE leaves user.extra out), the stage RequestReceived, which success it was; reads are there only if Data Access logs are on",
		Tried:   "the printed text is run by the tests, in DuckDB with BigQuery's functions, on entries made up from the documented shape",
		comment: "-- ", fill: bigquery,
	},
	{
		Name: "cloudwatch-insights", Title: "CloudWatch Logs Insights: EKS",
		Table:   "the log group, default /aws/eks/CLUSTER/cluster",
		Cannot:  "more than 10,000 rows; which verbs the policy writes down; events that were delivered twice count twice; time bounds are those of the query's own window",
		Tried:   "its regular expressions are run by the tests, the query is checked for its form only",
		comment: "# ", fill: cloudwatch,
	},
	{
		Name: "kusto", Title: "Log Analytics, Kusto: AKS",
		Table:   "none: AzureDiagnostics, AKSAudit and AKSAuditAdmin are read, whichever there are",
		Cannot:  "more than 30,000 rows in the portal and 500,000 by the API; kube-audit-admin alone has no get and list",
		Tried:   "checked for its form only",
		comment: "// ", fill: kusto,
	},
	{
		Name: "loki", Title: "Grafana Loki: JSON lines",
		Table:   `the value of the label job, default kubernetes-audit`,
		Cannot:  "events without a received time; lines that were cut; which verbs the policy writes down; more series than max_query_series (500 unless set); events that were shipped twice count twice; it scans four times",
		Tried:   "checked for its form only",
		comment: "# ", fill: loki,
	},
	{
		Name: "opensearch", Title: "OpenSearch, Elasticsearch: events as documents",
		Table: "the index or its pattern, default audit-*",
		// A composite aggregation of the search API, not PPL: PPL cuts results by
		// settings of the cluster without telling, this one has pages.
		Cannot:  "more than 10,000 rows a page; events that were indexed twice count twice",
		Tried:   "checked for its form only",
		comment: "# ", fill: opensearch,
	},
	{
		Name: "spark-sql", Title: "Spark SQL, Databricks: JSON lines",
		Table:   "a table with one text column, value, as spark.read.text gives it; [catalog.][database.]table, default audit",
		Tried:   "the printed text is run by the tests, in SQLite with Spark's functions",
		comment: "-- ", fill: spark.fill,
	},
}

// Engines gives the engines by name.
func Engines() []Engine { return slices.Clone(engines) }

// Text gives the query for an engine, with how to run it as a comment. The error says which option the engine cannot take.
func Text(engine string, o Options) (string, error) {
	i := slices.IndexFunc(engines, func(e Engine) bool { return e.Name == engine })
	if i < 0 {
		names := make([]string, len(engines))
		for i, e := range engines {
			names[i] = e.Name
		}
		return "", fmt.Errorf("write a query: there is no engine %.40q; choose one of %s", engine, strings.Join(names, ", "))
	}
	e := engines[i]
	fail := func(err error) (string, error) { return "", fmt.Errorf("write a query for %s: %w", e.Name, err) }
	if err := o.check(); err != nil {
		return fail(err)
	}
	data, err := e.fill(o)
	if err != nil {
		return fail(err)
	}
	var b strings.Builder
	e.introduce(&b, o.Ask)
	if err := templates().ExecuteTemplate(&b, e.Name+"-"+o.Ask.String(), data); err != nil {
		return fail(err)
	}
	return b.String(), nil
}

func (e Engine) introduce(b *strings.Builder, ask Question) {
	fmt.Fprintf(b, "%s%s; %s.\n", e.comment, e.Title, ask.title())
	if e.Cannot != "" {
		fmt.Fprintf(b, "%sIt cannot give: %s.\n", e.comment, e.Cannot)
	}
}
