# igmfat_nb: `make dashboard` and `make test` set everything up on a machine that has
# Python 3.11 or newer, pip and make. `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
UV := $(shell command -v uv 2>/dev/null)

# What a caller may add: make dashboard ARGS=--no-browser, make test PYTEST_ARGS="-k dose"
ARGS ?=
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install dashboard test lock lint check coverage benchmarks notebooks clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

install: $(STAMP) ## make .venv from the hash-locked requirements.lock (uv when it is on the path)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "igmfat_nb needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1): name a newer one, for instance 'make install PYTHON=python3.12'."; \
	  exit 1; }
ifdef UV
	uv venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" $(VENV)
	uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	$(PYTHON) -m venv $(VENV)
	@echo "Installing the locked packages into $(VENV); the first time takes a few minutes."
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
endif
	@touch $(STAMP)

dashboard: install ## open the dashboard in the browser
	$(BIN)/igmfat dashboard $(ARGS)
