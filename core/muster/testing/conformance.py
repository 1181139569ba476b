"""The conformance kit: what every state must hold to, one that its author keeps elsewhere included.

A plugin's test suite runs it so::

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
    def test_conformance(check, tmp_path):
        assert check(load_plugins(), "lag", tmp_path) == []
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from muster.app import CheckRequest, Muster
from muster.errors import MusterError
from muster.intake import read
from muster.model.actors import local_actor
from muster.model.runs import school_year
from muster.settings import Settings
from muster.testing.agreement import disagreements
from muster.testing.makers import find_maker
from muster.testing.samples import NoSampleError, write_sample
from muster.validation import check_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from muster.model.collections import Collection
    from muster.model.layouts import Layout
    from muster.model.marks import Marked
    from muster.model.runs import Run
    from muster.model.states import State
    from muster.plugins import Plugins

TESTER = local_actor("conformance kit")
SAMPLE_ROWS = 150


def calendar_is_real(plugins: Plugins, state_id: str, _: Path) -> list[str]:
    """The school year begins on a real day."""
    state = plugins.state(state_id)
    try:
        school_year(2025, state.year_start)
    except ValueError:
        return [f'{state.id}: "{state.year_start}" is no day; write MM-DD']
    return []


def a_rule_id_has_one_meaning(plugins: Plugins, state_id: str, _: Path) -> list[str]:
    """Where two collections of a state share a rule id, it is the same rule: title, severity and what it stops."""
    seen: dict[str, tuple[str, ...]] = {}
    problems = []
    for collection in plugins.state(state_id).collections:
        for rule in collection.ruleset.rules:
            told = (rule.title, rule.severity, rule.stops)
            if seen.setdefault(rule.id, told) != told:
                problems.append(f"{collection.address}: {rule.id} is another rule elsewhere: {seen[rule.id][0]}")
    return problems


def citations_name_a_listed_document(plugins: Plugins, state_id: str, _: Path) -> list[str]:
    """Every citation begins with the key of a document in the state's [sources]."""
    state = plugins.state(state_id)
    cited = {cite.partition(":")[0].split()[0] for one in marked_of(state) for cite in one.cites}
    return [f"{state.id}: {key} is cited and not in [sources]" for key in sorted(cited - state.sources.keys())]


def marked_of(state: State) -> Iterator[Marked]:
    """Yield everything of a state that says where it comes from."""
    yield from (mark for catalog in state.catalogs for mark in catalog.marks)
    yield from state.tables
    for collection in state.collections:
        yield from (collection, *collection.ruleset.rules, *collection.settings, *collection.windows)
        for layout in collection.layouts:
            yield from (layout, *layout.columns)


def columns_named_are_there(plugins: Plugins, state_id: str, _: Path) -> list[str]:
    """Organization and person stand in every layout; key and submission columns in at least one."""
    problems = []
    for collection in plugins.state(state_id).collections:
        for layout in collection.layouts:
            lacking = {collection.organization, collection.person} - set(layout.names)
            problems += [f"{collection.address} {layout.id} {layout.year} lacks {one}" for one in sorted(lacking)]
        anywhere = {name for layout in collection.layouts for name in layout.names}
        unknown = sorted({*collection.key, *collection.submission} - anywhere)
        problems += [f"{collection.address}: no layout has {one}" for one in unknown]
    return problems


def rules_compile(plugins: Plugins, state_id: str, _: Path) -> list[str]:
    """Every rule, lookup and table can be asked, and every check of a column has its rule."""
    state = plugins.state(state_id)
    problems = []
    for collection in state.collections:
        try:
            check_rules(collection, state)
        except MusterError as error:
            problems.append(str(error))
    return problems


def templates_are_read_back(plugins: Plugins, state_id: str, folder: Path) -> list[str]:
    """An empty template is recognised as what it is, and all that is said is that it has no rows."""
    app = Muster(Settings(), plugins=plugins)
    problems = []
    for collection, layout in _file_layouts(plugins.state(state_id)):
        target = folder / f"{layout.id}-{layout.year}{_extension(layout)}"
        app.write_template(TESTER, collection.address, layout.year, layout.id, target)
        intake = read(target, target.name, collection.layouts_of(layout.year))
        told = [problem.check for problem in intake.problems]
        if told != ["no-rows"] or intake.layout != layout:
            problems.append(f"{collection.address} {layout.id} {layout.year}: {told}, {intake.layout}")
    return problems


def samples_agree_with_their_key(plugins: Plugins, state_id: str, folder: Path) -> list[str]:
    """Of a sample without mistakes nothing is said; of one with every mistake, exactly what its key says."""
    problems = []
    for collection in plugins.state(state_id).collections:
        for year in collection.years:
            for errors in ("none", "each"):
                place = folder / f"{collection.id}-{year}-{errors}"
                problems += sample_problems(plugins, collection, year, errors, place)
    return problems


def sample_problems(plugins: Plugins, collection: Collection, year: int, errors: Any, folder: Path) -> list[str]:
    """Write one sample, check all of its files, and return where findings and key differ."""
    try:
        maker = find_maker(plugins, collection)
    except NoSampleError:
        return []
    write_sample(maker, collection, year=year, rows=SAMPLE_ROWS, errors=errors, seed=7, people=None, directory=folder)
    key = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return [
        one for number, file in enumerate(key["files"]) for one in _file_problems(plugins, key, file, folder, number)
    ]


def _file_problems(plugins: Plugins, key: Any, file: Any, folder: Path, number: int) -> list[str]:
    settings = Settings(database_url=f"sqlite:///{folder / f'{number}.sqlite'}")
    app = Muster(settings, plugins=plugins)
    return disagreements(file, _run(app, key, file, folder))


def _run(app: Muster, key: Any, file: Any, folder: Path) -> Run:
    """Check a file as its key asks: alone, or by an upload after other files."""
    if not file["upload"]:
        return app.validate(TESTER, _request(key, file, folder))
    for name in file["before"]:
        before = next(one for one in key["files"] if one["file"] == name)
        app.upload(TESTER, _request(key, before, folder), "upload")
    return app.upload(TESTER, _request(key, file, folder), "upload").run


def _request(key: Any, file: Any, folder: Path) -> CheckRequest:
    return CheckRequest(
        address=key["collection"],
        path=folder / file["file"],
        year=key["year"],
        organization=file["organization"] or None,
        as_of=date.fromisoformat(file["as_of"]),
        reference=folder / key["reference"],
    )


def _file_layouts(state: State) -> Iterator[tuple[Collection, Layout]]:
    for collection in state.collections:
        yield from ((collection, layout) for layout in collection.layouts if layout.medium != "form")


def _extension(layout: Layout) -> str:
    return f".{layout.extensions[0].lstrip('.')}" if layout.medium == "delimited" else ".xlsx"


CHECKS: tuple[Callable[[Plugins, str, Path], list[str]], ...] = (
    calendar_is_real,
    a_rule_id_has_one_meaning,
    citations_name_a_listed_document,
    columns_named_are_there,
    rules_compile,
    templates_are_read_back,
    samples_agree_with_their_key,
)
"""Each takes the plugins, a state's id and an empty folder, and returns a sentence for every fault."""
