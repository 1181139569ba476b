"""The pages of those who work: sign in, what is to be done, screens, actions, signing."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, session, url_for

from muster.acting.actions import Order
from muster.acting.inputs import fields_of, private_fields
from muster.errors import MusterError
from muster.model.places import Place
from muster.model.screens import Paging
from muster_web import forms, signing
from muster_web.sessions import actor, begin, muster, require_session, search, searched, uncached

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.wrappers import Response as AnyResponse

    from muster.acting.screens import ScreenShown
    from muster.model.actions import Action
    from muster.model.screens import Form

work = Blueprint("work", __name__)
work.before_request(require_session)
work.after_request(uncached)
HERE = "/at/<state>/<organization>/<int:year>"


@work.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | AnyResponse | tuple[str, int]:
    """Let a person in by e-mail address and password."""
    if request.method == "GET":
        return render_template("sign_in.html", email="")
    email, onward = request.form.get("email", ""), session.get("next")
    try:
        begin(muster().sign_in(email, request.form.get("password", "")))
    except MusterError as error:
        return render_template("sign_in.html", email=email, sentence=str(error)), 403
    return redirect(onward or url_for("work.places"), 303)


@work.post("/sign-out")
def sign_out() -> AnyResponse:
    """Forget the session."""
    session.clear()
    return redirect(url_for("work.sign_in"), 303)


@work.get("/places")
def places() -> str:
    """Show where the person's roles reach."""
    return render_template("places.html", places=muster().places(actor()))


@work.get(HERE)
def home(state: str, organization: str, year: int) -> str:
    """Show the steps of each collection, and the one thing to do next."""
    place = place_of(state, organization, year)
    statuses = muster().status(actor(), place)
    return render_template(
        "home.html",
        place=place,
        statuses=statuses,
        next=next(((one, one.next) for one in statuses if one.next), None),
        screens=[one for one in muster().screens(actor(), place) if one.listed],
        actions=[one for one in muster().actions(actor(), place) if one.listed],
    )


@work.get(f"{HERE}/screen/<screen>")
def show(state: str, organization: str, year: int, screen: str) -> str:
    """Show a screen; what is searched for on it stands in the session, never in the address."""
    place = place_of(state, organization, year)
    given, wanted = _parameters(place, screen)
    shown = muster().show(actor(), place, screen, given, _paging(wanted))
    return render_template("screen.html", place=place, given=_open(), wanted=wanted, **_parts(shown))


@work.post(f"{HERE}/screen/<screen>")
def find(state: str, organization: str, year: int, screen: str) -> AnyResponse:
    """Keep what is searched for, and show the screen anew."""
    place = place_of(state, organization, year)
    wanted = {name: value.strip() for name, value in request.form.items() if name != "token"}
    search(f"{place.address}/{screen}", wanted)
    return redirect(url_for("work.show", **address(place) | _open(), screen=screen), 303)


@work.get(f"{HERE}/screen/<screen>.csv")
def export(state: str, organization: str, year: int, screen: str) -> Response:
    """Send every row of a screen's table that is searched for."""
    place = place_of(state, organization, year)
    given, wanted = _parameters(place, screen)
    stream = io.StringIO()
    muster().export(actor(), place, screen, given, _paging(wanted), stream)
    named = {"Content-Disposition": f"attachment; filename={place.state}-{screen}-{year}.csv"}
    return Response(stream.getvalue(), mimetype="text/csv", headers=named)


@work.get(f"{HERE}/do/<action>")
def form(state: str, organization: str, year: int, action: str) -> str:
    """Show the form of an action, filled in with a record where one is named."""
    place = place_of(state, organization, year)
    found, filled = muster().form(actor(), place, action, request.args.get("record", type=int))
    _refuse_private(private_fields(found.input))
    return _form(place, found, {**request.args, **filled.values}, filled)


@work.post(f"{HERE}/do/<action>")
def act(state: str, organization: str, year: int, action: str) -> str | AnyResponse | tuple[str, int]:
    """Show the form again, preview the action, or do it; what was typed is never lost."""
    place = place_of(state, organization, year)
    found, empty = muster().form(actor(), place, action)
    given = forms.typed(fields_of(found.input), request.form)
    try:
        return _STEPS.get(request.form.get("step", ""), _again)(place, found, given)
    except MusterError as error:
        if error.exit_code != 1:
            raise
        return _form(place, found, given, empty, error), 409


