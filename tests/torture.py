"""Kill workers hundreds of times in the middle of uploads and deliveries, on both databases, and look for damage.

``python tests/torture.py [--kills N] [--seed S]`` prints what it did; the exit code is 1 where anything was torn,
lost or done twice. ``MUSTER_TEST_POSTGRESQL_URL`` names a PostgreSQL server to use instead of a private one.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "core" / "jobs")]

import postgresql  # noqa: E402  # beside this file
from workshop import Workshop, nursery  # noqa: E402  # beside the tests of jobs

NAMES = ("north", "south", "east")


def main() -> int:
    """Torture each database; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=150, help="kills on each database")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000, help="repeat a run")
    given = parser.parse_args()
    _say(f"seed {given.seed}, {given.kills} kills on each database")
    with tempfile.TemporaryDirectory() as folder:
        damage = torture("SQLite", f"sqlite:///{folder}/torture.sqlite", Path(folder) / "sqlite", given)
        with postgresql.server() as server, postgresql.database(server) as url:
            address = url.render_as_string(hide_password=False)
            damage += torture("PostgreSQL", address, Path(folder) / "postgresql", given)
    for line in damage:
        _say(f"DAMAGE {line}")
    _say("damage was done" if damage else "nothing was torn, lost or done twice")
    return 1 if damage else 0


def torture(title: str, url: str, folder: Path, given: argparse.Namespace) -> list[str]:
    """Send files and messages, kill a worker, look, and so on; at last let all be done, and look again."""
    chance, begun = random.Random(given.seed), time.monotonic()
    workshop, damage, working = Workshop(url, folder), [], {}
    with nursery(url, folder) as workers:
        for kill in range(given.kills):
            workshop.send(kill)
            workshop.notify(kill)
            name = chance.choice(NAMES if title == "PostgreSQL" else NAMES[:1])
            for one in {name, *(NAMES[:2] if title == "PostgreSQL" else ())} - set(working):
                working[one] = workers.start(one)
            time.sleep(chance.uniform(0.05, 0.8))
            workers.kill(working.pop(name))
            damage += [f"{title}, after kill {kill + 1}: {one}" for one in workshop.torn()]
        for number in working.values():
            workers.kill(number)
        given_up = workshop.retry_given_up()
        code = workers.wait(workers.start("last", once=True))
    damage += [f"{title}: the last worker ended with {code}"] if code else []
    damage += [f"{title}: {one}" for one in (*workshop.torn(), *workshop.missing())]
    _say(
        f"{title}: {given.kills} kills, {workshop.told()}, {given_up} given up and tried again, {time.monotonic() - begun:.0f} s"
    )
    workshop.close()
    return damage


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
