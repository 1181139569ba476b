"""The two counts of the validation group: they find nothing wrong, so no row is pointed at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from muster.model.intake import ROW
from muster.validation.python_rules import rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from muster.model.runs import RunFacts


@rule("MT-VA", reads=("district_number", "state_id", "concentrator"))
def count_concentrators_and_participants(
    records: pl.DataFrame, _reference: Mapping[str, pl.DataFrame], _facts: RunFacts, _settings: Mapping[str, Any]
) -> pl.DataFrame:
    """Count each student once: a concentrator with Y in any pathway, else a participant."""
    concentrators = _students(records.filter("concentrator"))
    return _about_all(concentrators=concentrators, participants=_students(records) - concentrators)


@rule("MT-VB", reads=("district_number", "state_id", "single_parent"))
def count_single_parents(
    records: pl.DataFrame, _reference: Mapping[str, pl.DataFrame], _facts: RunFacts, _settings: Mapping[str, Any]
) -> pl.DataFrame:
    """Count each student with Y in any pathway once."""
    return _about_all(single_parents=_students(records.filter("single_parent")))


def _students(records: pl.DataFrame) -> int:
    return records.n_unique(["district_number", "state_id"])


def _about_all(**counts: int) -> pl.DataFrame:
    """Return one finding about all records and none of them in particular."""
    return pl.DataFrame({ROW: [None], **{name: [count] for name, count in counts.items()}})
