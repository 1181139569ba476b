"""What is computed: a calculation is a named pure function from frames to a frame, with a trace of why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    import polars as pl

    from muster.model.places import Place


@dataclass(frozen=True, slots=True)
class Calculated:
    """A result, and the trace: rows that say why each row of the result is what it is."""

    result: pl.DataFrame
    trace: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Calculation:
    """A named computation over inputs: ids of collections (stored records) or names of reference tables.

    ``compute`` reads nothing but the frames it is given and the place; ``revision`` counts its changes, so that a
    corrected computation makes a new run over the same inputs. An input that is not loaded is a frame without rows
    where it is a collection, and missing where it is a reference table.
    """

    id: str
    title: str
    inputs: tuple[str, ...]
    compute: Callable[[Mapping[str, pl.DataFrame], Place], Calculated]
    revision: int = 1
    help: str = ""


@dataclass(frozen=True, slots=True)
class CalculationRun:
    """A numbered run; ``inputs`` are the digests of what it read. ``repeated`` tells that nothing had changed."""

    calculation: str
    place: Place
    number: int
    inputs: Mapping[str, str]
    rows: int
    actor: str
    at: datetime
    result: str
    trace: str
    repeated: bool = False
