# Every target is a command that anyone can type. `make help` lists them.
TOOLS  ?= $(or $(TIMEBOUND_TOOLS),$(CURDIR)/bin)
LINTV  := v2.15.0
LINT   := $(TOOLS)/golangci-lint-$(LINTV)/golangci-lint
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
export CGO_ENABLED ?= 1

.PHONY: help build demo test unit e2e e2e-all e2e-older bench fuzz lint screenshots clean

help: ## list the targets
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

build: ## build bin/timebound
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/timebound ./cmd/timebound

demo: ## run the dashboard on the embedded demo cluster
	go run ./cmd/timebound --demo

test: unit e2e ## all tests, with one real control plane (1.37.1)

unit: ## tests that need nothing but Go
	go test -race ./...

e2e: ## scenarios on a real control plane, 1.37.1
	cd e2e && go test -timeout 40m ./...

e2e-all: ## scenarios on every control plane, 1.24 to 1.37
	cd e2e && TIMEBOUND_E2E_VERSIONS=all go test -timeout 80m ./audits/... ./changes/... ./controlplane/... ./forecast/... ./scenarios/...

OLDER := 1.24.17,1.26.3,1.28.15,1.30.14
e2e-older: ## the same on the versions that e2e leaves out, and the way through all
	cd e2e && TIMEBOUND_E2E_VERSIONS=all go test -timeout 40m ./controlplane/...
	cd e2e && TIMEBOUND_E2E_VERSIONS=$(OLDER) go test -timeout 80m ./audits/... ./changes/... ./forecast/... ./scenarios/...

bench: ## compare with kubectl and raw lists, with jq and grep; print ratios
	cd e2e && go run ./cmd/bench
	go run ./k8s/audit/bench
	go test -run '^$$' -bench . -benchmem ./model ./ui/...

fuzz: ## fuzz every parser for a while
	.ci/fuzz 30s

lint: $(LINT) ## gofmt, go vet, golangci-lint
	@test -z "$$(gofmt -l . | tee /dev/stderr)" || (echo 'run gofmt -w on these'; exit 1)
	go vet ./... && cd e2e && go vet ./...
	$(LINT) run ./...
	cd e2e && $(LINT) run ./...

$(LINT):
	GOBIN=$(dir $(LINT)) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINTV)

screenshots: ## draw screenshots/*.svg and *.png anew
	go run ./screenshots && screenshots/png.sh

clean: ## remove what the targets made in this folder
	rm -rf bin
