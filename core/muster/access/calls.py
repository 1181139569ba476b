"""Which permission each call of the facade asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from muster.access.checks import allowed, require, require_person

if TYPE_CHECKING:
    from muster.access.organizations import Tree
    from muster.model.actors import Actor
    from muster.model.permissions import Permission

CALLS: dict[str, Permission | Literal["anyone", "a person"]] = {
    # What a state publishes, and a check that stores nothing.
    "states": "anyone",
    "collection": "anyone",
    "rules": "anyone",
    "rule_mistake": "anyone",
    "layouts": "anyone",
    "layout": "anyone",
    "write_template": "anyone",
    "validate": "anyone",
    # Files and what came of them.
    "upload": "upload",
    "enqueue_upload": "upload",
    "jobs": "view",
    "watch": "view",
    "cancel_job": "upload",
    "retry_job": "upload",
    "messages": "administer",
    "batches": "view",
    "batch": "view",
    "delete_batch": "upload",
    "import_reference": "upload",
    # Work on records; what a screen or an action itself asks for comes on top.
    "places": "anyone",
    "place": "anyone",
    "screens": "view",
    "show": "view",
    "export": "view",
    "actions": "view",
    "form": "view",
    "preview": "view",
    "perform": "view",
    "status": "view",
    "calculate": "edit",
    "calculation_runs": "view",
    "calculation_result": "view",
    "acknowledge": "edit",
    "check_submission": "edit",
    "rows_left": "view",
    "leave_rows": "edit",
    "ask_extension": "edit",
    "decide_extension": "approve",
    "extensions_ledger": "anyone",
    # Signing.
    "sign": "certify",
    "nothing_to_report": "certify",
    "certify_status": "view",
    "note_changes": "view",
    "certifiers": "view",
    "receipt": "view",
    "receipt_pdf": "view",
    "snapshot": "view",
    "diff": "view",
    "ask_recertification": "certify",
    "decide_recertification": "approve",
    "give_back": "approve",
    "accept": "approve",
    "set_certifier": "assign certifiers",
    # People.
    "add_person": "administer",
    "set_active": "administer",
    "give_role": "administer",
    "end_role": "administer",
    "delegate": "view",
    "ask_access": "a person",
    "decide_access": "approve",
    "people": "administer",
    "access_requests": "approve",
    "issue_token": "a person",
    "revoke_token": "a person",
    "tokens": "a person",
    "set_password": "a person",
    # Audit.
    "verify_audit": "administer",
    "seal_audit": "administer",
}
"""``anyone`` needs no account; ``a person`` needs one, with or without a role, and reaches only what is its own.

``delegate`` lends one's own role and nothing else, ``revoke_token`` and ``set_password`` reach other people's for those
who administer all of their roles."""


def may(
    actor: Actor,
    call: str,
    *,
    tree: Tree,
    state: str,
    organization: str | None = None,
    year: int | None = None,
) -> bool:
    """Tell whether an actor may make a call that concerns an organization (None: the whole state) and a year."""
    asked = CALLS[call]
    if asked == "anyone":
        return True
    if asked == "a person":
        return actor.person is not None
    return allowed(actor, asked, state=state, organization=organization, year=year, tree=tree)


def require_call(
    actor: Actor,
    call: str,
    *,
    tree: Tree,
    state: str,
    organization: str | None = None,
    year: int | None = None,
) -> None:
    """Refuse with a sentence a call that the actor may not make."""
    asked = CALLS[call]
    if asked == "a person":
        require_person(actor)
    elif asked != "anyone":
        require(actor, asked, state=state, organization=organization, year=year, tree=tree)
