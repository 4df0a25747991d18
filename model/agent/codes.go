package agent

import "timebound/model"

// The codes of what a client's name tells of its token.
const (
	CodeReadsAgain        model.Code = "TB-220"
	CodeReadsOnce         model.Code = "TB-221"
	CodeReadsAfterRefusal model.Code = "TB-222"
	CodeGoUnknown         model.Code = "TB-223"
	CodePythonEither      model.Code = "TB-224"
	CodeJavaEither        model.Code = "TB-225"
	CodeNoAgent           model.Code = "TB-226"
	CodePlainHTTP         model.Code = "TB-227"
	CodeNotKnown          model.Code = "TB-228"
	CodeNoVersion         model.Code = "TB-229"
	CodeBeforeRelease     model.Code = "TB-230"
	CodeStaleAllTheSame   model.Code = "TB-231"
	CodeStaleHolder       model.Code = "TB-232"
	CodeFailsFrom         model.Code = "TB-233"
)

// meaning is what a code means, a row of the table.
type meaning model.CodeInfo

var codes = []meaning{
	{CodeReadsAgain, model.SeverityInfo, "%s reads its token file again by itself; a token that the program copied out of the file stays as it is", ""},
	{CodeReadsOnce, model.SeverityWarn, "%s reads its token once, when it starts, and is refused when that token expires", "Move it to a newer version of its client library, or restart its pods before that day."},
	{CodeReadsAfterRefusal, model.SeverityInfo, "%s reads its token file again only after it was refused: it shows up as stale, and goes on after one failed request", "A newer version of its client library reads the file every minute: fabric8 from 6.1.0 on, or 5.12.4 of the older line."},
	{CodeGoUnknown, model.SeverityDoubt, "%s is a Go program, and does not say which client-go is in it", "Look into its go.mod: from Kubernetes 1.12 (client-go v9.0.0) on the token file is read again."},
	{CodePythonEither, model.SeverityDoubt, "%s may be the official client, which reads its token file again from 12.0.0 on, or kubernetes_asyncio, which does from 24.2.3 on: both send this name", "Ask which of the two it is."},
	{CodeJavaEither, model.SeverityDoubt, "%s has a name that versions 7.0.0 to 9.0.3 send; it reads its token file again from 9.0.0 on", "Look into the program's dependencies."},
	{CodeNoAgent, model.SeverityDoubt, "sends no name: clients in Rust and older ones in JavaScript and C# do so", "Find it by its address, or by the pod that the token was made for."},
	{CodePlainHTTP, model.SeverityDoubt, "%s is an HTTP library or tool: whether what stands above it reads the token file again does not show", "Look into the program."},
	{CodeNotKnown, model.SeverityDoubt, "whether %s reads its token file again is not known", "Look into the program."},
	{CodeNoVersion, model.SeverityDoubt, "%s does not say its version, on which it depends whether the token file is read again", "Look into the program's dependencies."},
	{CodeBeforeRelease, model.SeverityDoubt, "%s was built before a release that changed how the token file is read: the change may be in it or not", "Move it to a release."},
	{CodeStaleAllTheSame, model.SeverityWarn, "%s should read its token file again, and presented a stale token all the same: the program keeps a copy, or the name is not true", "Look into the program: a token copied out of its configuration is not renewed."},
	{CodeStaleHolder, model.SeverityWarn, "%s presented a stale token: it had not read the file again by then; whether it does after it was refused does not show", "Restart its pods before that day, and move it to a client library that reads the file again."},
	{CodeFailsFrom, model.SeverityWarn, "refused from %s on, unless it reads its token file again or its pod is replaced before: extended tokens live for %s (%s)", "Restart its pods before that day, and move it to a client library that reads the file again."},
}

// Codes lists every code of this package, in order.
func Codes() []model.CodeInfo {
	list := make([]model.CodeInfo, 0, len(codes))
	for _, m := range codes {
		list = append(list, model.CodeInfo(m))
	}
	return list
}

// info looks a code of this package up.
func info(c model.Code) model.CodeInfo {
	for _, m := range codes {
		if m.Code == c {
			return model.CodeInfo(m)
		}
	}
	return c.Info()
}

// Text gives the reason in words.
func (v Verdict) Text() string { return Text(v.Reason) }

// Remedy gives what to do about it; "" if there is nothing to do.
func (v Verdict) Remedy() string { return info(v.Reason.Code).Remedy }

// Severity gives the weight of the reason.
func (v Verdict) Severity() model.Severity { return info(v.Reason.Code).Severity }

// Text gives a reason of this package in words.
func Text(r model.Reason) string { return model.Fill(info(r.Code).Text, r.Args...) }
