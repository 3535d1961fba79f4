# Two commands do everything on a fresh machine with Python >= 3.11, git and make:
#
#   make reproduce   install, fetch the data, run every study, build tables, figures and the paper
#   make test        install with the test extras, then lint, types, import contracts and tests
#
# Given again, each does only what is missing. The steps by themselves:
#
#   make install     the environment in .venv, from the hash-pinned lock
#   make report      tables and figures from the records that exist
#   make paper       the paper as PDF from the same records
#   make lint        ruff, mypy and the import contracts, without the tests
#   make tools-test  the tests that need a program beside Python: TeX, Slurm; one that is missing is skipped and named
#   make simulations the long checks of the statistics: 2000 simulated studies for each test (minutes)
#   make bench       our own time around a trial (pytest-benchmark)
#   make lock        remake the lock (needs uv)
#   make clean       remove the environment and the caches; records and results stay
#
# Settings, e.g. make reproduce TIER=standard WORKERS=4:
#
#   TIER=smoke       smoke (minutes), standard (the published run) or full (a cluster)
#   WORKERS=         processes of a sweep and of the tests; by default one per core, two for the tests
#   TRACKERS=1       make the environments of all tracking tools first (2.6 GB); without them those that are missing are skipped
#   PYTHON=python3   the Python that the environment is made of, e.g. python3.12
#   VENV=.venv       where the environment is
TIER    ?= smoke
PYTHON  ?= python3
VENV    ?= .venv
WORKERS ?=
TRACKERS ?=

BIN     := $(VENV)/bin
HARNESS := $(BIN)/python -m harness
PIP     := $(BIN)/python -m pip --disable-pip-version-check --quiet
TESTS   := $(BIN)/python -m pytest -n $(or $(WORKERS),2) --dist loadscope --no-loadscope-reorder
LOCKED  := --no-build-isolation --require-hashes
STUDIES := $(sort $(basename $(notdir $(wildcard conf/experiment/*.yaml))))
RECORDS := $(if $(filter standard,$(TIER)),results,results/.$(TIER))

.PHONY: help reproduce test install report paper lint tools-test simulations bench lock clean
.DEFAULT_GOAL := help

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

# ---- the two commands -----------------------------------------------------------------------------------------------

# exit code 3 of a sweep is failed trials, which are recorded: the rest goes on, and the end says so
reproduce: install
	@$(HARNESS) data fetch
	@$(if $(TRACKERS),$(HARNESS) tracker install,:)
	@code=0; for study in $(STUDIES); do \
	  echo "running the study '$$study' at tier $(TIER)"; \
	  $(HARNESS) run -m experiment=$$study tier=$(TIER) $(if $(WORKERS),workers=$(WORKERS)) || code=$$?; \
	  [ $$code -eq 0 ] || [ $$code -eq 3 ] || exit $$code; \
	done; \
	$(HARNESS) report tier=$(TIER) && $(HARNESS) paper tier=$(TIER) && $(HARNESS) status tier=$(TIER) || exit; \
	echo; \
	echo "records, tables and figures: $(foreach study,$(STUDIES),$(RECORDS)/$(study)/)"; \
	echo "the paper:                   paper/paper.pdf"; \
	[ $$code -eq 0 ] || echo "some trials failed: their reasons are above, their tracebacks in the records"; \
	exit $$code

# carriers and validators are fetched first, so that tests in parallel find them in the cache
test: lint
	@$(HARNESS) data fetch
	@$(HARNESS) crate --install
	@$(TESTS) --quiet --durations 40 --durations-min 3

# ---- the steps ------------------------------------------------------------------------------------------------------

report paper: install
	@$(HARNESS) $@ tier=$(TIER)

lint: $(VENV)/.test
	@$(BIN)/ruff check --quiet && echo "ruff check: ok"
	@$(BIN)/ruff format --check --quiet || { echo "the files above are not formatted: $(BIN)/ruff format"; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

tools-test: $(VENV)/.test
	@$(TESTS) --quiet -m tool

simulations: $(VENV)/.test
	@$(TESTS) --quiet -m exhaustive

bench: $(VENV)/.test
	@$(BIN)/python -m pytest benchmarks --benchmark-only

lock:
	@requirements/lock.sh

clean:
	rm -rf $(VENV) build dist .benchmarks .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- set-up: the stamps make a second run skip what is installed ----------------------------------------------------

install: $(VENV)/.run

$(VENV)/.run: pyproject.toml requirements/build.txt requirements/run.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ": try make PYTHON=python3.12")'
	@echo "installing into $(VENV) (about a minute, once)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements/build.txt
	@$(PIP) install $(LOCKED) -r requirements/run.txt
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements/test.txt
	@echo "installing the test extras into $(VENV)"
	@$(PIP) install $(LOCKED) -r requirements/test.txt
	@touch $@
