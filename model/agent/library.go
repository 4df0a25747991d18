package agent

// Library is the client library, as far as the header tells.
type Library string

// The libraries that are told apart. Code that a generator wrote sends the
// generator's name, which changed between versions of the same client.
const (
	LibraryUnknown       Library = ""
	LibraryKubernetes    Library = "client-go of Kubernetes" // a binary of Kubernetes itself, whose version is client-go's
	LibraryOpenShift     Library = "client-go of OpenShift"  // oc, whose version goes with a version of Kubernetes
	LibraryGo            Library = "client-go"               // of any version: headers of other programs do not tell
	LibraryPythonSwagger Library = "python, Swagger-Codegen"
	LibraryPython        Library = "python, OpenAPI-Generator"
	LibraryJavaSwagger   Library = "java, Swagger-Codegen"
	LibraryJavaOpenAPI   Library = "java, OpenAPI-Generator"
	LibraryJava          Library = "java"
	LibraryFabric8       Library = "fabric8"
	LibraryJavaScript    Library = "javascript"
	LibraryCSharp        Library = "csharp"
	LibraryHaskell       Library = "haskell"
	LibraryRuby          Library = "ruby"
	LibraryGenerated     Library = "generated" // written by a generator for another language
	LibraryHTTP          Library = "http"      // an HTTP library, with hand-written code above it
)

// libraryTitles name a library where no program is known. Those that are absent
// (client-go, HTTP) leave the name to the product that was sent.
var libraryTitles = map[Library]string{
	LibraryPythonSwagger: "Python client", LibraryPython: "Python client",
	LibraryJavaSwagger: "Java client", LibraryJavaOpenAPI: "Java client", LibraryJava: "Java client",
	LibraryFabric8:    "fabric8 Java client",
	LibraryJavaScript: "JavaScript client",
	LibraryCSharp:     "C# client",
	LibraryHaskell:    "Haskell client",
	LibraryRuby:       "Ruby client",
}

// Title names the library for people; "" if it is not known.
func (l Library) Title() string {
	if title, ok := libraryTitles[l]; ok {
		return title
	}
	return string(l)
}

// names says that the library's name tells more than the product that was sent.
func (l Library) names() bool {
	_, ok := libraryTitles[l]
	return ok
}

// generators are the names that generated code sends in front of its version
// and language: OpenAPI-Generator/11.0.0/python (kubernetes-client/python
// kubernetes/client/api_client.py, kubernetes-client/java ApiClient.java).
var generators = map[string]map[string]Library{
	"swagger-codegen":   {"python": LibraryPythonSwagger, "java": LibraryJavaSwagger, "ruby": LibraryRuby},
	"openapi-generator": {"python": LibraryPython, "java": LibraryJavaOpenAPI, "ruby": LibraryRuby},
}

// constantVersions are libraries whose version never changes, and so is none.
var constantVersions = map[Library]bool{LibraryJavaSwagger: true, LibraryJavaOpenAPI: true, LibraryHaskell: true}

// libraries are the names that libraries send, in lower case.
var libraries = map[string]Library{
	"kubernetes java client":       LibraryJava, // from 10.0.0; the version lags the release
	"fabric8-kubernetes-client":    LibraryFabric8,
	"kubernetes-client-javascript": LibraryJavaScript, // from 2.0
	"kubernetes-csharp":            LibraryCSharp,     // from 20.0.84
	"kubernetes-client-core":       LibraryHaskell,
	"go-http-client":               LibraryHTTP,
	"node-fetch":                   LibraryHTTP, // the JavaScript client 1.x among others
	"axios":                        LibraryHTTP,
	"undici":                       LibraryHTTP,
	"node":                         LibraryHTTP,
	"okhttp":                       LibraryHTTP,
	"apache-httpclient":            LibraryHTTP,
	"java":                         LibraryHTTP,
	"java-http-client":             LibraryHTTP,
	"python-requests":              LibraryHTTP,
	"python-urllib":                LibraryHTTP,
	"python-urllib3":               LibraryHTTP,
	"python-httpx":                 LibraryHTTP,
	"python":                       LibraryHTTP, // aiohttp: "Python/3.11 aiohttp/3.8"
	"aiohttp":                      LibraryHTTP,
	"rest-client":                  LibraryHTTP, // the Ruby kubeclient 4.x among others
	"faraday":                      LibraryHTTP, // the Ruby kubeclient from 5 on
	"http.rb":                      LibraryHTTP, // watches of the Ruby kubeclient
	"ruby":                         LibraryHTTP,
	"guzzlehttp":                   LibraryHTTP,
	"lwp":                          LibraryHTTP,
	"libwww-perl":                  LibraryHTTP,
	"reqwest":                      LibraryHTTP,
	"hyper":                        LibraryHTTP,
	"got":                          LibraryHTTP,
	"curl":                         LibraryHTTP,
	"wget":                         LibraryHTTP,
	"httpie":                       LibraryHTTP,
	"postmanruntime":               LibraryHTTP,
}
