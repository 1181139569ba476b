"""Records that were certified, in a collection where they change only after the agency has reopened the submission.

Rows of a file that belong there become findings, and the other rows go in; a change by hand is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from muster.collecting.refusals import CertifiedError
from muster.collecting.submissions import part_names, submissions_in, with_owner, with_parts
from muster.model.findings import Finding
from muster.model.intake import ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from muster.model.collections import Collection
    from muster.model.states import State
    from muster.model.submissions import SubmissionKey

RULE = "CORE-CERTIFIED"
"""Under this name a file's rows of certified submissions are told of."""
_ADDRESS = "_address"


def columns_needed(collection: Collection) -> tuple[str, ...]:
    """Return which columns of stored records tell whose they are."""
    return ("_organization", *part_names(collection))


def certified_keys(
    connection: Connection, collection: Collection, year: int, organizations: Sequence[str] | None = None
) -> tuple[SubmissionKey, ...]:
    """Return the submissions whose records do not change until they are reopened: of all organizations, or of some."""
    if collection.after_signing != "needs reopening":
        return ()
    found = submissions_in(connection, collection.state, collection.id, year, organizations)
    return tuple(one.key for one in found if one.status == "certified")


def refuse_certified(
    connection: Connection, state: State, collection: Collection, year: int, *frames: pl.DataFrame
) -> None:
    """Refuse a change by hand of records of a certified submission.

    ``frames`` are the records as they were and as they are to be, each with ``_organization`` and the further columns
    of submissions, typed.
    """
    keys = certified_keys(connection, collection, year)
    for frame in frames if keys else ():
        for address in _marked(frame, collection, keys)[_ADDRESS].drop_nulls().unique().sort().head(1):
            raise CertifiedError(address, state.agency)


def row_findings(
    state: State,
    collection: Collection,
    keys: Sequence[SubmissionKey],
    stored: pl.DataFrame,
    uploader: str | None,
    then: Callable[[pl.DataFrame], Iterable[Finding]] | None,
) -> Callable[[pl.DataFrame], Iterator[Finding]]:
    """Return a check of a file's typed rows that stops those which would change a certified submission.

    That is a row that belongs to one, and a row whose key is a record of one in ``stored``. ``then`` is asked after it.
    """

    def ask(rows: pl.DataFrame) -> Iterator[Finding]:
        if keys:
            addresses = pl.coalesce(_own(rows, collection, keys, uploader), _stored(rows, collection, keys, stored))
            hit = rows.select(ROW, addresses.alias(_ADDRESS)).drop_nulls(_ADDRESS)
            yield from (_finding(state, row, address) for row, address in hit.iter_rows())
        yield from then(rows) if then is not None else ()

    return ask


def _own(rows: pl.DataFrame, collection: Collection, keys: Sequence[SubmissionKey], uploader: str | None) -> pl.Series:
    """Return for each row the certified submission it belongs to; a row that names nobody is the uploader's."""
    return _marked(with_owner(rows, collection, uploader), collection, keys)[_ADDRESS]


def _stored(
    rows: pl.DataFrame, collection: Collection, keys: Sequence[SubmissionKey], stored: pl.DataFrame
) -> pl.Series:
    """Return for each row the certified submission of the stored record with the same key."""
    key = [name for name in collection.key if name in stored.columns]
    known = stored.select(key).with_columns(_marked(stored, collection, keys)[_ADDRESS]).drop_nulls(_ADDRESS)
    lacking = [pl.lit(None, stored.schema[name]).alias(name) for name in key if name not in rows.columns]
    asked = rows.with_columns(lacking).select(pl.col(name).cast(stored.schema[name]) for name in key)
    return asked.join(known, on=key, how="left", nulls_equal=True, maintain_order="left")[_ADDRESS]


def _marked(frame: pl.DataFrame, collection: Collection, keys: Sequence[SubmissionKey]) -> pl.DataFrame:
    """Return whose each row is, and the address of that submission if it is one of these."""
    names = columns_needed(collection)
    known = pl.DataFrame(
        [(key.organization, *dict(key.part).values(), key.address) for key in keys],
        schema=dict.fromkeys((*names, _ADDRESS), pl.String),
        orient="row",
    )
    return with_parts(frame, collection).join(known, on=list(names), how="left", maintain_order="left")


def _finding(state: State, row: int, address: str) -> Finding:
    return Finding(
        rule=RULE,
        revision=1,
        severity="error",
        stops="row",
        message=f"The row belongs to {address}, which is certified: its records change only after it was reopened.",
        fix=f"Ask {state.agency} to reopen it, with the reason; then send the row again.",
        row=row,
        value=address,
    )
