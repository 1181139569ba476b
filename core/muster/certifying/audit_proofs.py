"""The audit against what lies outside the database: sealed files of heads, and receipts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from muster.access import auditing
from muster.access.audit import AuditHead
from muster.access.sealing import sealed_heads
from muster.certifying.key_files import trusted_keys
from muster.certifying.keys import current_key
from muster.certifying.verify import RefusedError, verify
from muster.errors import MusterError, NoSuchFileError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from muster.access.auditing import ChainCheck
    from muster.access.sealing import Chain
    from muster.model.actors import Actor
    from muster.store import Store


class SealNotWrittenError(MusterError):
    """The file of sealed heads cannot be written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f'The heads were not sealed in "{path}": {reason}. Give another name.')


def verify_audit(
    store: Store,
    actor: Actor,
    *,
    state: str | None = None,
    organization: str | None = None,
    seals: Iterable[Path] = (),
    receipts: Iterable[Path] = (),
    trust: Path | None = None,
) -> tuple[ChainCheck, ...]:
    """Check the chains, also against the heads in sealed files and receipts, where a key to trust is given."""
    known = {} if trust is None else known_heads(seals, receipts, trust)
    return auditing.verify_audit(store, actor, state=state, organization=organization, known=known)


def seal_audit(store: Store, actor: Actor, target: Path, keys: Path) -> None:
    """Write the newest entry of every chain to a new file, sealed with the key in use."""
    key = current_key(keys)
    sealed = auditing.seal_audit(store, actor, key.public.id, key.seal)
    try:
        with target.open("xb") as file:
            file.write(sealed)
    except FileExistsError:
        raise SealNotWrittenError(target, "there is a file already, and a seal replaces none") from None
    except OSError as error:
        raise SealNotWrittenError(target, (error.strerror or "the system refuses it").lower()) from None


def known_heads(seals: Iterable[Path], receipts: Iterable[Path], trust: Path) -> dict[Chain, list[AuditHead]]:
    """Return the heads that sealed files and receipts name; one that is not sealed by a trusted key is refused."""
    keys, found = trusted_keys(trust), defaultdict(list)
    for path in seals:
        if not path.is_file():
            raise NoSuchFileError(path)
        for chain, head in sealed_heads(path.read_bytes(), str(path), keys).items():
            found[chain].append(head)
    for path in receipts:
        verdict = verify(path, None, trust)
        if not verdict.valid or verdict.receipt is None:
            raise RefusedError(verdict.sentence)
        mark = verdict.receipt.audit
        chain = (verdict.receipt.state, verdict.receipt.organization)
        found[chain].append(AuditHead(mark.number, mark.digest))
    return dict(found)
