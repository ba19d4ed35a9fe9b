# One tool per line with its version; they are installed into ./bin.
GOLANGCI_LINT_VERSION := v2.15.0
GOVULNCHECK_VERSION   := v1.8.0

BIN     := $(CURDIR)/bin
LINT    := $(BIN)/golangci-lint-$(GOLANGCI_LINT_VERSION)
VULN    := $(BIN)/govulncheck-$(GOVULNCHECK_VERSION)
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION)
VULNDB  := https://vuln.go.dev
GO      := go
# How long `make fuzz` looks at each target.
FUZZTIME ?= 2s

.DEFAULT_GOAL := help
.PHONY: help run build test check fuzz bench faults lint fmt generate vulncheck

help: ## Show this help
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Build and serve with ./data
	./patchbay serve --data ./data

build: ## Build ./patchbay
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o patchbay ./cmd/patchbay

test: check vulncheck ## Everything: checks, then all tests with the race detector
	$(GO) test -race -shuffle=on ./...

check: $(LINT) ## Format, lint, vet, module file and generated files
	$(LINT) fmt --diff
	$(LINT) run
	$(GO) vet ./...
	$(GO) mod tidy -diff
	$(GO) mod verify
	$(GO) test -count=1 -run '^TestDocument_IsTheGoldenFile$$' ./ui/api

fuzz: ## Fuzz every target for FUZZTIME, from what is kept in testdata
	.ci/fuzz $(FUZZTIME)

bench: ## Compare the product with bare Fiber on this machine
	$(GO) run ./cmd/bench

faults: ## Break the product in every way we know, at full size, and print a table
	$(GO) test -count=1 -timeout 60m -run '^TestFault_' ./cmd/patchbay -args -full

lint: $(LINT) ## Lint only
	$(LINT) run

fmt: $(LINT) ## Format all Go files
	$(LINT) fmt

generate: ## Write generated files anew
	$(GO) test -count=1 -run '^TestDocument_IsTheGoldenFile$$' ./ui/api -update

# The database of known vulnerabilities is asked only where it can be reached.
vulncheck: $(VULN)
	@if curl -sfo /dev/null --max-time 10 $(VULNDB)/index/db.json; then \
		$(VULN) ./...; \
	else \
		echo "govulncheck skipped: $(VULNDB) cannot be reached"; \
	fi

$(LINT):
	GOBIN=$(BIN) GOFLAGS= $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	mv $(BIN)/golangci-lint $@

$(VULN):
	GOBIN=$(BIN) GOFLAGS= $(GO) install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)
	mv $(BIN)/govulncheck $@
