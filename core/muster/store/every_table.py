"""The tables of every room in one list: importing this module makes ``metadata`` whole."""

from __future__ import annotations

from muster.store import access_tables, acting_tables, certifying_tables, collecting_tables, job_tables
from muster.store.schema import metadata

ROOMS = (access_tables, collecting_tables, certifying_tables, acting_tables, job_tables)

__all__ = ["ROOMS", "metadata"]
