# Run `make` alone for the list of targets. Needs python3 (3.10 or newer) with venv, and nothing else.

PYTHON ?= python3
BIN := .venv/bin
TSC := .venv/node/node_modules/.bin/tsc

# What the user typed goes to the recipes through the environment, as typed: $(value) keeps make
# from expanding a $ in it, and the recipes quote it, so that no shell reads it either.
export FILM_PROMPT := $(value PROMPT)
export FILM_OUT := $(value OUT)
unexport PROMPT OUT
MAKEOVERRIDES :=

.DEFAULT_GOAL := help
.PHONY: help film serve test test-browser check types bench clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

film: .venv/.installed ## a film: PROMPT="..." [OUT=film.mp4] [ARGS="--seconds 20 --aspect 9:16"]
	@if [ -z "$$FILM_PROMPT" ]; then echo 'make film: say what the film is about: make film PROMPT="..."' >&2; exit 2; fi
	@if [ -z "$$FILM_OUT" ]; then mkdir -p films; fi
	@$(BIN)/astragen make --out "$${FILM_OUT:-films/}" $(ARGS) -- "$$FILM_PROMPT"

serve: .venv/.installed-service ## the service, on http://127.0.0.1:8000 [ARGS="--port 9000"]
	@$(BIN)/astragen serve $(ARGS)

test: .venv/.installed-dev ## all tests
	@$(BIN)/pytest

test-browser: .venv/.installed-dev ## the studio in a real browser
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || test -n "$$ASTRAGEN_CHROMIUM" || { echo 'This needs Chromium (Debian: apt install chromium), or ASTRAGEN_CHROMIUM=/path/to/it.' >&2; exit 2; }
	@$(BIN)/pytest tests/browser
	@echo 'Pictures of every page and state: build/screens'

check: .venv/.installed-dev types ## style, types and layers, in under a minute
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/pytest tests/unit/test_layers.py

# The studio's JavaScript says its types in comments. TypeScript only reads them; nothing is built.
types: .venv/.installed-dev
	@if test -x $(TSC); then npx --prefix .venv/node --no-install tsc --project src/astragen/studio; \
	else echo 'make check: the types of the studio were not checked: that needs Node.js with npm, then make clean.' >&2; fi

bench: .venv/.installed-dev ## a benchmark: NAME=film [ARGS="--films 1 --height 720"]
	@$(BIN)/python bench/$(if $(NAME),$(NAME),film).py $(ARGS)

clean: ## remove what was installed and built; films and the cache stay
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache
	rm -f src/astragen/_kernels.*.so
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.installed: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo 'This needs Python 3.10 or newer with its venv module (Debian: apt install python3-venv).' >&2; exit 2; }
	@echo 'Installing astragen into .venv (once)...' >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[cjk]'
	@touch $@

.venv/.installed-service: .venv/.installed
	@echo 'Installing the service (once)...' >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[cjk,service]'
	@touch $@

.venv/.installed-dev: .venv/.installed
	@echo 'Installing the tools for tests (once)...' >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[cjk,dev]'
	@if command -v npm >/dev/null; then npm install --silent --no-fund --no-audit --prefix .venv/node typescript@7 axe-core@4 || echo 'npm could not install TypeScript; make check goes without.' >&2; fi
	@touch $@
