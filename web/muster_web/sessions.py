"""Who is signed in, what they searched for, and the token that every form carries."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, cast

from flask import Response, abort, current_app, g, redirect, request, session, url_for

from muster.access.refusals import SignInRefusedError

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from muster.app import Muster
    from muster.model.actors import Actor

OPEN = "work.sign_in"
"""The one page for which nobody has to be signed in."""
_MOST_SEARCHES = 8
_STALE = "This page is too old to be sent: you signed in again since. Go back, load it again, and repeat what you did."


def muster() -> Muster:
    """Return the facade."""
    return cast("Muster", current_app.extensions["muster"])


def actor() -> Actor:
    """Return who is signed in."""
    return cast("Actor", g.actor)


def begin(signed_in: Actor) -> None:
    """Begin a session; what another person left behind in the browser is forgotten."""
    session.clear()
    session["person"] = signed_in.person
    session.permanent = True


def token() -> str:
    """Return the token of this session's forms."""
    if "token" not in session:
        session["token"] = secrets.token_urlsafe(32)
    return str(session["token"])


def require_session() -> AnyResponse | None:
    """Before each page: refuse a form without the session's token, and send who is not signed in to do so."""
    if request.method == "POST" and not secrets.compare_digest(request.form.get("token", ""), token()):
        abort(400, _STALE)
    if request.endpoint == OPEN:
        return None
    try:
        g.actor = muster().actor_of(int(session["person"]))
    except (KeyError, SignInRefusedError):
        session.clear()
        session["next"] = request.full_path if request.method == "GET" else url_for("work.places")
        return redirect(url_for(OPEN))
    return None


def uncached(response: Response) -> Response:
    """Let no browser or proxy keep a page with students' records."""
    response.headers["Cache-Control"] = "no-store"
    return response


def searched(screen: str) -> dict[str, str]:
    """Return what is searched for on a screen in this session."""
    return dict(session.get("searches", {}).get(screen, {}))


def search(screen: str, wanted: dict[str, str]) -> None:
    """Keep what is searched for on a screen; of very many screens the oldest search is forgotten."""
    searches = {name: found for name, found in session.get("searches", {}).items() if name != screen}
    filled = {name: value for name, value in wanted.items() if value}
    kept = {**searches, screen: filled} if filled else searches
    session["searches"] = dict(list(kept.items())[-_MOST_SEARCHES:])
