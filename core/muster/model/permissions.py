"""What a person may do, and the roles by which a state hands it out."""

from __future__ import annotations

from typing import Literal

from muster.model.marks import Identifier, Marked

Permission = Literal[
    "view", "edit", "upload", "certify", "assign certifiers", "approve", "configure rules", "administer"
]
"""View: see records and findings. Edit: change records, acknowledge. Upload: send files. Certify: sign.
Assign certifiers: say who signs. Approve: decide requests (access, extensions, recertification), accept.
Configure rules: overlays, packs. Administer: people and their roles."""
PERMISSIONS: tuple[Permission, ...] = (
    "view", "edit", "upload", "certify", "assign certifiers", "approve", "configure rules", "administer",
)  # fmt: skip


class Role(Marked):
    """A role of the state's own vocabulary with the permissions it carries.

    ``may_sign_what_it_assigns`` false bars a person who assigns certifiers from signing.
    """

    name: Identifier
    title: str
    permissions: tuple[Permission, ...]
