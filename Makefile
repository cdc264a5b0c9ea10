.DEFAULT_GOAL := help
CONFIG ?= Release
HSPI   := .artifacts/hspi/hspi
TRAINED ?= trained
# Percent of the faults of `make mutate` that tests must notice; docs/mutation.md holds the score of each folder.
MUTATION_FLOOR ?= 80
VERSION = $(shell sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)

build: ## Compile everything; a warning is an error. Leaves the program at .artifacts/hspi/hspi
	dotnet build HSPI.sln -c $(CONFIG)

demo: build ## The whole road in a few minutes: enrol, train, serve three hidden platforms, judge them
	bash tests/demo.sh .artifacts/demo

lean: ## The lean program at .artifacts/lean/hspi/hspi: one file and its data, without libtorch, ONNX Runtime and web server; needs no .NET
	dotnet publish src/Hspi.Cli -c $(CONFIG) -p:Edition=lean

DIST := .artifacts/dist
dist: export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct)
# Packs .artifacts/$(1)/hspi as $(2).tar.gz. The same files give the same bytes: sorted, owned by nobody, dated by the commit.
archive = tar -C .artifacts/$(1)/hspi -I 'gzip -n' -cf $(DIST)/$(2).tar.gz --transform='s|^\.|$(2)|' --sort=name --format=gnu --hard-dereference --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --mtime=@$$SOURCE_DATE_EPOCH .

dist: ## What users download, in .artifacts/dist: the whole program, the lean one, the package for `dotnet tool`, and their checksums
	rm -rf $(DIST) .artifacts/whole/hspi .artifacts/lean/hspi
	$(MAKE) lean
	dotnet publish src/Hspi.Cli -c $(CONFIG) -p:Edition=whole
	dotnet pack src/Hspi.Cli -c $(CONFIG) -p:Edition=tool -o $(DIST)
	$(call archive,whole,hspi-$(VERSION)-linux-x64)
	$(call archive,lean,hspi-lean-$(VERSION)-linux-x64)
	cd $(DIST) && sha256sum *.tar.gz *.nupkg > SHA256SUMS && cat SHA256SUMS && ls -l

test: build lean ## All tests that this machine can run; skipped ones are counted and say why
	dotnet test --solution HSPI.sln -c $(CONFIG) --no-build --results-directory .artifacts/results

# Tests are of three kinds, by the trait "card" (tests/Shared/CardTraits.cs): "needed" asks a real card, "absent" tests what is said
# where there is none, and all others run everywhere. First those that need a card, where one that is skipped has failed: this
# line is red wherever the driver, the card or cuBLASLt is missing, and each test says which. Then the others; there a skip for
# want of ../shared or of a compiler is no failure. Most test programs have no test of the first kind: code 8 of them is ignored.
test-gpu: build lean ## All tests of a machine with a card: those that need one may not be skipped, those that need none are left out
	dotnet test --solution HSPI.sln -c $(CONFIG) --no-build --results-directory .artifacts/results --filter-trait card=needed --fail-skips on --minimum-expected-tests 1 --ignore-exit-code 8
	dotnet test --solution HSPI.sln -c $(CONFIG) --no-build --results-directory .artifacts/results --filter-not-trait card=needed --filter-not-trait card=absent

approve: build ## Write anew what the program shows: help and reports in tests/Hspi.Cli.Tests/Approved. Look at the diff
	HSPI_APPROVE=1 .artifacts/bin/Hspi.Cli.Tests/$(shell echo $(CONFIG) | tr A-Z a-z)/Hspi.Cli.Tests -class 'Hspi.Cli.Tests.ApprovedTests'

MUTATED ?= Verdicts Readers/Inspection Readers/LogUnit Readers/NumberText Readers/References Readers/Steadiness Readers/Surface
# Faults of one folder at most; of more, always the same ones are drawn by lot.
MUTATION_MOST ?= 600
mutate: ## Put small faults into verdicts and readers, one at a time, and fail if the tests notice too few. The table belongs into docs/mutation.md
	dotnet build tests/Hspi.Mutation -c $(CONFIG)
	.artifacts/bin/Hspi.Mutation/$(shell echo $(CONFIG) | tr A-Z a-z)/Hspi.Mutation $(MUTATED) --most $(MUTATION_MOST) --floor $(MUTATION_FLOOR)

networks: build ## Train the committed networks anew (some minutes)
	$(HSPI) networks train

h200: ## Build what travels to a host with a card (one native file and its data), and print what to do with it
	dotnet publish src/Hspi.Card -c $(CONFIG) -r linux-x64 -o .artifacts/card -p:PublishAot=true -p:StripSymbols=true
	cd .artifacts/card && rm -rf *.xml *.pdb *.dbg libLdaNative.so data/datasets data/trained/[!n]* data/trained/networks/classifier.onnx vectors
	mkdir .artifacts/card/vectors && cp ../shared/vectors/probes.jsonl ../shared/vectors/units/hopper_* .artifacts/card/vectors/ || echo "no ../shared/vectors here: the numeric probes travel alone"
	cp src/Hspi.Cuda/Kernels/accurate_logf.cu .artifacts/card/
	@echo; du -sh .artifacts/card; echo; sed 's|^|  |' src/Hspi.Card/TRAVEL.txt

