# The two commands: `make run` and `make test`. Both set the machine up first.
PY := .venv/bin/python
CODE := soc rules collectors correlator reports dashboards socctl

.PHONY: setup setup-dev run test check unit proof sim bench docs clean

setup:
	@tools/setup.sh

setup-dev:
	@tools/setup.sh --dev

run: setup
	@.venv/bin/socctl demo

# Two at a time what only computes; alone what measures time or kills processes. Pages keep to workers of their own:
# Playwright holds the event loop of its process.
TWO := -n 2 --dist loadfile
TIMED := tests/pages/test_speed.py
# Lives of the whole system that may take their time.
LIVES := $(patsubst %,tests/system/test_%.py,alerts_past demo hub_killed publisher_killed query_engines)

test: check
	@$(PY) -m pytest -q $(TWO) tests/unit tests/security tests/corpora tests/sim tests/long $(LIVES)
	@$(PY) -m pytest -q $(TWO) tests/pages --ignore $(TIMED)
	@$(PY) -m pytest -q tests/system $(patsubst %,--ignore %,$(LIVES)) $(TIMED)

unit: setup-dev
	@$(PY) -m pytest -q $(TWO) tests/unit

check: setup-dev
	@$(PY) -m tools.check

proof: setup-dev
	@SOC_PROOF=1 $(PY) -m pytest -q tests

SEEDS ?= 2000
sim: setup-dev
	@SEEDS=$(SEEDS) $(PY) -m pytest -q tests/sim/test_lives.py -k "nothing_is_lost"

bench: setup
	@.venv/bin/socctl bench

docs: setup-dev
	@$(PY) -m tools.generate_docs

clean:
	@rm -rf .venv data dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
