"""The Kelp Islands: no terms, no files, ids of letters, a school year that begins in March."""

from pathlib import Path

from muster.declarations import load_state
from muster.plugins import hookimpl


@hookimpl
def states():
    return [load_state(Path(__file__).parent)]


@hookimpl
def screens(state):
    from muster_kelp.crafts.screens import SCREENS

    return SCREENS if state == "kel" else ()


@hookimpl
def actions(state):
    from muster_kelp.crafts.actions import ACTIONS

    return ACTIONS if state == "kel" else ()


@hookimpl
def workflow(state):
    from muster_kelp.crafts.screens import tide

    return {"the tide is out": tide} if state == "kel" else {}


@hookimpl
def calculations(state):
    from muster_kelp.crafts.calculations import CALCULATIONS

    return CALCULATIONS if state == "kel" else ()