assemble-ptx: ## Assemble every probe kernel with NVIDIA's assembler, no card needed: make assemble-ptx NVJITLINK=/path/to/libnvJitLink.so.12
	HSPI_NVJITLINK=$(NVJITLINK) dotnet run --project src/Hspi.Card -c $(CONFIG) -- assemble

fuzz: build ## A million damaged bodies, headers and files: no crash, no hang, no key (minutes). The result belongs into docs/damaged-inputs.md
	HSPI_FUZZ_CASES=1100000 .artifacts/bin/Hspi.Core.Tests/release/Hspi.Core.Tests -namespace 'Hspi.Core.Tests.Fuzzing' -showliveoutput
	HSPI_FUZZ_CASES=1100000 .artifacts/bin/Hspi.Cuda.Tests/release/Hspi.Cuda.Tests -class 'Hspi.Cuda.Tests.DamagedInputTests' -showliveoutput

KILLS ?= 100
kills: build ## Kill five commands at KILLS random moments each: nothing lost, nothing doubled, limits held (half an hour). The table of docs/kills-measured.md
	.artifacts/bin/Hspi.Benchmarks/$(shell echo $(CONFIG) | tr A-Z a-z)/Hspi.Benchmarks kills $(HSPI) .artifacts/kills $(KILLS)

PORT ?= 0
hostile: build ## One of the servers of the tests that mean harm, by hand: make hostile CASE=forged-error PORT=8080. Without CASE the names
	.artifacts/bin/Hspi.Benchmarks/$(shell echo $(CONFIG) | tr A-Z a-z)/Hspi.Benchmarks hostile "$(CASE)" $(PORT)

SIZE ?= 10GB
inspect-large: build ## Peak memory of hspi inspect on files up to SIZE (10GB; half an hour, and as much disk). The result belongs into docs/inspect-memory.md
	.artifacts/bin/Hspi.Benchmarks/$(shell echo $(CONFIG) | tr A-Z a-z)/Hspi.Benchmarks inspect $(HSPI) .artifacts/inspect $(SIZE)

bench-networks: ## Speed of whole networks on emulated units beside ONNX Runtime (6 minutes; nothing else should run). The tables of docs/networks-measured.md
	dotnet run --project tests/Hspi.Benchmarks -c $(CONFIG) -- networks

train: build ## Learn the classifiers of trained/ from datasets/reference.parquet again; on the same kind of CPU the same bytes come out
	$(HSPI) train datasets/reference.parquet --output $(TRAINED)

lint: ## Fail if the formatter would change anything
	dotnet format HSPI.sln --verify-no-changes

test-gemm: ## The fast products against the plain definition on 10^7 cases and more; an hour
	HSPI_GEMM_CASES=100000 dotnet test --project tests/Hspi.Numerics.Tests -c $(CONFIG) --filter-namespace Hspi.Numerics.Tests.Gemm

bench-kernels: ## Every unit of the table: which kernel makes its products, and how fast (a minute)
	dotnet run --project tests/Hspi.Benchmarks -c $(CONFIG) -- kernels

bench: ## Speed of emulated matrix products beside sgemm, with AVX-512 and without; three minutes on a quiet machine. The tables of docs/products-measured.md
	dotnet build tests/Hspi.Benchmarks -c $(CONFIG)
	.artifacts/bin/Hspi.Benchmarks/$(shell echo $(CONFIG) | tr A-Z a-z)/Hspi.Benchmarks quick
	DOTNET_EnableAVX512=0 .artifacts/bin/Hspi.Benchmarks/$(shell echo $(CONFIG) | tr A-Z a-z)/Hspi.Benchmarks quick

evaluate-claims: build ## Verdicts on true and false claims about every enrolled platform, while others are hidden; the table of docs/claims-measured.md
	$(HSPI) evaluate datasets/reference.parquet --claims

CAPTURES ?= ../shared/captures/llama-under-load.jsonl.xz
evaluate-compare: build ## How well two servers are told apart, beside LT and MET on the same recordings: make evaluate-compare CAPTURES=FILE. The tables of docs/compare-measured.md
	$(HSPI) evaluate compare $(CAPTURES)

evaluate-embeddings: build ## How often one vector gives away its number format (half an hour). The tables of docs/embeddings-measured.md
	$(HSPI) evaluate embeddings --n 10000 --seed 1

evaluate-gateway: build ## Verdicts about every platform of this machine behind gateways, honest and not (an hour). The tables of docs/gateway-measured.md
	$(HSPI) evaluate gateway

sweep-readers: build ## Measure the readers on simulated answers; the tables of docs/readers-measured.md
	$(HSPI) sweep readers --only heads --n 10000 --seed 1
	$(HSPI) sweep readers --only ceiling --n 50 --seed 1
	$(HSPI) sweep readers --only calibration --n 300 --seed 1
	$(HSPI) sweep readers --only held-out --n 3000 --seed 1
	$(HSPI) sweep readers --only tokens --n 1000 --seed 1
	$(HSPI) sweep readers --only mixtures --mixtures 400 --seed 1

version: ## The version that is built
	@echo $(VERSION)

clean: ## Remove all build output
	rm -rf .artifacts

help: ## This list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.NOTPARALLEL: # two builds at once would write the libraries that they share
.PHONY: approve assemble-ptx bench bench-kernels bench-networks test-gemm build clean demo dist evaluate-claims evaluate-compare evaluate-embeddings evaluate-gateway fuzz h200 help hostile inspect-large kills lean lint mutate networks sweep-readers test test-gpu train version
