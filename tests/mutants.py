"""Switches every rule off, one at a time, and runs the tests of its state: each time one must fail.

A rule is switched off by an overlay with ``status = "retired"``, as an agency would do it; nothing installed is touched.
Prints a line a rule that no test misses, and ends with exit code 1 if there is one.
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from muster.plugins import load_plugins

ROOT = Path(__file__).parents[1]
STATES = ROOT / "tests" / "states"
NEVER_ASKED = ("outside",)


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


def is_missed(state, tests, folder, rule):
    """Return whether the tests of the state pass although the rule is off."""
    with tempfile.TemporaryDirectory() as overlay:
        place = Path(overlay)
        (place / folder).mkdir()
        (place / "state.toml").write_text(f'id = "{state}"\n')
        (place / folder / "rules.toml").write_text(f'[[rule]]\nid = "{rule}"\nstatus = "retired"\n')
        environment = os.environ | {"MUSTER_TEST_OVERLAYS": overlay, "POLARS_MAX_THREADS": "1"}
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", "not whole", str(tests)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{rule}: the tests could not be run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 0


def main():
    """Try every rule, two at a time; return the exit code."""
    tried = [one for one in rules() if not sys.argv[1:] or one[3] in sys.argv[1:]]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        missed = [one[3] for one, miss in zip(tried, pool.map(lambda one: is_missed(*one), tried), strict=True) if miss]
    for rule in missed:
        print(f"{rule} can be switched off and every test passes.")
    print(f"{len(tried)} rules switched off, one at a time; {len(tried) - len(missed)} were noticed by a test.")
    return 1 if missed or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
