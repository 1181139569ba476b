"""One measurement in a process of its own: ``pieces.py NAME JSON`` prints its seconds and facts as JSON."""

from __future__ import annotations

import json
import sys
from importlib import import_module

PIECES = {
    "sample": "material",
    "changed": "material",
    "spoiled": "material",
    "wrong": "material",
    "floor": "floor",
    "upload": "uploads",
    "ours": "peers",
    "frictionless": "peers",
    "pandera": "peers",
    "pydantic": "peers",
    "report": "reports",
}
"""Each piece with the module of its function; only that module is imported."""


def main(name: str, given: str) -> None:
    """Do one piece and print what it returned."""
    function = getattr(import_module(PIECES[name]), name)
    print(json.dumps(function(**json.loads(given))))


if __name__ == "__main__":
    main(*sys.argv[1:])
