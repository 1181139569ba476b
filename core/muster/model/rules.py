"""A rule is a record with an address: what it asks, how bad a hit is, what it stops, and what to do."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from muster.model.columns import FieldCheck
from muster.model.marks import Declaration, Identifier, Marked

RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,}-[A-Z0-9]+(-[A-Z0-9]+)*(\.[a-z0-9-]+)?$")]
"""``AZ-ENR-R03``; a rule of the state that takes two declarations adds a part: ``AZ-ENR-R03.age``."""
Severity = Literal["error", "warning", "info"]
Stops = Literal["file", "row", "signature", "nothing"]
When = Literal["validate", "upload", "write", "sign"]
Level = Literal["file", "field", "record", "reference", "cross-record"]
Status = Literal["draft", "shadow", "active", "suspended", "retired"]
FileCheck = Literal[
    "unreadable",
    "template",
    "no-rows",
    "header-record",
    "header-variant",
    "row-shape",
    "window",
    "permission",
    "seen-before",
]
"""What can be wrong with a file as a whole:

- ``unreadable``: wrong extension, not what its name says, encrypted, truncated, a zip bomb, empty;
- ``template``: its headers are those of no layout of the year, or of another than the one asked for;
- ``no-rows``: no data row;
- ``header-record`` / ``header-variant``: the header record is missing or malformed / readable but unusual;
- ``row-shape``: a row with more or fewer columns than the layout;
- ``window``, ``permission``, ``seen-before``: decided when a file is uploaded, by ``collecting``.
"""

Outside = Literal["action", "gate", "count"]
"""Why a declared rule is never asked about records: it guards an action, is a gate of signing, or is a count."""


class Lookup(Declaration):
    """A left join whose result is one struct column named after the lookup (rules.md, section 2)."""

    name: Identifier
    table: str
    on: tuple[str, ...] | dict[str, str]
    where: str | None = None
    year: int = 0
    columns: dict[Identifier, str] = {}
    blanks_match: bool = False
    private: tuple[str, ...] = ()

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return the keys as (record column or ``lookup.column``, table column)."""
        if isinstance(self.on, dict):
            return tuple(self.on.items())
        return tuple((key, key) for key in self.on)


class DerivedTable(Declaration):
    """A table made from another by an inner join, a filter and a grouping; never a statement."""

    name: Identifier
    source: str = Field(alias="from")
    join: str | None = None
    on: tuple[str, ...] = ()
    where: str | None = None
    per: tuple[str, ...] = ()
    columns: dict[Identifier, str] = {}


class Rule(Marked):
    """One rule: what it asks, how bad a hit is, what it stops, what to do.

    Exactly one of ``columns``, ``flag``, ``unique``, ``agree``, ``file``, ``python``, ``outside`` tells its kind.

    ``columns`` (with ``checks``) gives field checks of the layout their id; ``file`` does it for checks of the file as
    a whole; ``python`` names a function marked ``@rule`` in the collection's ``rules.py``; ``outside`` is a
    rule that is asked elsewhere, with the sentence the coverage prints in ``reason``.
    ``stops_at`` overrides ``stops`` for some moments, e.g. ``{ sign = "signature" }``.
    """

    id: RuleId
    revision: int = 1
    title: str
    severity: Severity
    stops: Stops
    stops_at: dict[When, Stops] = {}
    level: Level
    when: tuple[When, ...] = ("validate", "upload", "write")
    status: Status = "active"
    first_year: int | None = None
    last_year: int | None = None
    active_from: date | None = None
    message: str = ""
    fix: str
    acknowledge: tuple[str, ...] = ()
    override: bool = False
    origin: str = ""

    columns: tuple[str, ...] = ()
    checks: tuple[FieldCheck, ...] = ("required", "form", "range", "allowed")
    flag: str | None = None
    unique: tuple[str, ...] | Literal["*"] | None = None
    agree: str | None = None
    file: FileCheck | None = None
    python: bool = False
    outside: Outside | None = None
    reason: str = ""

    each: str = "file"
    where: str | None = None
    within: Literal["file", "records"] = "file"
    per: tuple[str, ...] = ()
    unless: tuple[RuleId, ...] = ()
    at: str | None = None
    blanks_match: bool = False
    cause: tuple[str, ...] = ()
    layouts: tuple[str, ...] = ()

    @property
    def kind(self) -> Literal["field", "flag", "unique", "agree", "file", "python", "outside"]:
        """Return which of the seven kinds this rule is."""
        if self.columns:
            return "field"
        for kind in ("flag", "unique", "agree", "file", "python", "outside"):
            if getattr(self, kind):
                return kind
        raise ValueError(self.id)

    @model_validator(mode="after")
    def _one_kind(self) -> Rule:
        given = [self.columns, self.flag, self.unique, self.agree, self.file, self.python, self.outside]
        if sum(1 for one in given if one) != 1:
            raise ValueError("give exactly one of columns, flag, unique, agree, file, python, outside")
        if self.mark is None:
            raise ValueError('a rule without a source: give "cites" or "derived = true"')
        if self.outside and not self.reason:
            raise ValueError('a rule asked elsewhere says so: give "reason"')
        if self.kind in ("flag", "unique", "agree") and not self.message:
            raise ValueError('give "message": what is wrong, with the value, in one sentence')
        if self.agree and not self.per:
            raise ValueError('"agree" needs "per", the columns of the group')
        return self

    def stops_when(self, when: When) -> Stops:
        """Return what a hit stops at this moment."""
        return self.stops_at.get(when, self.stops)


class RuleSet(Declaration):
    """The rules of one collection with the lookups, derived tables and settings they read.

    ``settings`` are numbers and words an agency may change; in expressions they are ``settings.NAME``.
    """

    rules: tuple[Rule, ...]
    lookups: tuple[Lookup, ...] = ()
    tables: tuple[DerivedTable, ...] = ()
