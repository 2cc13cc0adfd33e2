# make demo   set up, run the main job end to end, say what was made and where
# make test   set up, run all checks and tests
# make check  only the static checks: format, lint, types
# make tests  only the tests
# make docs   the documentation as a site, into out/site
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
FIND = for p in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done

.PHONY: demo test tests check docs clean

demo: $(VENV)/core.stamp
	@echo "== running the main job: generate, verify, filter, rank, export over all domains (no key, no network)"
	@$(BIN)/verisieve run --out out

test: check tests

tests: $(VENV)/dev.stamp
	@echo "== running the tests"
	@$(BIN)/python -m pytest -n auto --dist worksteal -q $(ARGS)

check: $(VENV)/dev.stamp
	@echo "== checking format, lint and types"
	@$(BIN)/ruff format --check -q .
	@$(BIN)/ruff check -q .
	@$(BIN)/mypy
	@$(BIN)/mypy tests/typed_api.py

docs: $(VENV)/dev.stamp
	@echo "== building the site into out/site, all links checked"
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build -q --strict

$(VENV)/bin/python:
	@python=$$($(FIND)); \
	if [ -z "$$python" ]; then echo "verisieve needs Python 3.11 or later: none found (set PYTHON=/path/to/python)"; exit 1; fi; \
	echo "== making the environment $(VENV) with $$python"; \
	"$$python" -m venv $(VENV) || { echo "python -m venv failed: on Debian, apt-get install python3-venv"; exit 1; }

$(VENV)/core.stamp: pyproject.toml setup.py | $(VENV)/bin/python
	@echo "== installing verisieve and what it needs"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e .
	@touch $@

$(VENV)/dev.stamp: pyproject.toml setup.py | $(VENV)/bin/python
	@echo "== installing verisieve with all extras and the test tools"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/core.stamp

clean:
	@rm -rf $(VENV) build dist out .mypy_cache .ruff_cache .pytest_cache
