"""``make bench``: measure, print the table, and write it to docs/bench.md.

``--quick`` takes a twentieth of the rows and two rounds, prints the table, and writes nothing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groups import Bench, commands, findings, peers, uploads, workbooks
from table import Line, page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "bench.md"
ROWS, ROUNDS = 1_000_000, 5
GROUPS = ("uploads", "workbooks", "commands", "peers", "findings")
FLOOR = (
    "The floor reads the file as text and stores it in the same table, with the same key, indexes and settings, in one "
    "transaction, and asks nothing. An upload keeps the original, reads the reference tables from a folder of CSV "
    "files, asks every rule and writes history. The clock starts when the database is open."
)
NOTES = (
    FLOOR,
    "PostgreSQL is a private server on the same machine, without fsync for the floor and the upload alike.",
    "Peers check the same fields for the same mistakes; a run in which they do not find the same cells is refused.",
    "Peak memory is that of the measuring process (the worst round); a database server's own is not in it.",
)


def main() -> None:
    """Measure what is asked for."""
    asked = _asked()
    rows, rounds = (ROWS // 20, 2) if asked.quick else (asked.rows, asked.rounds)
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as name, ExitStack() as stack:
        bench = Bench(rows, rounds, Path(name), _tell)
        lines = list(_lines(bench, asked.groups or GROUPS, _engines(Path(name), stack)))
    whole = not asked.quick and not asked.groups and rows == ROWS
    typed = "make bench" if whole else f"python bench/run.py {' '.join(sys.argv[1:])}"
    text = page(lines, rounds, typed, NOTES)
    print(text)
    if whole or asked.write:
        PAGE.write_text(text, encoding="utf-8")
        _tell(f"written to {PAGE.relative_to(ROOT)}")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure speed and memory, as ratios within one run.")
    parser.add_argument("--quick", action="store_true", help="a twentieth of the rows, two rounds, nothing written")
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of the largest file")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="interleaved rounds")
    parser.add_argument("--only", dest="groups", action="append", choices=GROUPS, help="one group; may be repeated")
    parser.add_argument("--write", action="store_true", help="write the page, whatever was measured")
    return parser.parse_args()


def _lines(bench: Bench, groups: tuple[str, ...], engines: dict[str, Any]) -> Iterator[Line]:
    measured: dict[str, Callable[[], Iterator[Line]]] = {
        "uploads": lambda: uploads(bench, engines),
        "workbooks": lambda: workbooks(bench, engines),
        "commands": lambda: commands(bench),
        "peers": lambda: peers(bench),
        "findings": lambda: findings(bench),
    }
    for name in groups:
        for line in measured[name]():
            _tell(f"{line.what}: {line.figure} {line.ratio}")
            yield line


def _engines(folder: Path, stack: ExitStack) -> dict[str, Any]:
    """Return for each engine how to get the address of an empty database."""

    @contextmanager
    def sqlite() -> Iterator[str]:
        with tempfile.TemporaryDirectory(dir=folder) as name:
            yield f"sqlite:///{name}/bench.sqlite"

    found: dict[str, Any] = {"SQLite": sqlite}
    postgresql = _postgresql(stack)
    return found | ({"PostgreSQL": postgresql} if postgresql else {})


def _postgresql(stack: ExitStack) -> Any:
    """Start the private server of the tests; None, and a sentence, where there are no programs for it."""
    sys.path.append(str(ROOT / "tests"))
    from postgresql import database, server

    try:
        address = stack.enter_context(server())
    except BaseException as problem:
        if type(problem).__name__ != "Skipped":
            raise
        _tell(f"PostgreSQL is left out: {problem}")
        return None

    @contextmanager
    def fresh() -> Iterator[str]:
        with database(address) as url:
            yield url.render_as_string(hide_password=False)

    return fresh


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
