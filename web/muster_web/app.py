"""The Flask application: made around one facade, with the same few headers on every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, render_template
from werkzeug.exceptions import HTTPException

from muster.errors import (
    MusterError,
    UnknownCollectionError,
    UnknownLayoutError,
    UnknownStateError,
    UnknownYearError,
)
from muster.reporting.inventory import source_of, type_of
from muster_web.pages import pages

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
_NOT_THERE = (UnknownStateError, UnknownCollectionError, UnknownYearError, UnknownLayoutError)
_SENTENCES = {
    404: "There is no page at this address. Go back to the states and choose from there.",
    405: "This page can only be read. Go back to the states and choose from there.",
    500: "This page could not be made, and it is not your fault. The person who runs this server finds why in its log.",
}


def create_app(muster: Muster, actor: Actor) -> Flask:
    """Return the application; every call to the facade is made for ``actor`` until people can sign in."""
    app = Flask(__name__)
    app.extensions["muster"] = muster
    app.extensions["actor"] = actor
    app.jinja_env.globals.update(source_of=source_of, type_of=type_of)
    app.register_blueprint(pages)
    app.register_error_handler(MusterError, _refused)
    app.register_error_handler(HTTPException, _failed)
    app.after_request(_with_headers)
    return app


def _refused(error: MusterError) -> tuple[str, int]:
    return _page(str(error), 404 if isinstance(error, _NOT_THERE) else 500)


def _failed(error: HTTPException) -> tuple[str, int]:
    code = error.code or 500
    return _page(_SENTENCES.get(code, error.description or _SENTENCES[500]), code)


def _page(sentence: str, code: int) -> tuple[str, int]:
    return render_template("problem.html", sentence=sentence), code


def _with_headers(response: Response) -> Response:
    response.headers.extend(HEADERS)
    return response
