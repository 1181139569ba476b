"""``muster people``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from muster_cli.answers import say
from muster_cli.options import actor_of, as_option, json_option
from muster_cli.output import print_json, print_table
from muster_cli.typed import ask_new_password, day_of

if TYPE_CHECKING:
    from datetime import datetime

    from muster.access.desk import Listed
    from muster.access.grants import Held, Scope
    from muster.access.requests import AccessRequest

_DAY = click.DateTime(["%Y-%m-%d"])
_state = click.option("--state", required=True, metavar="STATE", help="The state that declares the role: az, mt.")
_org = click.option("--org", metavar="ID", help="The organization with all below it; without it the whole state.")
_year = click.option("--year", type=click.IntRange(1990, 2100), help="School year, by its end; without it every year.")
_starts = click.option("--from", "starts", type=_DAY, metavar="DATE", help="First day; without it at once.")
_until = click.option("--until", "ends", type=_DAY, metavar="DATE", help="Last day; without it until ended.")


@click.group("people", invoke_without_command=True)
@as_option
@json_option
@click.pass_context
def command(context: click.Context, person: str | None, *, as_json: bool) -> None:
    """Make accounts, give roles, lend them, and decide who may do what.

    \b
    Example:
      muster people add "Bea Lind" bea@example.org
      muster people give bea@example.org district-certifier --state mt --org 0583
      muster people request district-reporter --state mt --org 0583 --reason "I send the files." --as bea@example.org
      muster people decide 3 --approve
    """
    if context.invoked_subcommand is None:
        _list(person, as_json=as_json)


@command.command("list")
@as_option
@json_option
def list_(person: str | None, *, as_json: bool) -> None:
    """List the people you administer, with their roles."""
    _list(person, as_json=as_json)


@command.command("add")
@click.argument("name")
@click.argument("email")
@click.option("--no-password", is_flag=True, help="The person signs in elsewhere (OIDC).")
@as_option
@json_option
def add(name: str, email: str, person: str | None, *, no_password: bool, as_json: bool) -> None:
    """Make an account; the password is asked for, or read from standard input."""
    from muster.app import Muster

    app, actor = Muster(), actor_of(person)
    password = None if no_password else ask_new_password()
    made = app.add_person(actor, name, email, password)
    say({"person": made.id, "email": made.email}, f"{made.name} has account {made.id}, without a role yet.", as_json)


@command.command("give")
@click.argument("who", metavar="PERSON")
@click.argument("role")
@_state
@_org
@_year
@_starts
@_until
@as_option
@json_option
def give(who: str, role: str, person: str | None, *, as_json: bool, **given: Any) -> None:
    """Give a person a role."""
    from muster.app import Muster

    number = Muster().give_role(actor_of(person), _whom(who), given["state"], role, _scope(given))
    say({"role": number}, f"{who} is {role} now (role {number}).", as_json)


@command.command("end")
@click.argument("number", type=int)
@as_option
@json_option
def end(number: int, person: str | None, *, as_json: bool) -> None:
    """End a role now; what was lent from it ends with it."""
    from muster.app import Muster

    Muster().end_role(actor_of(person), number)
    say({"role": number, "ended": True}, f"Role {number} has ended.", as_json)


@command.command("lend")
@click.argument("number", type=int)
@click.argument("who", metavar="PERSON")
@_org
@_year
@_starts
@click.option("--until", "ends", type=_DAY, required=True, metavar="DATE", help="Last day of the loan.")
@as_option
@json_option
def lend(number: int, who: str, person: str | None, *, as_json: bool, **given: Any) -> None:
    """Lend one of your own roles to another person until a day."""
    from muster.app import Muster

    loan = Muster().delegate(actor_of(person), number, _whom(who), _scope(given))
    day = day_of(given["ends"])
    say({"role": loan, "until": day}, f"{who} has role {loan} until {day}, or until yours ends.", as_json)


@command.command("request")
@click.argument("role")
@_state
@_org
@_year
@click.option("--reason", required=True, help="Why you need it.")
@as_option
@json_option
def request(role: str, person: str | None, *, as_json: bool, **given: Any) -> None:
    """Ask for a role for yourself."""
    from muster.app import Muster

    number = Muster().ask_access(
        actor_of(person), given["state"], role, given["reason"], organization=given["org"], year=given["year"]
    )
    say({"request": number}, f"Access request {number} waits for a decision.", as_json)


@command.command("decide")
@click.argument("number", type=int, required=False)
@click.option("--approve/--refuse", "approved", default=None, help="Approve it, which gives the role, or refuse it.")
@click.option("--reason", default="", help="Why; a refusal needs it.")
@_until
@as_option
@json_option
def decide(
    number: int | None,
    person: str | None,
    reason: str,
    ends: datetime | None,
    *,
    approved: bool | None,
    as_json: bool,
) -> None:
    """Decide one request for access; without a number, list those that wait."""
    from muster.app import Muster

    app, actor = Muster(), actor_of(person)
    if number is None:
        _print_requests(app.access_requests(actor), as_json=as_json)
        return
    if approved is None:
        raise click.UsageError(f"Say how: muster people decide {number} --approve, or --refuse --reason WHY")
    role = app.decide_access(actor, number, approved=approved, reason=reason, ends=day_of(ends))
    told = f"Access request {number} is approved (role {role})." if approved else f"Access request {number} is refused."
    say({"request": number, "approved": approved, "role": role}, told, as_json)


@command.command("activate")
@click.argument("who", metavar="PERSON")
@click.option("--off", is_flag=True, help="Let the person sign in no longer; what was signed stays signed.")
@as_option
@json_option
def activate(who: str, person: str | None, *, off: bool, as_json: bool) -> None:
    """Let a person sign in again, or (--off) no longer."""
    from muster.app import Muster

    Muster().set_active(actor_of(person), _whom(who), active=not off)
    say({"person": who, "active": not off}, f"{who} may {'not sign in any more' if off else 'sign in'}.", as_json)


def _whom(who: str) -> int | str:
    return int(who) if who.isdecimal() and who.isascii() else who


def _scope(given: dict[str, Any]) -> Scope:
    from muster.access.grants import Scope

    return Scope(given["org"], given["year"], day_of(given["starts"]), day_of(given["ends"]))


def _list(person: str | None, *, as_json: bool) -> None:
    from muster.app import Muster

    listed = Muster().people(actor_of(person))
    if as_json:
        print_json([_document(one) for one in listed])
    elif listed:
        heads = ("Person", "Name", "E-mail", "Active", "Roles")
        print_table("People", heads, [_row(one) for one in listed])
    else:
        click.echo('Nobody has an account yet; "muster people add --help" shows how.')


def _row(one: Listed) -> tuple[str, ...]:
    roles = "; ".join(_role(held) for held in one.roles) or "none"
    return (str(one.person.id), one.person.name, one.person.email, "yes" if one.person.active else "no", roles)


def _role(held: Held) -> str:
    """Return ``4: elder in kel/V-REEF, 2025, from ... until ..., lent``."""
    scope = held.scope
    place = held.state if scope.organization is None else f"{held.state}/{scope.organization}"
    days = [f"from {scope.starts}"] * (scope.starts is not None) + [f"until {scope.ends}"] * (scope.ends is not None)
    more = [str(scope.year)] * (scope.year is not None) + days + ["lent"] * (held.lent is not None)
    return ", ".join([f"{held.id}: {held.role} in {place}", *more])


def _document(one: Listed) -> dict[str, Any]:
    roles = [
        {
            "id": held.id,
            "state": held.state,
            "role": held.role,
            "organization": held.scope.organization,
            "year": held.scope.year,
            "from": held.scope.starts,
            "until": held.scope.ends,
            "lent_from": held.lent,
        }
        for held in one.roles
    ]
    person = one.person
    return {"id": person.id, "name": person.name, "email": person.email, "active": person.active, "roles": roles}


def _print_requests(asked: tuple[AccessRequest, ...], *, as_json: bool) -> None:
    heads = ("Request", "Person", "State", "Role", "Organization", "Year", "Reason")
    rows = [(one.id, one.person, one.state, one.role, one.organization, one.year, one.reason) for one in asked]
    if as_json:
        print_json([dict(zip((head.lower() for head in heads), row, strict=True)) for row in rows])
    elif rows:
        cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
        print_table("Access requests", heads, cells)
    else:
        click.echo("No request for access waits for a decision.")
