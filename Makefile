# Everything a person does with the project; `make` alone prints this help.
# Python 3.11 or newer with venv is all it needs; the environment is built from the lock file.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=
# A worker a core; the tests of one file share their servers and demo, so they stay together.
TESTS := -n auto --maxprocesses 4 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help demo test check format servers soak mutants proof boards pictures lock env clean

help: ## Print this help
	@grep -hE '^[a-z-]+[a-zA-Z%-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

demo: $(VENV)/.run ## Start the example district and the platform; ARGS='--once --json' for figures only
	$(BIN)/jieneng demo $(ARGS)

test: $(VENV)/.dev ## Run the tests; COVERAGE=95 measures and demands coverage [percent]
ifdef COVERAGE
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest $(TESTS) $(ARGS)
	@$(BIN)/python -m coverage combine -q
	@$(BIN)/python -m coverage report --skip-covered --fail-under=$(COVERAGE)
else
	$(BIN)/python -m pytest $(TESTS) $(ARGS)
endif

check: $(VENV)/.dev ## Format, lint, floors, types, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy .
	$(BIN)/python -m jieneng boards check

format: $(VENV)/.dev ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

servers: ## Put mosquitto, PostgreSQL, InfluxDB 1.8 and 2.9 where the tests find them
	bash deploy/servers/get.sh

proof: $(VENV)/.run ## Play every scenario through the platform and hold what it says to the truth
	$(BIN)/jieneng proof $(ARGS)

boards: $(VENV)/.run ## Write the Grafana files from the board definitions
	$(BIN)/jieneng boards write

pictures: $(VENV)/.dev ## Draw a week and a year of each simulated load, and docs/loads.md
	@$(BIN)/python -m pictures

bench-%: $(VENV)/.dev ## Run one benchmark of benchmarks/, such as make bench-ingest
	@$(BIN)/python -m benchmarks.$*

soak: $(VENV)/.dev ## Break broker, store, disk and line for half an hour and count every reading; ARGS='--only kills'
	@$(BIN)/python -m benchmarks.soak $(ARGS)

mutants: $(VENV)/.dev ## Plant known mistakes one by one and show which test notices each; ARGS='kernel' for some
	@$(BIN)/python -m tests.mutants $(ARGS)

lock: $(VENV)/.dev ## Renew requirements.lock and requirements-dev.lock from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.lock

env: $(VENV)/.run ## Build the environment only

clean: ## Remove the environment and the demo's data
	rm -rf $(VENV) data/demo

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run
