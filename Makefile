# Ridgeline. "make help" lists what there is.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first interpreter that is new enough; PYTHON=... overrides.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)
VENV ?= .venv
BIN := $(VENV)/bin
PROBES ?= on
INPUTS := pyproject.toml requirements/constraints.txt
EXTRAS := $(if $(filter off,$(PROBES)),web,web,worker)
RUN_STAMP := $(VENV)/.installed-$(if $(filter off,$(PROBES)),web,web-worker)
DEV_STAMP := $(VENV)/.installed-dev
# Compiling every module of torch takes longer than compiling the few that are used, when used.
PIP := $(BIN)/python -m pip install --no-compile --quiet --disable-pip-version-check -c requirements/constraints.txt

TEST_DATABASE_URL ?= postgresql://postgres@127.0.0.1:5432/postgres
TEST_BROKER_URL ?= redis://127.0.0.1:6379/15
WORKERS ?= auto

export PROBES PORT HOST DATA_DIR DATABASE_URL CELERY_BROKER_URL

.PHONY: help install install-dev run test test-services lint format bench accuracy fit clean

help:  ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  Variables of run: PORT (8000), HOST (127.0.0.1), DATA_DIR (var), PROBES=off, DATABASE_URL, CELERY_BROKER_URL"

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then echo "Ridgeline needs Python 3.11 or newer; none was found on PATH (set PYTHON=...)." >&2; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Ridgeline needs Python 3.11 or newer; $(PYTHON) is older." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): $(INPUTS) | $(BIN)/python
	@echo "Installing Ridgeline into $(VENV) (about a minute the first time)"
	@$(PIP) -e '.[$(EXTRAS)]'
	@touch $@

$(DEV_STAMP): $(INPUTS) | $(BIN)/python
	@echo "Installing Ridgeline and its test tools into $(VENV)"
	@$(PIP) -e '.[web,worker,dev]'
	@touch $@ $(VENV)/.installed-web $(VENV)/.installed-web-worker

install: $(RUN_STAMP)  ## Make the environment (.venv); quick when nothing changed
	@:

install-dev: $(DEV_STAMP)  ## The environment with test and lint tools
	@:

run: install  ## Start everything at http://127.0.0.1:8000; Ctrl-C stops all of it
	@exec $(BIN)/python -m config.stack

test: install-dev  ## Run the whole suite on SQLite and the embedded broker
	@$(BIN)/python -m pytest -m hardware -n 0
	@$(BIN)/python -m pytest -m "not hardware" -n $(WORKERS) --dist loadscope

# Engine and agent import neither Django nor a database (import-linter), so "make test" has shown
# all there is to see of them.
test-services: install-dev  ## The same suite on PostgreSQL and Redis (TEST_DATABASE_URL, TEST_BROKER_URL)
	@TEST_DATABASE_URL=$(TEST_DATABASE_URL) TEST_BROKER_URL=$(TEST_BROKER_URL) \
		$(BIN)/python -m pytest -m "not hardware and not browser" -n $(WORKERS) --dist loadscope \
		--ignore tests/sizing/engine --ignore tests/probes/agent

lint: install-dev  ## Formatting, types, import direction, templates, migrations, deployment, OpenAPI
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary config catalog drawing sizing probes
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/djlint --quiet --lint templates
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@HTTPS_ONLY=on $(BIN)/python manage.py check --deploy --fail-level WARNING
	@$(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null

format: install-dev  ## Put code into the house format
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

bench: install-dev catalog  ## Measure speed; a table of figures and ratios, JSON under var/bench/
	@$(BIN)/python -m benchmarks

# Published measurements: TRUTH=folder, else a folder beside the project, else the shipped ones.
TRUTH ?= $(wildcard ../shared/truth)

.PHONY: catalog
catalog: install
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py load_catalog --verbosity 0

accuracy: catalog  ## Score the engine on published measurements (TRUTH=folder)
	@$(BIN)/python manage.py accuracy $(if $(TRUTH),--truth $(TRUTH))

fit: catalog  ## Estimate the engine's parameters again from sizing/data/measurements
	@mkdir -p var
	@$(BIN)/python manage.py export_accelerators -o var/accelerators.json
	@$(BIN)/python -m sizing.engine.fit --cases sizing/data/measurements/*.jsonl \
		--accelerators var/accelerators.json --models catalog/data/models \
		-o sizing/data/calibration.json --table sizing/data/cross_validation.json
	@$(BIN)/python manage.py accuracy --json sizing/data/accuracy.json \
		--rows sizing/data/accuracy_rows.csv --document docs/accuracy.md

clean:  ## Remove the environment and caches; data in var/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache *.egg-info
