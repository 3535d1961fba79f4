# Two commands do everything on a fresh machine with Python >= 3.11, git and make:
#   make reproduce      install, fetch the data, run every study, build tables, figures and the paper
#   make test           install with the test extras, then lint, types, import contracts and tests
# Settings:  TIER=smoke|standard|full   PYTHON=python3.12   VENV=.venv   WORKERS=2
TIER    ?= smoke
PYTHON  ?= python3
VENV    ?= .venv
WORKERS ?=
BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED  := --no-build-isolation --require-hashes

.PHONY: help reproduce test lint install bench lock clean
.DEFAULT_GOAL := help

help:
	@sed -n '2,4s/^# //p' Makefile

# ---- set-up: the stamps make a second run skip what is installed --------------------------------
$(VENV)/.run: pyproject.toml requirements/build.txt requirements/run.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ": try make PYTHON=python3.12")'
	@echo "installing into $(VENV) (about a minute, once)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements/build.txt
	@$(PIP) install $(LOCKED) -r requirements/run.txt
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements/test.txt
	@$(PIP) install $(LOCKED) -r requirements/test.txt
	@touch $@

install: $(VENV)/.run

lock:
	@requirements/lock.sh
