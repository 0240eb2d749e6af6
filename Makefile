# The repository's own commands. Needs GNU make, git and a Python ≥ 3.10; `make demo` and `make test` need nothing else.
#
#   make demo     a project from the defaults, generated, installed, and one run of it shown
#   make test     the tests; SCAFFOLD_REQUIRE=docker,redis,valkey,rabbitmq,postgres,moto,azurite,uv makes what is missing a failure
#   make check    lint, types, import rules and documents
#
# Another Python: make test PYTHON=python3.12 VENV=.venv312

PYTHON ?= python3
VENV ?= .venv
DEMO ?= .demo
WORKERS ?= 2
PYTEST_ARGS ?=
BENCH_ARGS ?=

BIN := $(VENV)/bin
DEMO_VENV := .venv-demo
DEMO_BIN := $(CURDIR)/$(DEMO_VENV)/bin
SCRIPTS := $(addprefix scripts/,advised bench golden picture reference release rivals stories)
# The one place that knows which pip reads dependency groups: what ensurepip brings may be older.
PIP := "pip>=25.1"

.DEFAULT_GOAL := help
.PHONY: help demo test lint types imports docs docs-check bench check clean

help:
	@sed -n '/^#   make/s/^#   //p' Makefile

# Makes a venv, unless it is there: $(call venv,DIRECTORY)
define venv
	@test -x $(1)/bin/python || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || { \
	  echo "make: '$(PYTHON)' is not a Python 3.10 or newer; name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@test -x $(1)/bin/python || { echo "making $(1)"; $(PYTHON) -m venv $(1); }
	@$(1)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade $(PIP)
endef

# --- try it --------------------------------------------------------------------------------------------

$(DEMO_VENV)/ready: pyproject.toml
	$(call venv,$(DEMO_VENV))
	@$(DEMO_BIN)/python -m pip install --quiet --disable-pip-version-check --editable . uv
	@touch $@

demo: $(DEMO_VENV)/ready
	@rm -rf $(DEMO)/myproj
	@mkdir -p $(DEMO)
	$(DEMO_BIN)/celery-scaffold new myproj --yes --output-dir $(DEMO)
	cd $(DEMO)/myproj && env -u VIRTUAL_ENV $(DEMO_BIN)/uv sync --quiet --python $(DEMO_BIN)/python
	cd $(DEMO)/myproj && .venv/bin/python -m myproj dev --once
	@echo "the project is in $(DEMO)/myproj"

# --- develop it ----------------------------------------------------------------------------------------

$(VENV)/ready: pyproject.toml
	$(call venv,$(VENV))
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

test: $(VENV)/ready
	$(BIN)/python -m pytest -n $(WORKERS) $(PYTEST_ARGS)

lint: $(VENV)/ready
	$(BIN)/ruff check . $(SCRIPTS)
	$(BIN)/ruff format --check . $(SCRIPTS)

types: $(VENV)/ready
	MYPYPATH=tests $(BIN)/mypy --scripts-are-modules cli tests $(SCRIPTS)

imports: $(VENV)/ready
	@test -x $(BIN)/lint-imports || { echo "make: import-linter needs Python 3.11 or newer" >&2; exit 1; }
	$(BIN)/lint-imports

docs: $(VENV)/ready
	$(BIN)/python scripts/reference
	$(BIN)/python scripts/picture
	$(BIN)/python scripts/advised

docs-check: $(VENV)/ready
	$(BIN)/python scripts/reference --check
	$(BIN)/python scripts/picture --check
	$(BIN)/python scripts/advised --check

bench: $(VENV)/ready
	$(BIN)/python scripts/bench $(BENCH_ARGS)

check: lint types imports docs-check

clean:
	rm -rf $(VENV) $(DEMO_VENV) $(DEMO) dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