@work.route(f"{HERE}/sign/<collection>", methods=["GET", "POST"])
def sign(state: str, organization: str, year: int, collection: str) -> str | AnyResponse | tuple[str, int]:
    """Show what is signed, what stands in the way and what is stated; sign with the password."""
    place = place_of(state, organization, year)
    key = muster().submission_key(f"{state}/{collection}", organization, year, request.args)
    said, code = None, 200
    if request.method == "POST":
        said, code = signing.attempt(muster(), actor(), key, request.form)
    shown = {"status": muster().certify_status(actor(), key), "said": said, "refused": code != 200}
    return render_template("signing.html", place=place, key=key, **shown), code


def place_of(state: str, organization: str, year: int) -> Place:
    """Return the place that an address names; ``-`` stands for the whole state."""
    return Place(state, None if organization == "-" else organization, year)


def address(place: Place) -> dict[str, Any]:
    """Return the parts of the address of a place."""
    return {"state": place.state, "organization": place.organization or "-", "year": place.year}


def at(place: Place, page: str, /, *more: Mapping[str, Any], **parts: Any) -> str:
    """Return the address of a page at a place."""
    return url_for(
        f"work.{page}", **{name: value for one in (*more, parts, address(place)) for name, value in one.items()}
    )


def _open() -> dict[str, str]:
    """Return the filters that stand in the address: everything but the page and the order."""
    return {name: value for name, value in request.args.items() if name not in ("page", "sort", "order")}


def _parameters(place: Place, screen: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return a screen's parameters, and what is searched for; an address that names a student is refused."""
    known = {one.id: one for one in muster().screens(actor(), place)}
    hidden = private_fields(known[screen].parameters) if screen in known else frozenset()
    _refuse_private(hidden)
    wanted = searched(f"{place.address}/{screen}")
    return {**_open(), **{name: value for name, value in wanted.items() if name in hidden}}, wanted


def _refuse_private(hidden: frozenset[str]) -> None:
    """Refuse an address that names a student: it would stand in logs and in the browser's history."""
    if hidden & request.args.keys():
        abort(400, "This address would tell who is searched for. Search with the fields of the page.")


def _paging(wanted: dict[str, str]) -> Paging:
    page = max(1, request.args.get("page", 1, type=int))
    return Paging(
        page=page,
        sort=request.args.get("sort", ""),
        descending=request.args.get("order") == "down",
        search=wanted.get("search", ""),
    )


def _parts(shown: ScreenShown) -> dict[str, Any]:
    hidden = [one for one in fields_of(shown.screen.parameters) if one.private]
    return {"shown": shown, "screen": shown.screen, "hidden": hidden}


def _form(
    place: Place, action: Action, given: dict[str, Any], filled: Form, error: MusterError | None = None, more: int = 0
) -> str:
    version = getattr(error, "version", None) or request.form.get("version") or filled.version or ""
    fields = forms.inputs(fields_of(action.input), given, more)
    return render_template("action.html", place=place, action=action, fields=fields, version=version, error=error)


def _again(place: Place, action: Action, given: dict[str, Any]) -> str:
    more = 10 if request.form.get("step") == "more" else 0
    _, empty = muster().form(actor(), place, action.id)
    return _form(place, action, given, empty, more=more)


def _preview(place: Place, action: Action, given: dict[str, Any]) -> str:
    done = muster().preview(actor(), place, _order(action, given))
    kept = forms.hidden(fields_of(action.input), given)
    kept += [("version", request.form.get("version", "")), ("confirmed", forms.confirmation(done.changes))]
    return render_template(
        "preview.html", place=place, action=action, done=done, kept=kept, counted=forms.counted(done.changes)
    )


def _do(place: Place, action: Action, given: dict[str, Any]) -> AnyResponse:
    done = muster().perform(actor(), place, _order(action, given))
    flash(f"{done.said} {forms.counted(done.changes).capitalize()}.".strip())
    return redirect(url_for("work.home", **address(place)), 303)


def _order(action: Action, given: dict[str, Any]) -> Order:
    version = request.form.get("version", type=int)
    counts = request.form.get("confirmed")
    return Order(action.id, given, version, forms.confirmed(counts) if counts else None)


_STEPS: dict[str, Callable[[Place, Action, dict[str, Any]], str | AnyResponse]] = {"do": _do, "preview": _preview}
"""What a button of a form asks; every other one shows the form again."""
