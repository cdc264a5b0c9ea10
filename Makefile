.DEFAULT_GOAL := help
CONFIG ?= Release
HSPI   := .artifacts/hspi/hspi

build: ## Compile everything; a warning is an error. Leaves the program at .artifacts/hspi/hspi
	dotnet build HSPI.sln -c $(CONFIG)

test: build ## All tests that this machine can run; skipped ones are counted and say why
	dotnet test --solution HSPI.sln -c $(CONFIG) --no-build --results-directory .artifacts/results

test-gpu: build ## The same tests, on a machine that must be able to run all of them
	dotnet test --solution HSPI.sln -c $(CONFIG) --no-build --results-directory .artifacts/results --fail-skips on

networks: build ## Train the committed networks anew (some minutes)
	$(HSPI) networks train

lint: ## Fail if the formatter would change anything
	dotnet format HSPI.sln --verify-no-changes

clean: ## Remove all build output
	rm -rf .artifacts

help: ## This list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: build test test-gpu networks lint clean help
