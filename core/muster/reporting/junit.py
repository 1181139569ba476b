"""The run as JUnit XML for a build server: a test case a rule, and no value of any row.

Messages and fixes quote values, so neither is written: a failure carries the rule's title, counts and row numbers.
"""

from __future__ import annotations

from collections import Counter
from typing import IO, TYPE_CHECKING

import polars as pl
from lxml import etree

from muster.model.findings import Coverage
from muster.model.intake import ROW
from muster.reporting.wording import count, row_list, rule_titles

if TYPE_CHECKING:
    from lxml.etree import _Element

    from muster.model.collections import Collection
    from muster.model.runs import Run

ROWS = 50
"""How many row numbers a failure lists."""


def write_junit(run: Run, collection: Collection, stream: IO[str]) -> None:
    """Write one test suite: failed rules are those that stop something, rules that were not asked are skipped."""
    suite = etree.Element("testsuite", name=f"{collection.address} {run.facts.year}")
    stopping, noticed = _findings_by_rule(run)
    titles = rule_titles(collection)
    for one in _cases(run):
        case = etree.SubElement(suite, "testcase", classname=collection.address, name=_name(one.rule, titles))
        _outcome(case, one, stopping[one.rule], run)
        if noticed[one.rule]:
            etree.SubElement(case, "system-out").text = f"Stops nothing: {count(noticed[one.rule], 'finding')}"
    _total(suite)
    etree.indent(suite)
    stream.write('<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(suite, encoding="unicode") + "\n")


def _findings_by_rule(run: Run) -> tuple[Counter[str], Counter[str]]:
    stopping: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    for cause in run.findings.causes():
        (noticed if cause.stops == "nothing" else stopping)[cause.rule] += cause.findings
    return stopping, noticed


def _cases(run: Run) -> list[Coverage]:
    """Return the coverage, and a line for each rule that made findings without one (a plugin's hook)."""
    known = {one.rule for one in run.coverage}
    others = dict.fromkeys(one.rule for one in run.findings.causes() if one.rule not in known)
    return [*run.coverage, *(Coverage(rule, "ran") for rule in others)]


def _name(rule: str, titles: dict[str, str]) -> str:
    return f"{rule} {titles[rule]}" if rule in titles else rule


def _outcome(case: _Element, one: Coverage, stopping: int, run: Run) -> None:
    if stopping:
        etree.SubElement(case, "failure", message=count(stopping, "finding")).text = _rows(run, one.rule)
    elif one.status == "crashed":
        etree.SubElement(case, "error", message="The rule failed and could not be asked")
    elif one.status != "ran":
        etree.SubElement(case, "skipped", message=": ".join(part for part in (one.status, one.reason) if part))


def _rows(run: Run, rule: str) -> str:
    places = run.findings.places().filter((pl.col("rule") == rule) & pl.col(ROW).is_not_null())
    rows = places.get_column(ROW).unique().sort()
    return row_list(rows.head(ROWS).to_list(), rows.len(), most=ROWS) or "the file as a whole"


def _total(suite: _Element) -> None:
    for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(key, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("tests", str(len(suite)))
