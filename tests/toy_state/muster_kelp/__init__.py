"""The Kelp Islands: no terms, no files, ids of letters, a school year that begins in March."""

from pathlib import Path

from muster.declarations import load_state
from muster.plugins import hookimpl


@hookimpl
def states():
    return [load_state(Path(__file__).parent)]
