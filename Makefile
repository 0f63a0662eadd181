# igmfat_nb: `make dashboard` and `make test` set everything up on a machine that has
# Python 3.11 or newer, pip and make. `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
UV := $(shell command -v uv 2>/dev/null)

# Without bytecode every command, server and kernel compiles all that it imports again.
unexport PYTHONDONTWRITEBYTECODE

# What a caller may add: make dashboard ARGS=--no-browser, make test PYTEST_ARGS="-k dose"
ARGS ?=
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install dashboard test lock audit sbom check coverage benchmarks figures notebooks page-code translations docs wheel clean
.PHONY: lint lint-ruff lint-format lint-types lint-imports

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

install: $(STAMP) ## make .venv from the hash-locked requirements.lock (uv when it is on the path)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "igmfat_nb needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>/dev/null || echo missing): name a newer one, for instance 'make install PYTHON=python3.12'."; \
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

# Which tests: `make test MARKS=full` runs those that are left to .ci/full.
MARKS ?= not full
# Tests wait for servers, kernels and pages half of their time: three at once keep two cores busy.
WORKERS ?= 3
# Cells of one notebook share a kernel, so a file never leaves its worker.
PYTEST := -m pytest -m "$(MARKS)" -n $(WORKERS) --dist loadfile --no-loadscope-reorder --nbval-lax --nbval-current-env
RUN := $(BIN)/python

test: install ## run the tests, the notebooks included (browser tests need a Chromium)
	$(RUN) $(PYTEST) $(PYTEST_ARGS)

coverage: RUN := $(BIN)/coverage run
coverage: test ## run every test and report the branches of igmfat_nb that none of them took
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

lint: lint-ruff lint-format lint-types lint-imports ## ruff, mypy --strict and the import contracts
lint-ruff: install
	$(BIN)/ruff check .
lint-format: install
	$(BIN)/ruff format --check .
lint-types: install
	$(BIN)/mypy --strict igmfat_nb
lint-imports: install
	$(BIN)/lint-imports

check: lint test ## lint and test

notebooks: install ## run the notebooks again and store only the outputs that the tests compare
	$(BIN)/python tests/notebooks/refresh.py $(wildcard notebooks/*.ipynb)

benchmarks: install ## list the commands that print what we claim about speed
	@for file in $(sort $(wildcard benchmarks/*.py)); do echo "$(BIN)/python $$file"; done

figures: install ## run a short set of the benchmarks and store what the performance page says (minutes)
	$(BIN)/python benchmarks/figures.py

DIR ?= pictures
pictures: install ## picture every page in each state, width, light, dark and on paper: make pictures DIR=folder
	$(BIN)/python tests/browser/pictures.py $(DIR) $(ARGS)

# No address goes into the lock: the machine's own settings say where packages come from.
lock: ## renew requirements.lock after a change in pyproject.toml
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv"; exit 1; }
	uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
	  --no-emit-index-url --no-config --custom-compile-command "make lock" \
	  pyproject.toml --output-file requirements.lock

# What a caller may add: make audit AUDIT_ARGS="-s osv"
AUDIT_ARGS ?=
audit: install ## ask whether a hole is known in what is installed; fails where it could not ask (needs a network)
	@$(BIN)/python .ci/audit.py $(AUDIT_ARGS)

SBOM ?= sbom.cdx.json
sbom: install ## write the list of all that is installed, CycloneDX (SBOM=FILE)
	@$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --short-PURLs --of JSON -o $(SBOM) requirements.lock

# Built anew it must be the same, byte for byte (.ci/run holds that): change it in server/front.
FRONT := igmfat_nb/server/front
PAGE_CODE_TO ?= ../static
docs: install ## build the manual, which needs no network: site/index.html, and under Help of a server
	$(BIN)/python docs/run_notebooks.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

wheel: docs ## build the wheel, with the manual inside, and the sdist: dist/
	$(BIN)/python -m hatchling build -t sdist -t wheel

translations: install ## collect what people read, renew and compile the catalogues
	$(BIN)/python tests/translations/collect.py

page-code: ## make the script and first styles of every page out of server/front (needs npm)
	@command -v npm >/dev/null || { echo "make page-code needs npm (Debian: apt install npm)"; exit 1; }
	cd $(FRONT) && npm ci --ignore-scripts --no-audit --no-fund --loglevel error && node build.mjs $(PAGE_CODE_TO)

clean: ## remove .venv and what the tools left behind
	rm -rf $(VENV) $(FRONT)/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.* htmlcov build dist site
