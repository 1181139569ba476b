"""Keeping a file as it came, before anything is asked about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.errors import NoSuchFileError
from muster.store.batches import add_batch, batch_row
from muster.store.blobs import keep_blob
from muster.store.failures import FileNotOpenedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

    from muster.model.actors import Actor
    from muster.model.collections import Collection
    from muster.store import Store
    from muster.store.batches import BatchRow, Mode


def keep(  # noqa: PLR0913 - who, what, where and with what, each named by the caller
    store: Store,
    actor: Actor,
    collection: Collection,
    data: bytes | Path,
    *,
    year: int,
    organization: str | None,
    mode: Mode,
    name: str,
    layout: str | None = None,
    then: Callable[[Connection, int], object] | None = None,
) -> BatchRow:
    """Keep the file and note the batch before anything else, in a transaction of its own.

    ``then`` is called with the batch's number in the same transaction, such as to put a job into the queue.
    """
    try:
        with store.writing() as connection:
            digest = keep_blob(connection, data)
            number = add_batch(
                connection,
                state=collection.state,
                collection=collection.id,
                year=year,
                layout=layout,
                organization=organization,
                mode=mode,
                file_name=name,
                sha256=digest.sha256,
                size=digest.size,
                uploaded_by=actor.name,
                uploaded_at=store.clock.now().isoformat(timespec="seconds"),
            )
            if then is not None:
                then(connection, number)
            return batch_row(connection, number)
    except FileNotFoundError:
        raise NoSuchFileError(name) from None
    except OSError as error:
        raise FileNotOpenedError(name, error.strerror or "the system refuses it") from None
