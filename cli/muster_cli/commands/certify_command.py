"""``muster certify``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from muster_cli.options import FILE, actor_of, as_option, json_option
from muster_cli.output import print_json
from muster_cli.submissions import pairs, submission_key, submission_options
from muster_cli.typed import ask_password

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from muster.app import Muster
    from muster.certifying.desk import SigningStatus
    from muster.certifying.signing import SigningResult
    from muster.model.actors import Actor
    from muster.model.submissions import SubmissionKey


@click.command("certify")
@submission_options
@click.option("--check", is_flag=True, help="First ask the rules about the stored records.")
@click.option("--leave-rows", metavar="REASON", help="First acknowledge the rows that were not added.")
@click.option("--sign", is_flag=True, help="Sign; the password is asked for, or read from standard input.")
@click.option("--override", multiple=True, metavar="GATE=REASON", help="Pass a gate that allows it; repeatable.")
@click.option("--ask", metavar="REASON", help="Ask the agency to let what is certified be corrected.")
@click.option("--approve", metavar="REASON", help="Approve such a request.")
@click.option("--refuse", metavar="REASON", help="Refuse such a request.")
@click.option("--return", "give_back", metavar="REASON", help="Return what is certified, to be corrected.")
@click.option("--accept", is_flag=True, help="Accept, for the agency, what is certified.")
@click.option("--receipt", type=FILE, metavar="X.json", help="Write the receipt that stands.")
@click.option("--data", type=FILE, metavar="X.tsv", help="Write the data that were signed.")
@click.option("--pdf", type=FILE, metavar="X.pdf", help="Write the receipt on paper.")
@as_option
@json_option
def command(person: str | None, *, as_json: bool, **given: Any) -> int:
    """Show what stands between a submission and its certification, and sign it.

    Without --sign nothing is signed: the gates, the certifiers and the signatures are listed.

    \b
    Example:
      muster certify mt/cte-eoy --org 0583 --year 2025 --check
      muster certify mt/cte-eoy --org 0583 --year 2025 --sign --as bea@example.org --receipt receipt.json
    """
    from muster.app import Muster

    app = Muster()
    key = submission_key(app, given)
    password = ask_password() if given["sign"] else ""
    actor = app.sign_in(person, password) if person and given["sign"] else actor_of(person)
    for sentence in _acts(app, actor, key, given):
        click.echo(sentence, err=True)
    if given["sign"]:
        click.echo(_signed(_sign(app, actor, key, password, given)), err=True)
    _write(app, actor, key, given)
    status = app.certify_status(actor, key)
    if as_json:
        print_json(_document(status))
    else:
        click.echo("\n".join(_lines(status)))
    return 0 if status.ready or (status.certifications and not status.changed) else 1


def _acts(app: Muster, actor: Actor, key: SubmissionKey, given: dict[str, Any]) -> Iterator[str]:
    """Do what was asked beside signing, and tell each."""
    if given["check"]:
        run = app.check_submission(actor, key)
        counts = ", ".join(f"{number:,} {name}" for name, number in run.result["standings"].items())
        yield f"{run.rows:,} records checked: findings {counts}."
    if given["leave_rows"]:
        yield f"{app.leave_rows(actor, key, given['leave_rows']):,} rows that were not added are acknowledged."
    if given["ask"]:
        yield f"Asked for recertification (request {app.ask_recertification(actor, key, given['ask']).id})."
    for decision, approve in (("approve", True), ("refuse", False)):
        if given[decision]:
            asked = app.decide_recertification(actor, key, approve=approve, reason=given[decision])
            yield f"Request {asked.id} is {asked.decision}."
    if given["give_back"]:
        app.give_back(actor, key, given["give_back"])
        yield "Returned, to be corrected and signed again. The signed copy stands until then."
    if given["accept"]:
        yield f"Revision {app.accept(actor, key).revision} is accepted."


def _sign(app: Muster, actor: Actor, key: SubmissionKey, password: str, given: dict[str, Any]) -> SigningResult:
    from muster.certifying.signing import Intent

    return app.sign(actor, key, Intent(password, pairs(given["override"], "--override")))


def _signed(result: SigningResult) -> str:
    lapsed = "".join(f" {one.lapse_reason}" for one in result.lapsed)
    if result.certification is None:
        return f"Signed.{lapsed} Still to sign: {', '.join(result.missing)}."
    return f"Signed.{lapsed} Certified: revision {result.certification.revision}. Keep the receipt (--receipt FILE)."


def _write(app: Muster, actor: Actor, key: SubmissionKey, given: dict[str, Any]) -> None:
    from muster.reporting.writing import whole

    files = {"receipt": app.receipt, "data": app.snapshot, "pdf": app.receipt_pdf}
    for name, make in files.items():
        target: Path | None = given[name]
        if target is not None:
            content = make(actor, key)
            with whole(target) as stream:
                stream.write(content)


def _lines(status: SigningStatus) -> Iterator[str]:
    submission = status.submission
    changed = ", changed since" if status.changed else ""
    how = f"{submission.status}{changed}, {status.rows:,} records, next revision {status.revision}"
    yield f"{submission.key.address}: {how}"
    for gate in status.gates:
        mark = "passes" if gate.passes else "passed with a reason" if gate.overridden else "REFUSES"
        may = f' It may be passed with --override "{gate.gate}=REASON".' if _may(gate) else ""
        yield f"gate {gate.gate}\t{mark}\t{gate.reason}{may}"
    for one in status.certifiers:
        yield f"certifier\t{one.name}\t{one.kind}{'' if one.active else ', no longer active'}"
    yield from (f"note\t{warning}" for warning in status.warnings)
    for sign in status.signatures:
        lapsed = f"\tlapsed: {sign.lapse_reason}" if sign.lapse_reason else ""
        yield f"signature\trevision {sign.revision}\t{sign.name}\t{sign.signed_at.isoformat(sep=' ')}{lapsed}"
    for copy in status.certifications:
        accepted = f"\taccepted by {copy.accepted_by}" if copy.accepted_by else ""
        yield f"certified\trevision {copy.revision}\t{copy.status}\t{copy.rows:,} records{accepted}"
    for asked in status.requests:
        yield f"{asked.kind}\trevision {asked.revision}\t{asked.decision or 'not decided'}\t{asked.reason}"


def _may(gate: Any) -> bool:
    return gate.overridable and not gate.passes and not gate.overridden


def _document(status: SigningStatus) -> dict[str, Any]:
    from dataclasses import asdict

    return {"address": status.submission.key.address, "ready": status.ready, **asdict(status)}
