# Everything a person or CI runs. `make serve` alone and `make test` alone set up what they need.
PYTHON ?= python3
PORT ?= 8800
ARGS ?=
# Many tests wait for a server to end: twice as many workers as a small machine has cores.
WORKERS ?= 4
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help install serve test test-long check format bench bench-audio power docs fixtures wheel clean

help:
	@echo "make serve [PORT=8800] [ARGS=...]   serve all five providers"
	@echo "make test                           run the tests"
	@echo "make test-long                      run those of which test takes a sample"
	@echo "make check                          format, lint, types, import contracts, specs"
	@echo "make bench                          measure CPU per request, start, memory"
	@echo "make bench-audio [ARGS=--quick]     what the voice survives, judged by ffmpeg and sox"
	@echo "make power [ARGS=NAME...]           which planted faults the contract suite finds"
	@echo "make power ARGS=--readings          whether it keeps quiet under every reading"
	@echo "make install | format | docs | fixtures | wheel | clean"

install: $(STAMP)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "mockvoice needs Python 3.11 or newer; say which one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[check,espeak,plot]' --group dev
	@$(BIN)/mockvoice providers >/dev/null  # reads every spec once: they are kept as JSON from then on
	@touch $(STAMP)

serve: $(STAMP)
	$(BIN)/mockvoice serve --port $(PORT) $(ARGS)

test: $(STAMP)
	$(BIN)/pytest -n $(WORKERS) -m "not long"

test-long: $(STAMP)
	$(BIN)/pytest -n $(WORKERS) -m long

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m mockvoice.openapi specs/*.yaml
	$(BIN)/openapi-spec-validator --subschema-errors all specs/*.yaml

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(STAMP)
	$(BIN)/python -m benchmarks $(ARGS)

bench-audio: $(STAMP)
	$(BIN)/python -m benchmarks.audio $(ARGS)

power: $(STAMP)
	$(BIN)/python -m tests.power $(ARGS)

docs: $(STAMP)
	$(BIN)/python -m tests.docs.coverage
	$(BIN)/python -m tests.docs.claims

fixtures: $(STAMP)
	$(BIN)/python fixtures/make_clips.py

wheel: $(STAMP)
	$(BIN)/python -m build --wheel

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
