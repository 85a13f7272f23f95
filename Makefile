# Two commands: `make demo` sets up and runs the main job on the embedded lab; `make test` sets up and runs the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Two more than there are cores: many tests wait for a device.
WORKERS ?= $(shell expr $$(nproc) + 2)

.PHONY: install demo test test-pcs faults fuzz check bench clean format words

install: $(VENV)/.installed

$(VENV)/.installed: requirements.txt pyproject.toml
	@sh tools/make-venv.sh "$(PYTHON)" $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: install
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh tools/demo.sh

# Bytecode is kept, whatever the environment says: tests start hundreds of processes, and each would compile all anew.
test test-pcs: export PYTHONDONTWRITEBYTECODE :=
# Everything but what the next line does.
test: KIND := not debian
# On real Linux PCs; their Debian is built once for a machine.
test-pcs: KIND := debian
test test-pcs: install
	@sh tools/test-packages.sh
	@sh tools/collections.sh $(BIN)/python .collections
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "$(KIND)"

# Every fault at every line, on every make of switch: hours. FAULTS="--sample 16" takes a quarter of an hour,
# FAULTS="--dialect cisco_ios --kinds drop,kill" narrows it; see docs/reliability.md.
faults: install
	@$(BIN)/python tests/faults/run.py --json faults.json $(FAULTS)

# Random and damaged inputs for half an hour. FUZZ="--minutes 5" shortens it.
fuzz: install
	@$(BIN)/python tests/fuzz/run.py $(FUZZ)

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	@sh tools/collections.sh $(BIN)/python .collections
	@ANSIBLE_COLLECTIONS_PATH=playbooks/collections:.collections PATH="$(CURDIR)/$(BIN):$$PATH" ansible-lint --offline -q playbooks
	$(BIN)/python -m pytest tests/docs

# What a person in a school reads, gathered for its translators; see docs/languages.md.
words: install
	$(BIN)/python -m babel.messages.frontend extract -k N_ -k tr -k many:1,2 -k sentence -k sentences:1,2 --no-location --sort-output -o campusctl.pot campusctl
	$(BIN)/python -m babel.messages.frontend update -D campusctl -i campusctl.pot -d campusctl/locale --no-fuzzy-matching --ignore-obsolete
	$(BIN)/python -m babel.messages.frontend compile -D campusctl -d campusctl/locale

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench:
	@PYTHON="$(PYTHON)" sh bench/run.sh $(BENCH)

clean:
	rm -rf $(VENV) .venv-* .collections .bench-venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
