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

test: check
	@$(PY) -m pytest -q tests

unit: setup-dev
	@$(PY) -m pytest -q tests/unit

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
