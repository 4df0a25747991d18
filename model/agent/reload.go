package agent

import "timebound/model"

// Reload says whether a program reads its token file again.
type Reload uint8

// What a header can tell of it.
const (
	CannotTell Reload = iota
	Reloads
	DoesNotReload
	OnlyAfter401 // it goes on, but shows up as stale until it is refused once
)

// String gives the words people read.
func (r Reload) String() string {
	return [...]string{"cannot tell", "reloads", "does not reload", "only after a 401"}[r]
}

// Verdict is what a header tells of reloading, and why.
type Verdict struct {
	Reload Reload
	Reason model.Reason // of this package's codes
}

// band is a stretch of a library's versions, up to the next band.
type band struct {
	from   number
	reload Reload
	code   model.Code
}

// bands say from which version on a library reads the token file again. What a
// program above the library does with the token is not in there: the version
// is a sign and not a proof.
var bands = map[Library][]band{
	// In-cluster configuration reads it again since client-go v9.0.0, which is
	// Kubernetes 1.12 (kubernetes/client-go rest/token_source.go).
	LibraryKubernetes: {
		{number{}, DoesNotReload, CodeReadsOnce},
		{number{1, 12}, Reloads, CodeReadsAgain},
	},
	// Release 4.N of oc is built with client-go of Kubernetes 1.(N+13), from 4.5 on
	// as far as was looked at (openshift/oc go.mod).
	LibraryOpenShift: {
		{number{}, CannotTell, CodeGoUnknown},
		{number{4, 5}, Reloads, CodeReadsAgain},
	},
	LibraryPythonSwagger: {{number{}, DoesNotReload, CodeReadsOnce}}, // up to 10.x
	// The official client does from 12.0.0 on (kubernetes-client/python
	// config/incluster_config.py). kubernetes_asyncio sends the same name with a
	// version of its own, and keeps what it read from 24.2.3 on
	// (tomplus/kubernetes_asyncio pull requests 205 and 254).
	LibraryPython: {
		{number{}, DoesNotReload, CodeReadsOnce},
		{number{12}, CannotTell, CodePythonEither},
		{number{24, 2, 3}, Reloads, CodeReadsAgain},
	},
	// Three names over time: up to 6.0.1, from 7.0.0 to 9.0.3, from 10.0.0 on. It
	// reads again from 9.0.0 on (kubernetes-client/java TokenFileAuthentication).
	LibraryJavaSwagger: {{number{}, DoesNotReload, CodeReadsOnce}},
	LibraryJavaOpenAPI: {{number{}, CannotTell, CodeJavaEither}},
	LibraryJava:        {{number{}, Reloads, CodeReadsAgain}},
	// fabric8io/kubernetes-client TokenRefreshInterceptor; every minute since the
	// change 2271, in both lines that were kept then.
	LibraryFabric8: {
		{number{}, DoesNotReload, CodeReadsOnce},
		{number{5, 0, 1}, OnlyAfter401, CodeReadsAfterRefusal},
		{number{5, 12, 4}, Reloads, CodeReadsAgain},
		{number{6}, OnlyAfter401, CodeReadsAfterRefusal},
		{number{6, 1}, Reloads, CodeReadsAgain},
	},
	// Both name themselves only since versions that read again already: from 0.10.3
	// (kubernetes-client/javascript src/file_auth.ts) and 7.0.5
	// (kubernetes-client/csharp TokenFileAuth.cs) on.
	LibraryJavaScript: {{number{}, Reloads, CodeReadsAgain}},
	LibraryCSharp:     {{number{}, Reloads, CodeReadsAgain}},
}

// others say why it cannot be told of libraries that have no bands.
var others = map[Library]model.Code{
	LibraryGo:        CodeGoUnknown,
	LibraryHTTP:      CodePlainHTTP,
	LibraryHaskell:   CodeNoVersion, // it sends the same number always
	LibraryRuby:      CodeNotKnown,
	LibraryGenerated: CodeNotKnown,
	LibraryUnknown:   CodeNotKnown,
}

// Judge says whether the sender of a header reads its token file again. stale
// says that it was seen with a token past its warning threshold, as audit
// events tell: then it had not read the file for a while, whatever its name
// promises.
func Judge(a Agent, stale bool) Verdict {
	v := judge(a)
	switch {
	case stale && v.Reload == Reloads:
		return verdict(a, CannotTell, CodeStaleAllTheSame)
	case stale && v.Reload == CannotTell:
		return verdict(a, CannotTell, CodeStaleHolder)
	}
	return v
}

func judge(a Agent) Verdict {
	if a.Kind == KindNone {
		return Verdict{CannotTell, model.Reason{Code: CodeNoAgent}}
	}
	versions, ok := bands[a.Library]
	if !ok {
		return verdict(a, CannotTell, others[a.Library])
	}
	if len(versions) == 1 {
		return verdict(a, versions[0].reload, versions[0].code)
	}
	n, early, ok := parseNumber(a.Version)
	if !ok {
		return verdict(a, CannotTell, CodeNoVersion)
	}
	fit := versions[0]
	for _, b := range versions[1:] {
		if n.less(b.from) {
			break
		}
		if early && n == b.from {
			// Built before the release: the change may be in it or not.
			return verdict(a, CannotTell, CodeBeforeRelease)
		}
		fit = b
	}
	return verdict(a, fit.reload, fit.code)
}

func verdict(a Agent, reload Reload, code model.Code) Verdict {
	return Verdict{reload, model.Reason{Code: code, Args: []string{a.Title()}}}
}
