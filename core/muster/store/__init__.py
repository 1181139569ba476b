"""Tables, sessions, migrations, record history and blobs."""

from muster.store.opened import Store, open_store

__all__ = ["Store", "open_store"]
