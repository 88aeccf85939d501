# Counterpose: `make demo` to see it, `make test` to check it. `make help` lists the rest.
#
#   PYTHON       the Python 3.11 to build .venv with; found by itself if it is on the PATH
#   TORCH_INDEX  the index to take torch from; empty: the one pip is set up with, which on Linux usually means the large CUDA
#                build. PyTorch's own CPU index is much smaller: make demo TORCH_INDEX=https://download.pytorch.org/whl/cpu
#   ARGS         passed on: make demo ARGS=--no-serve, make test ARGS="-k corpus"

PYTHON      ?= $(shell for python in python3.11 /usr/bin/python3.11 python3 python; do \
                 $$python -c 'import sys, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo $$python && break; done)
TORCH_INDEX ?=
ARGS        ?=

VENV      := .venv
BIN       := $(VENV)/bin
PIP       := $(BIN)/python -m pip --disable-pip-version-check --no-input
INSTALLED := $(VENV)/.installed
# pinned in pyproject.toml alone; no hash, since the CPU and the CUDA wheels of one version differ
TORCH     := $(shell sed -n 's/^ *"\(torch==[^"]*\)".*/\1/p' pyproject.toml)

# nothing is fetched once it is installed
export HF_HUB_OFFLINE := 1
export TRANSFORMERS_OFFLINE := 1
export TOKENIZERS_PARALLELISM := false

.PHONY: demo test test-offline test-docker audit sbom fuzz torture attack soak bench bench-topics bench-size bench-corpus messages lint install lock clean help
.DEFAULT_GOAL := help

demo: install ## install, load the sample, print its first comparison, serve it at http://127.0.0.1:8000
	@$(BIN)/counterpose demo $(ARGS)

test: lint ## install, then lint, types, import contracts and every test but the slow ones, in two processes
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: install ## ruff, mypy and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test-offline: install ## the tests, in a network namespace that has loopback and nothing else (Linux)
	unshare --map-root-user --net $(BIN)/python .ci/loopback.py $(BIN)/pytest $(ARGS)

test-docker: install ## the image's build steps, run for real without a container engine (minutes)
	$(BIN)/pytest -m slow tests/test_packaging.py

audit: install ## known vulnerabilities of every locked package (asks PyPI), and all licences
	@$(BIN)/python .ci/sbom.py --licences
	$(BIN)/pip-audit --strict --disable-pip --require-hashes --requirement requirements.lock
	echo $(TORCH) | $(BIN)/pip-audit --strict --disable-pip --no-deps --requirement /dev/stdin

sbom: install ## what a running Counterpose is made of, models included, as CycloneDX: build/sbom.cdx.json
	@$(BIN)/python .ci/sbom.py build/sbom.cdx.json

fuzz: install ## the API for five minutes and each reader of text for one, led by what they reach
	@$(BIN)/python -m tests.torture.fuzz_readers
	@$(BIN)/python -m tests.torture.fuzz_api

torture: install ## every kind of write, ended by kill -9, on both engines: make torture ARGS="--kills 1000 --seed 7"
	@OMP_NUM_THREADS=1 $(BIN)/python -m tests.torture.kills $(ARGS)

attack: install ## every payload in every field of every page, and the files that take long to refuse (an hour or more)
	$(BIN)/pytest -m slow tests/test_access_browser.py tests/test_xss.py tests/torture $(ARGS)

soak: install ## a server under mixed load, its answers, times and memory: make soak ARGS="--minutes 120 --rate 10"
	@$(BIN)/python -m tests.torture.soak $(ARGS)

bench: install ## times of the first comparison, of --help, of /compare; embedding, scoring and adding beside the usual
	@$(BIN)/python tests/bench/timings.py
	@$(BIN)/python tests/bench/scoring.py
	@$(BIN)/python tests/bench/throughput.py
	@$(BIN)/python tests/bench/adding.py

bench-topics: install ## time and memory of grouping 100,000 statements: make bench-topics ARGS="--statements 1000000"
	@$(BIN)/python tests/bench/grouping.py $(ARGS)

bench-size: install ## /compare over 100,000 statements, cold and warm: make bench-size ARGS="--statements 1000000"
	@$(BIN)/python tests/bench/at_size.py $(ARGS)

bench-corpus: install ## `counterpose add` of all 10,375 UN speeches beside embedding them (an hour)
	@$(BIN)/python tests/bench/whole_corpus.py $(ARGS)

install: $(INSTALLED) ## make .venv and install everything into it

$(INSTALLED): requirements.lock pyproject.toml
	@test -x $(BIN)/python || { \
	  test -n "$(PYTHON)" || { echo "Counterpose needs Python 3.11 with its venv module, and none is on the PATH." \
	    "Install it (Debian: apt-get install python3.11-venv) or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }; \
	  echo "Making $(VENV) with $(PYTHON)"; $(PYTHON) -m venv $(VENV); }
	@$(BIN)/python -c 'import sys; v = sys.version.split()[0]; v.startswith("3.11.") or sys.exit( \
	  f"Counterpose needs Python 3.11, and $(VENV) has {v}. Remove it with: make clean, and name another: make PYTHON=/path/to/python3.11")'
	$(PIP) install --no-deps --require-hashes -r requirements.lock
	$(PIP) install $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) $(TORCH)
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	$(PIP) check
	@touch $@

messages: install ## write anew what is to be translated, service/translations/messages.pot
	@$(BIN)/pybabel --quiet extract --mapping pyproject.toml --keyword plural:1,2 --no-location --sort-output --omit-header \
	  --output service/translations/messages.pot .

lock: install ## write requirements.lock anew: make lock ARGS=--upgrade for newer versions
	$(BIN)/uv pip compile pyproject.toml --extra dev --output-file requirements.lock --quiet $(ARGS)

clean: ## remove .venv and all that tools left behind
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find service models templates tests -name __pycache__ -type d -exec rm -rf {} +

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22
