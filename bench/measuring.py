"""Measuring: every figure comes from a process of its own, so that its peak memory is nobody else's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PIECES = Path(__file__).with_name("pieces.py")
_MEBI = 1 << (20 if sys.platform == "darwin" else 10)
"""How ru_maxrss counts: bytes on macOS, KiB elsewhere."""


class FailedError(RuntimeError):
    """A measurement broke off, so there is no figure."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement: seconds, the process's peak memory in MiB, and what it said about its work."""

    seconds: float
    peak: float
    facts: Mapping[str, Any]


def piece(name: str, **given: object) -> Figure:
    """Run one piece; its seconds are its own: without imports and without opening the database."""
    words = [sys.executable, str(PIECES), name, json.dumps(given, default=str)]
    _, peak, text = _run(words, wanted=(0,))
    facts = json.loads(text.splitlines()[-1])
    return Figure(facts.pop("seconds", 0.0), peak, facts)


def command(*words: str, wanted: Sequence[int] = (0,)) -> Figure:
    """Run a command; its seconds are those of the whole process."""
    seconds, peak, _ = _run(list(words), wanted)
    return Figure(seconds, peak, {})


def muster(*words: str, wanted: Sequence[int] = (0,)) -> Figure:
    """Run muster's command line of the environment that runs this program."""
    script = Path(sys.executable).with_name("muster")
    start = [str(script)] if script.exists() else [sys.executable, "-m", "muster_cli"]
    return command(*start, *words, wanted=wanted)


def _run(words: Sequence[str], wanted: Sequence[int]) -> tuple[float, float, str]:
    """Return seconds, peak memory and output of one process."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode not in wanted:
            told = errors.read().decode(errors="replace").strip()
            raise FailedError(f"{' '.join(words[1:3])} ended with {process.returncode}: {told[-2000:]}")
        return seconds, usage.ru_maxrss / _MEBI, output.read().decode()


class Best:
    """The figures of several interleaved rounds: of each name the least seconds and the largest peak."""

    def __init__(self) -> None:
        self._found: dict[str, list[Figure]] = defaultdict(list)

    def add(self, name: str, figure: Figure) -> None:
        """Keep one figure."""
        self._found[name].append(figure)

    def __contains__(self, name: str) -> bool:
        """Tell whether there is any figure of this name."""
        return name in self._found

    def seconds(self, name: str) -> float:
        """Return the least seconds."""
        return min(one.seconds for one in self._found[name])

    def peak(self, name: str) -> float:
        """Return the largest peak: memory is a bound, so its worst round counts."""
        return max(one.peak for one in self._found[name])

    def fact(self, name: str, fact: str) -> Any:
        """Return what the last round said about its work."""
        return self._found[name][-1].facts[fact]

    def ratio(self, name: str, other: str) -> float:
        """Return how many times the other's least seconds it took."""
        return self.seconds(name) / self.seconds(other)


def interleaved(rounds: int, once: Callable[[Best], None], told: Callable[[str], None]) -> Best:
    """Do the same measurements again and again, one after the other, and return the best of each."""
    best = Best()
    for number in range(1, rounds + 1):
        told(f"round {number} of {rounds}")
        once(best)
    return best
