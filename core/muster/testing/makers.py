"""Finds who makes the samples of a collection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.testing.samples import NoSampleError, SampleMaker

if TYPE_CHECKING:
    from muster.model.collections import Collection
    from muster.plugins import Plugins


def find_maker(plugins: Plugins, collection: Collection) -> SampleMaker:
    """Return the maker that a plugin brings for this collection; NoSampleError where none does."""
    found: SampleMaker | None = plugins.manager.hook.samples(state=collection.state, collection=collection.id)
    if found is None:
        raise NoSampleError(collection.address)
    return found
