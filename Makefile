# Two commands do all: `make demo` and `make test`. Both make a virtual environment in .venv first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CONSTRAINTS ?= constraints.txt

.PHONY: demo test check docs bench warm clean

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=python3.12 or the like")'
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); $(PYTHON) -m pip install --user virtualenv && $(PYTHON) -m virtualenv $(VENV); }
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml $(CONSTRAINTS)
	$(BIN)/python -m pip install --quiet --constraint $(CONSTRAINTS) --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint $(CONSTRAINTS) --editable '.[test,check]'
	@touch $@

# The main job: Mumbai to Moscow under three scenarios, in one table, with a map.
demo: $(VENV)/.installed
	@mkdir -p out
	$(BIN)/corridor-opt compare Mumbai Moscow --scenario baseline --scenario hormuz-closed --scenario rasht-astara-built --map out/mumbai-moscow.html
	@echo "map written: out/mumbai-moscow.html"

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

check: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/datapackage.py --check
	$(BIN)/python tools/corridors_page.py --check
	$(BIN)/python tools/hazards_page.py --check

$(VENV)/.installed-docs: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint $(CONSTRAINTS) --editable '.[docs]'
	@touch $@

# The documentation as a site, in out/docs/index.html; a warning is a fault, and so is a link that leads nowhere.
docs: $(VENV)/.installed-docs
	$(BIN)/python -m sphinx -E -W --keep-going -q -d out/doctrees -b html docs out/docs
	$(BIN)/python tools/site_links.py out/docs
	@echo "documentation written: out/docs/index.html"

bench: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks.network
	$(BIN)/python -m benchmarks.start

warm: $(VENV)/.installed
	$(BIN)/corridor-opt warmup

clean:
	rm -rf $(VENV) build dist out *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
