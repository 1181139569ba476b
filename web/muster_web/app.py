"""The Flask application: made around one facade, with the same few headers on every answer."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask, Response, render_template
from werkzeug.exceptions import HTTPException

from muster.access.refusals import AccessRefusedError
from muster.acting.failures import (
    InputError,
    NotATableError,
    UnknownActionError,
    UnknownScreenError,
    UnknownSortError,
)
from muster.certifying.facade import PartsError
from muster.errors import (
    MusterError,
    UnknownCollectionError,
    UnknownLayoutError,
    UnknownStateError,
    UnknownYearError,
)
from muster.reporting.inventory import source_of, type_of
from muster.store.failures import UnknownRecordError
from muster_web.pages import pages
from muster_web.sessions import token
from muster_web.work import at, work

if TYPE_CHECKING:
    from muster.app import Muster
    from muster.model.actors import Actor

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_NOT_THERE = (
    UnknownStateError,
    UnknownCollectionError,
    UnknownYearError,
    UnknownLayoutError,
    UnknownScreenError,
    UnknownActionError,
    UnknownRecordError,
    UnknownSortError,
    NotATableError,
    PartsError,
)
_SENTENCES = {
    404: "There is no page at this address. Go back to the states and choose from there.",
    405: "This page can only be read. Go back to the states and choose from there.",
    500: "This page could not be made, and it is not your fault. The person who runs this server finds why in its log.",
}


def create_app(muster: Muster, actor: Actor) -> Flask:
    """Return the application; what a state publishes is asked for ``actor``, all else for who is signed in."""
    app = Flask(__name__)
    _keep_sessions(app, muster)
    app.extensions["muster"] = muster
    app.extensions["actor"] = actor
    app.jinja_env.globals.update(source_of=source_of, type_of=type_of, token=token, at=at)
    app.register_blueprint(pages)
    app.register_blueprint(work)
    app.register_error_handler(MusterError, _refused)
    app.register_error_handler(HTTPException, _failed)
    app.after_request(_with_headers)
    return app


def _keep_sessions(app: Flask, muster: Muster) -> None:
    """Seal cookies with the installation's key; without one, sessions end with the server."""
    app.secret_key = muster.settings.secret_key.get_secret_value() or secrets.token_bytes(32)
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=muster.settings.mode == "production",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=8),
        MAX_CONTENT_LENGTH=4 * 1024 * 1024,
    )


def _refused(error: MusterError) -> tuple[str, int]:
    codes = ((_NOT_THERE, 404), (AccessRefusedError, 403), (InputError, 400))
    return _page(str(error), next((code for kind, code in codes if isinstance(error, kind)), 500))


def _failed(error: HTTPException) -> tuple[str, int]:
    code = error.code or 500
    return _page(_SENTENCES.get(code, error.description or _SENTENCES[500]), code)


def _page(sentence: str, code: int) -> tuple[str, int]:
    return render_template("problem.html", sentence=sentence), code


def _with_headers(response: Response) -> Response:
    response.headers.extend(HEADERS)
    return response
