# Communiqué: two commands. `make serve` and `make test`; the rest is for those who work on it.

PYTHON ?= $(or $(shell command -v python3.11),python3)
HOST ?= 127.0.0.1
PORT ?= 8000
BASE ?= http://localhost:$(PORT)
DATA ?= $(if $(filter 8000,$(PORT)),data,data-$(PORT))

VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
SEEDS := $(wildcard seeds/*)
SOURCES := $(wildcard publisher/*.py publisher/*/*.py ontology/*.ttl ontology/*/*.ttl shapes/*.ttl)

EDITOR := publisher/web/static/yasgui/yasgui.min.js

.DEFAULT_GOAL := help
.PHONY: help serve test lint bench lock clean

help:  ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

serve: $(DATA)/.seeded $(EDITOR)  ## Publish the dispatches in seeds/ and serve them at http://127.0.0.1:8000
	$(BIN)/communique serve --data $(DATA) --base $(BASE) --host $(HOST) --port $(PORT)

test: $(DEV)  ## Check style, types and behaviour
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(DEV)  ## Check style and types, and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/mypy

bench: $(DEV)  ## Measure what the README's speed table is made of
	$(BIN)/python -m benchmarks

$(EDITOR): publisher/web/yasgui/package-lock.json  ## The query editor, where Node is present
	@mkdir -p $(@D) build/yasgui && cp publisher/web/yasgui/package*.json build/yasgui/
	@if command -v npm > /dev/null \
	  && npm ci --prefix build/yasgui --ignore-scripts --no-audit --no-fund --silent; then \
	  cp build/yasgui/node_modules/@zazuko/yasgui/build/yasgui.min.css $(@D)/ && \
	  cp build/yasgui/node_modules/@zazuko/yasgui/build/yasgui.min.js $@; \
	else echo "No query editor: it needs Node and its packages. The query page has a plain form."; fi

$(DATA)/.seeded: $(RUN) $(SEEDS) $(SOURCES)
	$(BIN)/communique publish --data $(DATA) --base $(BASE) seeds
	@touch $@

$(RUN): requirements.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.txt $(RUN)
	$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

$(BIN)/python:
	@command -v $(PYTHON) > /dev/null || { echo "No Python here. Install Python 3.11, or name yours: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

lock: $(DEV)  ## Renew requirements*.txt from pyproject.toml
	$(PIP) pip-tools
	$(BIN)/pip-compile $(LOCK) --extra models --output-file requirements.txt pyproject.toml
	$(BIN)/pip-compile $(LOCK) --extra models --extra dev --output-file requirements-dev.txt pyproject.toml

LOCK := --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --build-deps-for editable \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

clean:  ## Remove the environment, the data and all caches
	rm -rf $(VENV) data data-* .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
