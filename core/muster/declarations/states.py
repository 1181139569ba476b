"""A state's folder, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.declarations.catalogs import load_catalogs, load_tables
from muster.declarations.collections import collection_folders, load_collection
from muster.declarations.folders import StateFolder, merged, overlays_of
from muster.declarations.toml_files import declare, read_toml
from muster.errors import DeclarationError
from muster.model.states import State
from muster.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def load_state(root: Path) -> State:
    """Read a state's folder, with the overlays that MUSTER_OVERLAYS names laid over it.

    Raises DeclarationError for every mistake, and for placeholders where MUSTER_MODE is production.
    """
    settings = Settings()
    file = root / "state.toml"
    state_id = str(read_toml(file).get("id", ""))
    folder = StateFolder(root, overlays_of(state_id, settings.overlay_folders))
    document = merged(folder.versions("state.toml"), {"role": ("name",)})
    tables = load_tables(folder)
    data = {
        **{key: value for key, value in document.items() if key != "role"},
        "roles": document.get("role", []),
        "tables": tables,
        "catalogs": load_catalogs(folder, tables),
        "collections": [load_collection(folder, name, state_id) for name in collection_folders(folder)],
        "overlay": folder.digest,
    }
    state = declare(State, data, file, "state")
    _refuse_clashes(state, root)
    if settings.mode == "production" and state.counts()["placeholder"]:
        problem = f"has {state.counts()['placeholder']} placeholders, which production refuses"
        raise DeclarationError(root, "MUSTER_MODE=production", problem, "Supply the official codes with an overlay.")
    return state


def _refuse_clashes(state: State, root: Path) -> None:
    """Refuse a catalog named as a collection: rules look up a collection's stored records under its id.

    A loaded table may bear the name: it stands for the stored records where there is no database.
    """
    ids = {collection.id.replace("-", "_") for collection in state.collections}
    for table in state.tables:
        if table.origin == "catalog" and table.name in ids:
            problem = "bears the name of a collection, whose stored records have that name"
            raise DeclarationError(root / "reference.toml", f"table {table.name}", problem, "Rename the table.")
