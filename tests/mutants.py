"""Switches every rule off, one at a time, and runs the tests of its state: each time one must fail.

A rule is switched off by an overlay with ``status = "retired"``, as an agency would do it; nothing installed is touched.
The tests that name the rule run first and the first failure ends the run, so only a rule that nothing misses costs a
run of all tests. First the tests must pass with an overlay that changes nothing. Prints a line a rule that no test
notices, and ends with exit code 1 if there is one.

Arguments are the ids of the rules to try, or the beginnings of them (``AZ-CRD``); without any all are tried.
"""

import inspect
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from muster.plugins import load_plugins

ROOT = Path(__file__).parents[1]
STATES = ROOT / "tests" / "states"
NEVER_ASKED = ("outside",)
RUN_TESTS = "--run-tests"


class NamedFirst:
    """Runs the tests first whose parameters or source name the rule that is off."""

    def __init__(self, rule):
        self.rule = rule

    def pytest_collection_modifyitems(self, items):
        items.sort(key=self._distance)

    def _distance(self, item):
        parameters = getattr(item, "callspec", None)
        if parameters and any(self.rule in repr(value) for value in parameters.params.values()):
            return 0
        return 1 if self.rule in inspect.getsource(item.function) else 2


def rules():
    """Yield (state id, folder of its tests, folder of its collection, rule id) of every rule that can run."""
    for row in load_plugins().rows:
        for state in row.states:
            tests = STATES / state.name.lower()
            for collection in state.collections:
                if tests.is_dir():
                    for rule in collection.ruleset.rules:
                        if rule.kind not in NEVER_ASKED and rule.status == "active":
                            yield state.id, tests, collection.id.replace("-", "_"), rule.id


def is_missed(state, tests, folder, rule, status="retired"):
    """Return whether the tests of the state pass although the rule is off."""
    with tempfile.TemporaryDirectory() as overlay:
        place = Path(overlay)
        (place / folder).mkdir()
        (place / "state.toml").write_text(f'id = "{state}"\n')
        (place / folder / "rules.toml").write_text(f'[[rule]]\nid = "{rule}"\nstatus = "{status}"\n')
        environment = os.environ | {"MUSTER_TEST_OVERLAYS": overlay, "POLARS_MAX_THREADS": "1"}
        command = [sys.executable, str(Path(__file__).resolve()), RUN_TESTS, rule, str(tests)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{rule}: the tests could not be run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 0


def run_tests(rule, tests):
    """Run the tests of a state until one fails, those that name the rule first; return pytest's exit code."""
    arguments = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not whole", tests]
    return pytest.main(arguments, plugins=[NamedFirst(rule)])


def _one_a_state(tried):
    return {one[0]: one for one in tried}.values()


def main(wanted):
    """Try the rules, as many at a time as there are processors; return the exit code."""
    tried = [one for one in rules() if not wanted or one[3].startswith(wanted)]
    missed = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for first, passes in pool.map(lambda one: (one, is_missed(*one, status="active")), _one_a_state(tried)):
            if not passes:
                print(f"The tests of {first[0]} fail although every rule is on: mend them first.")
                return 1
        for one, miss in zip(tried, pool.map(lambda one: is_missed(*one), tried), strict=True):
            if miss:
                missed.append(one)
                print(f"{one[3]} of {one[0]}/{one[2]} can be switched off and every test passes.", flush=True)
    print(f"{len(tried)} rules switched off, one at a time; {len(tried) - len(missed)} were noticed by a test.")
    return 1 if missed or not tried else 0


if __name__ == "__main__":
    if sys.argv[1:2] == [RUN_TESTS]:
        sys.exit(run_tests(*sys.argv[2:]))
    sys.exit(main(tuple(sys.argv[1:])))
