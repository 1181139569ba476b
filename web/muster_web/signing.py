"""What the signing page gives: a signer's intent, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.certifying.signing import Intent
from muster.errors import MusterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from muster.app import Muster
    from muster.model.actors import Actor
    from muster.model.submissions import SubmissionKey

_REASON = "reason-"


def attempt(muster: Muster, actor: Actor, key: SubmissionKey, form: Mapping[str, str]) -> tuple[str, int]:
    """Sign, and return what is to be said about it with the code of the answer."""
    reasons = {name.removeprefix(_REASON): text for name, text in form.items() if name.startswith(_REASON) and text}
    try:
        done = muster.sign(actor, key, Intent(form.get("password", ""), reasons, form.get("digest")))
    except MusterError as error:
        if error.exit_code != 1:
            raise
        return str(error), 409
    if done.certification is not None:
        return "Certified. Keep the receipt.", 200
    return f"Signed. Still to sign: {', '.join(done.missing)}.", 200
