"""What is the same for every rule of a run: collection, facts, settings, and the names the rules use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from muster.validation.messages import Words, words
from muster.validation.privacy import private_paths, private_tables
from muster.validation.reading import CONTEXT, Names, read_paths
from muster.validation.standing import NotAskedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from muster.model.collections import Collection
    from muster.model.layouts import Layout
    from muster.model.rules import Rule
    from muster.model.runs import RunFacts
    from muster.model.states import State

RUN_FIELDS: dict[str, pl.DataType] = {
    "year": pl.Int64(),
    "file_date": pl.Date(),
    "year_start": pl.Date(),
    "year_end": pl.Date(),
    "organization": pl.String(),
    "district": pl.String(),
}


@dataclass(frozen=True)
class Context:
    """One run's facts, the layout of its file, and the words of its state."""

    state: State
    collection: Collection
    facts: RunFacts
    layout: Layout
    names: Names
    settings: dict[str, Any]

    @classmethod
    def of(cls, state: State, collection: Collection, facts: RunFacts, layout: Layout) -> Context:
        """Return the context of one run."""
        names = Names.of(collection.ruleset)
        return cls(state, collection, facts, layout, names, collection.settings_of(facts.year))

    @property
    def words(self) -> Words:
        """Return the function that writes values as the state's readers expect them."""
        return words(self.state.date_format)

    def not_loaded(self, table: str) -> NotAskedError:
        """Return the reason why a table is not there, in the state's own words for it."""
        if table in {one.id for one in self.state.collections}:
            title = self.state.collection(table).title
            return NotAskedError("not asked without a database", f"reads the stored records of {title}")
        return NotAskedError("skipped", f"needs {self.title_of(table)} (not loaded)")

    def title_of(self, table: str) -> str:
        """Return what the state calls a table, as it stands within a sentence."""
        titles = {"file": "file", "stored": "stored records", "records": "file with the stored records"}
        titles |= {one.name: one.title for one in self.state.tables}
        return _the(titles.get(table, table))

    def private_paths(self, rule: Rule) -> frozenset[str]:
        """Return the paths a rule may compare and its message may never print."""
        return private_paths(rule, self.names, private_tables(self.state, self.collection))

    def plain_paths(self, rule: Rule) -> tuple[str, ...]:
        """Return the paths whose values enter fingerprints.

        Private values of lookups stay out: whoever has the fingerprint and the file could otherwise find a birth
        date by trying them all.
        """
        private = self.private_paths(rule)
        paths = read_paths(rule, self.layout)
        return tuple(path for path in paths if path not in private and path.split(".")[0] not in CONTEXT)

    def key_of(self, table: str) -> tuple[str, ...]:
        """Return the columns that tell the rows of a table apart, where they have no row number of the file."""
        if table == "stored":
            return self.collection.key
        if table in ("file", "records"):
            return ()
        derived = self.names.tables.get(table)
        if derived is not None:
            return derived.per
        return next((one.key for one in self.state.tables if one.name == table), ())

    def value(self, path: str) -> Any:
        """Return ``run.year`` or ``settings.NAME``."""
        root, _, name = path.partition(".")
        return getattr(self.facts, name) if root == "run" else self.settings.get(name)

    def with_values(self, frame: pl.DataFrame, paths: Iterable[str]) -> pl.DataFrame:
        """Return the frame with the structs ``run`` and ``settings``, where these paths read them."""
        roots = {path.split(".")[0] for path in paths}
        structs = [struct for struct in (self._run(), self._settings()) if struct.meta.output_name() in roots]
        return frame.with_columns(structs) if structs else frame

    def _run(self) -> pl.Expr:
        fields = [pl.lit(getattr(self.facts, name), dtype=dtype).alias(name) for name, dtype in RUN_FIELDS.items()]
        return pl.struct(fields).alias("run")

    def _settings(self) -> pl.Expr:
        return settings_struct(self.settings)


def settings_struct(settings: dict[str, Any]) -> pl.Expr:
    """Return the settings as one struct of constants."""
    fields = [pl.lit(value).alias(name) for name, value in settings.items()]
    return pl.struct(fields or [pl.lit(None).alias("none")]).alias("settings")


def _the(title: str) -> str:
    """Return the title as it stands within a sentence."""
    plain = title[:1].lower() + title[1:] if title[1:2].islower() else title
    return plain if plain.startswith("the ") else f"the {plain}"
