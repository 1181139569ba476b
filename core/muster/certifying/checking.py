"""The run over stored records that signing wants: the same rules and tables that the gates compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.access.checks import require
from muster.access.organizations import tree_of
from muster.collecting.days import day_in
from muster.collecting.stored_runs import ValidationRunRow, check_stored
from muster.model.districts import district_of
from muster.model.runs import RunFacts, school_year

if TYPE_CHECKING:
    import polars as pl

    from muster.certifying.cases import SigningDesk
    from muster.model.actors import Actor
    from muster.model.findings import Finding
    from muster.model.submissions import SubmissionKey
    from muster.plugins import Plugins
    from muster.validation.run import HookFindings


def check(desk: SigningDesk, plugins: Plugins, actor: Actor, key: SubmissionKey) -> ValidationRunRow:
    """Ask every rule of signing about the stored records of a submission, and keep what it says."""
    facts = _facts(desk, key)
    with desk.store.writing() as connection:
        tree = tree_of(connection, desk.state)
        require(actor, "edit", state=key.state, organization=key.organization, year=key.year, tree=tree)
        return check_stored(
            desk.store,
            connection,
            actor,
            desk.state,
            desk.collection,
            key,
            facts,
            desk.reference,
            extra_rules=desk.extra_rules,
            hook_findings=_asking(desk, plugins, facts) if desk.hook_findings else None,
        )


def _facts(desk: SigningDesk, key: SubmissionKey) -> RunFacts:
    start, end = school_year(key.year, desk.state.year_start)
    return RunFacts(
        year=key.year,
        file_date=day_in(desk.state, desk.store.clock.now()),
        year_start=start,
        year_end=end,
        organization=key.organization,
        district=district_of(key.organization, desk.reference.get("organizations")),
        when="sign",
        database=True,
    )


def _asking(desk: SigningDesk, plugins: Plugins, facts: RunFacts) -> HookFindings:
    def ask(records: pl.DataFrame) -> list[Finding]:
        answers = plugins.manager.hook.validate(
            facts=facts,
            state=desk.state.id,
            collection=desk.collection.id,
            records=records,
            reference=desk.reference,
        )
        return [finding for answer in answers for finding in answer]

    return ask
