"""Every way in which the database can fail a request, each with the sentence a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.errors import MusterError

if TYPE_CHECKING:
    from collections.abc import Sequence


class DatabaseAddressError(MusterError):
    """The database's URL cannot be understood."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f'"{url}" is not the address of a database muster can use. '
            "Write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME in MUSTER_DATABASE_URL."
        )


class DriverMissingError(MusterError):
    """PostgreSQL is asked for, but its driver is not installed."""

    def __init__(self) -> None:
        super().__init__('The PostgreSQL driver is not installed. Install it with: pip install "muster[postgresql]"')


class DatabaseUnreachableError(MusterError):
    """The database does not answer, or its file cannot be opened."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"The database {url} cannot be opened. Check that the server runs (or that the folder exists and may be "
            "written to) and that MUSTER_DATABASE_URL names it."
        )


class NotADatabaseError(MusterError):
    """The file that the URL names is something else."""

    def __init__(self, url: str) -> None:
        super().__init__(f"The file of {url} is not a database. Choose another file in MUSTER_DATABASE_URL.")


class DatabaseBusyError(MusterError):
    """Another upload holds the database for longer than we wait."""

    def __init__(self, url: str) -> None:
        super().__init__(f"The database {url} is busy with another upload. Nothing was stored; try again in a minute.")


class DatabaseFullError(MusterError):
    """The disk under the database is full, or the database may not grow."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"The database {url} cannot grow: its disk is full. Nothing was stored; make room, then try again."
        )


class DatabaseReadOnlyError(MusterError):
    """The database can be read but not written."""

    def __init__(self, url: str) -> None:
        super().__init__(f"The database {url} may only be read. Nothing was stored; ask for the right to write to it.")


class DatabaseDamagedError(MusterError):
    """The database answered with an error that muster does not expect."""

    def __init__(self, url: str, kind: str) -> None:
        super().__init__(
            f"The database {url} refused a statement ({kind}). Nothing was stored; "
            "ask whoever runs the database to look at its log."
        )


class DatabaseFileDamagedError(MusterError):
    """The file of an embedded database is cut off or overwritten."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"The file of {url} is damaged. Nothing was stored; "
            "put a copy of it back, or choose another file in MUSTER_DATABASE_URL."
        )


class OldServerError(MusterError):
    """The PostgreSQL server lacks what record tables need."""

    def __init__(self, version: str) -> None:
        super().__init__(f"This PostgreSQL server is version {version}; muster needs 15 or newer.")


class NewerDatabaseError(MusterError):
    """The tables were made by a later muster."""

    def __init__(self, url: str, found: str, known: str) -> None:
        super().__init__(
            f"The database {url} was made by a newer muster (tables {found}; this muster knows up to {known}). "
            "Update muster, or choose another database."
        )


class ConflictingColumnsError(MusterError):
    """Two layouts of one collection, or a layout and its stored records, give one column two types."""

    def __init__(self, table: str, column: str, types: Sequence[str]) -> None:
        super().__init__(
            f'{table}: column "{column}" is declared as {" and as ".join(types)}, which cannot be stored together. '
            "Give the column of the newer layout another name."
        )


class UnknownBatchError(MusterError):
    """There is no batch with this number."""

    def __init__(self, batch: int | str) -> None:
        super().__init__(f'There is no batch {batch}. See "muster batches" for those there are.')


class BatchDeletedError(MusterError):
    """The batch was deleted before."""

    exit_code = 1

    def __init__(self, batch: int, who: str, when: str) -> None:
        super().__init__(f"Batch {batch} was deleted already, by {who} on {when}.")


class FinishedMeanwhileError(MusterError):
    """Another process finished the batch while this one worked on it; what that one did stands."""

    def __init__(self, batch: int) -> None:
        super().__init__(f'Batch {batch} was finished by another process meanwhile; see "muster batches {batch}".')


class RepeatedKeyError(MusterError):
    """Two rows that the rules let pass have the same key."""

    exit_code = 1

    def __init__(self, collection: str, rows: Sequence[int], key: Sequence[str]) -> None:
        numbers = ", ".join(str(row) for row in rows)
        super().__init__(
            f"Rows {numbers} of the file are the same record of {collection} (same {', '.join(key)}). "
            "Nothing was stored; keep one of them and upload again."
        )


class StoredKeyError(MusterError):
    """A row that the rules let pass is stored already, and the collection does not update."""

    exit_code = 1

    def __init__(self, collection: str, rows: Sequence[int], key: Sequence[str]) -> None:
        numbers = ", ".join(str(row) for row in rows) or "of the file"
        super().__init__(
            f"Rows {numbers} are stored already in {collection} (same {', '.join(key)}), and stored rows are not "
            "replaced. Nothing was stored; take these rows out and upload again."
        )


class UnknownRecordError(MusterError):
    """There is no record with this number."""

    def __init__(self, collection: str, record: int) -> None:
        super().__init__(f"{collection} has no record {record}; it may have been deleted.")


class ChangedMeanwhileError(MusterError):
    """Someone else changed the record since it was shown."""

    exit_code = 1

    def __init__(self, collection: str, record: int) -> None:
        super().__init__(
            f"Record {record} of {collection} was changed by someone else since you opened it. "
            "Nothing was stored; open it again and repeat your change."
        )


class FileNotOpenedError(MusterError):
    """The system does not let us read the file."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f'"{name}" cannot be opened: {reason}. Close it in other programs, or ask for the right to read it.'
        )


class FileChangedError(MusterError):
    """The file changed on disk between being kept and being read."""

    exit_code = 1

    def __init__(self, name: str) -> None:
        super().__init__(f'"{name}" changed while it was being uploaded. Nothing was stored; upload it again.')


class UnknownReferenceTableError(MusterError):
    """The state declares no such reference table to load."""

    def __init__(self, state: str, table: str, known: Sequence[str]) -> None:
        super().__init__(f'{state} has no reference table "{table}" to load. Known: {", ".join(known) or "none"}.')


class ReferenceColumnsError(MusterError):
    """A frame to be loaded lacks key columns of its reference table."""

    def __init__(self, table: str, missing: Sequence[str]) -> None:
        super().__init__(f'The reference table "{table}" needs the columns {", ".join(missing)}. Nothing was loaded.')


class RepeatedReferenceError(MusterError):
    """A frame to be loaded has a key twice."""

    def __init__(self, table: str, key: Sequence[str], count: int) -> None:
        super().__init__(
            f'{count} rows for the reference table "{table}" repeat a key ({", ".join(key)}). '
            "Nothing was loaded; keep one row a key."
        )
