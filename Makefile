# Needs make and Python 3.13, nothing else. `make help` lists what there is.
PORT ?= 8000
AT ?=
export PYTHON

BIN := .venv/bin
DEMO := $(BIN)/python -W ignore -m supportdesk.demo
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo demo-at demo-reset test lint messages screenshots demo-environment test-environment

help:
	@echo 'make demo                          run the whole desk on http://127.0.0.1:8000 (PORT= changes it)'
	@echo 'make demo AT="2026-11-20 16:58"    ... as if it were that moment in Tokyo'
	@echo 'make demo-at AT="2026-11-24 9:00"  move the clock of the running desk (AT=now: back to real time)'
	@echo 'make demo-reset                    forget the demo data and start afresh'
	@echo 'make test                          lint, types, import contracts, tests, browser journeys'
	@echo 'make lint                          the first three of these'
	@echo 'make messages                      bring the English catalogue (locale/en) up to date with the texts'
	@echo 'make screenshots                   take the pictures of README.md anew (needs Chromium)'

demo: demo-environment $(CATALOGUES)
	@$(DEMO) run --port "$(PORT)" --at "$(AT)"

demo-reset: demo-environment $(CATALOGUES)
	@$(DEMO) run --port "$(PORT)" --at "$(AT)" --fresh

demo-at: demo-environment
	@$(DEMO) at "$(AT)"

lint: test-environment $(CATALOGUES)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	DEMO=1 $(BIN)/mypy .
	$(BIN)/lint-imports

# Whoever kills processes or drives a browser has the machine alone; the rest share its cores.
test: lint
	$(BIN)/pytest -n auto --dist worksteal -m "not browser and not faults"
	$(BIN)/pytest -m "browser or faults"

messages: test-environment
	$(BIN)/python -m tests.catalogue

screenshots: test-environment $(CATALOGUES)
	$(BIN)/python docs/screenshots.py

demo-environment:
	@requirements/environment.sh demo

test-environment:
	@requirements/environment.sh dev

# Order-only: a new environment alone does not make the catalogues old.
%.mo: %.po | $(if $(filter test lint screenshots,$(MAKECMDGOALS)),test-environment,demo-environment)
	$(BIN)/pybabel compile --input-file $< --output-file $@
