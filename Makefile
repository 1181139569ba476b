# One folder holds the environment, so that nothing is installed anywhere else.
VENV ?= .venv
PYTHON ?= python3
RUN = $(VENV)/bin
WORKERS ?= auto
ABSENT = tests/core tests/web tests/cli tests/contract

.PHONY: demo test test-absent lint bench mutants torture docs clean

# Install muster into its own environment; again whenever pyproject.toml changes.
$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

# The main job, end to end: a made-up district of each state is read, checked, explained, corrected and stored.
demo: $(VENV)/.ready
	$(RUN)/muster demo

# Every test; what needs PostgreSQL or the sample data beside the project says so where it is missing.
test: $(VENV)/.ready
	$(RUN)/python -m pytest -n $(WORKERS)

# Core, web, command line and contract tests once more with either real state absent: that keeps core honest.
test-absent: $(VENV)/.ready
	MUSTER_DISABLED_PLUGINS=az $(RUN)/python -m pytest -n $(WORKERS) -m "not both_states" $(ABSENT)
	MUSTER_DISABLED_PLUGINS=mt $(RUN)/python -m pytest -n $(WORKERS) -m "not both_states" $(ABSENT)

# What the code must look like: style, types, the arrows between the rooms, and documents that are true.
lint: $(VENV)/.ready
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/python docs/generate.py --check

# The generated parts of the documents: rule catalogues, hook reference, layouts.
docs: $(VENV)/.ready
	$(RUN)/python docs/generate.py

# The published figures: ratios measured side by side in one run.
bench: $(VENV)/.ready
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	$(RUN)/python bench/run.py

# Switch every rule off, one at a time: each time a test must fail.
mutants: $(VENV)/.ready
	$(RUN)/python tests/mutants.py

# Kill workers hundreds of times: every batch must be whole or untouched.
torture: $(VENV)/.ready
	$(RUN)/python tests/torture.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache demo
