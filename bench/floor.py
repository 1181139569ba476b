"""The floor: a file read as text and stored in the same table, with the same key and settings, and nothing asked."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fastexcel
import polars as pl

from muster.clock import FixedClock
from muster.plugins import load_plugins
from muster.store import open_store

if TYPE_CHECKING:
    from muster.store import Store

SLICE = 25_000


CLOCK = FixedClock(datetime(2025, 6, 1, 12, tzinfo=UTC))


def floor(file: str, database: str, address: str, year: int, layout: str) -> dict[str, Any]:
    """Read and store a file; return the seconds and the rows."""
    states = tuple(load_plugins().states.values())
    collection = next(one for state in states for one in state.collections if one.address == address)
    chosen = next(one for one in collection.layouts_of(year) if one.id == layout)
    kept = [column.name for column in chosen.columns if column.stored]
    store = open_store(database, states, CLOCK)
    table = store.records(address).name
    start = time.perf_counter()
    read = _workbook if chosen.medium == "workbook" else _delimited
    frame = _as_stored(read(Path(file), chosen.names).select(kept), year, layout)
    _store(store, table, frame)
    seconds = time.perf_counter() - start
    store.close()
    return {"seconds": seconds, "rows": frame.height}


def _delimited(path: Path, names: tuple[str, ...]) -> pl.DataFrame:
    schema = dict.fromkeys(names, pl.String)
    return pl.read_csv(path, has_header=False, separator="\t", quote_char=None, schema=schema, skip_lines=1)


def _workbook(path: Path, names: tuple[str, ...]) -> pl.DataFrame:
    frame: pl.DataFrame = fastexcel.read_excel(path).load_sheet(0, dtypes="string").to_polars()
    frame.columns = list(names)
    return frame


def _as_stored(frame: pl.DataFrame, year: int, layout: str) -> pl.DataFrame:
    return frame.select(
        pl.int_range(1, pl.len() + 1).alias("_id"),
        pl.lit(year).alias("_year"),
        pl.lit("0001").alias("_organization"),
        pl.lit(layout).alias("_template"),
        pl.lit(1).alias("_version"),
        pl.lit(1).alias("_created"),
        pl.all(),
    )


def _store(store: Store, table: str, frame: pl.DataFrame) -> None:
    """Insert through the driver itself, in one transaction."""
    pooled = store.engine.raw_connection()
    driver: Any = pooled.driver_connection
    names = ", ".join(f'"{name}"' for name in frame.columns)
    if store.engine.dialect.name == "sqlite":
        statement = f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * frame.width)})'  # noqa: S608 - declared names
        driver.execute("BEGIN IMMEDIATE")
        for part in frame.iter_slices(SLICE):
            driver.executemany(statement, zip(*(column.to_list() for column in part), strict=True))
        driver.execute("COMMIT")
    else:
        with driver.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN (FORMAT csv)') as copy:
            for part in frame.iter_slices(SLICE):
                copy.write(part.write_csv(include_header=False).encode())
        driver.commit()
    pooled.close()
