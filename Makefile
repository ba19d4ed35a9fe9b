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
WEB     := ui/web
BROWSER := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
# How long `make fuzz` looks at each target.
FUZZTIME ?= 2s

.DEFAULT_GOAL := help
.PHONY: help run build test check web-test web-same ui fuzz bench faults lint fmt generate vulncheck browser

help: ## Show this help
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Build and serve with ./data
	./patchbay serve --data ./data

build: ## Build ./patchbay
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o patchbay ./cmd/patchbay

test: check vulncheck ## Everything: checks, all tests with the race detector, the web app in a browser
	$(GO) test -race -shuffle=on ./...
	$(MAKE) web-test

check: $(LINT) ## Format, lint, vet, module file and generated files
	$(LINT) fmt --diff
	$(LINT) run
	$(GO) vet ./...
	$(GO) mod tidy -diff
	$(GO) mod verify
	$(GO) test -count=1 -run '^TestDocument_IsTheGoldenFile$$' ./ui/api

ui: $(WEB)/node_modules ## Generate the web app's client and build the app that the binary embeds
	cd $(WEB) && npm run --silent generate && npm run --silent build

# Who works on Go alone needs no Node: these are asked for by `make test` and CI only.
web-test: web-same browser ## Check and test the web app, in a browser too
	cd $(WEB) && npm run --silent check && npm run --silent test && npm run --silent e2e

web-same: ui ## Prove that the web app's build and client are those in the repository
	@test -z "$$(git status --porcelain -- $(WEB)/dist $(WEB)/src/api/schema.gen.ts)" || { \
		git status --short -- $(WEB)/dist $(WEB)/src/api/schema.gen.ts; \
		echo "the web app was built anew and differs: commit what 'make ui' writes"; exit 1; }

# The stamp is written by npm: it is there once everything is.
$(WEB)/node_modules: $(WEB)/package-lock.json
	cd $(WEB) && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --silent
	touch $@

browser:
ifeq ($(BROWSER),)
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium; \
	else \
		echo "the browser tests need Chromium; install it, or name it with PATCHBAY_CHROMIUM"; exit 1; \
	fi
endif

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
