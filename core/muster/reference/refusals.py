"""Why an import is refused as a whole, each with the sentence a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muster.errors import MusterError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class ImportRefusedError(MusterError):
    """Something given for import cannot be used; nothing was taken from it."""

    exit_code = 1


class UnknownImportKindError(ImportRefusedError):
    """There is no such kind of import."""

    exit_code = 2

    def __init__(self, kind: str, known: Iterable[str]) -> None:
        super().__init__(f'There is no import of kind "{kind}". Known: {", ".join(known)}.')


class NothingToImportError(ImportRefusedError):
    """The path given leads nowhere."""

    exit_code = 2

    def __init__(self, path: Path) -> None:
        super().__init__(f'There is no file or folder "{path}". Check the name.')


class NoTablesError(ImportRefusedError):
    """No file of the folder is a table of the state."""

    def __init__(self, name: str, state: str, tables: Iterable[str]) -> None:
        files = ", ".join(f"{table}.csv" for table in tables)
        super().__init__(f"{name} has no CSV file that is named after a table of {state}: {files}.")


class NotAZipError(ImportRefusedError):
    """The file is no zip archive, or a truncated one."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not a zip file, or it is cut off. Export or download it again.")


class EncryptedZipError(ImportRefusedError):
    """A file of the archive is protected with a password."""

    def __init__(self, name: str, member: str) -> None:
        super().__init__(f"{name}: {member} is protected with a password. Export it without one.")


class UnsafeZipError(ImportRefusedError):
    """The archive is larger inside than any real one, or names files outside itself."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} was not opened: {reason}. Export it again from your student information system.")


class TooLargeError(ImportRefusedError):
    """A file is larger than any real one."""

    def __init__(self, name: str, most: int) -> None:
        super().__init__(f"{name} has more than {most:,} bytes. Export it in smaller parts.")


class NoManifestError(ImportRefusedError):
    """A OneRoster export always has a manifest."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has no manifest.csv, so it is not a OneRoster 1.1 or 1.2 export. Export it again.")


class OneRosterVersionError(ImportRefusedError):
    """The manifest names a version that is not read."""

    def __init__(self, name: str, version: str) -> None:
        given = f"OneRoster version {version}" if version else "no OneRoster version"
        super().__init__(f"{name}: the manifest gives {given}; muster reads 1.1 and 1.2. Export it as one of these.")


class DeltaRefusedError(ImportRefusedError):
    """The export holds changes only, which cannot replace a whole roster."""

    def __init__(self, name: str, files: Iterable[str]) -> None:
        super().__init__(
            f"{name} holds only changes since the last export (delta: {', '.join(files)}). Export it in bulk mode."
        )


class MissingMemberError(ImportRefusedError):
    """The manifest promises a file that is not there, or one without which nothing can be taken is absent."""

    def __init__(self, name: str, member: str, *, promised: bool) -> None:
        why = "although the manifest lists it" if promised else "without which nothing can be imported"
        super().__init__(f"{name} has no {member}, {why}. Export it again.")


class MissingColumnsError(ImportRefusedError):
    """A CSV of the export lacks columns its version demands."""

    def __init__(self, member: str, columns: Iterable[str]) -> None:
        super().__init__(f"{member} has no column {', '.join(columns)}. Export it again in the OneRoster format.")


class NotACsvError(ImportRefusedError):
    """A CSV of the export cannot be read as one."""

    def __init__(self, member: str, line: int) -> None:
        super().__init__(f"{member}, line {line}: this is not a CSV file. Export it again.")


class UnreadableTextError(ImportRefusedError):
    """A CSV of the export holds bytes that are no text."""

    def __init__(self, member: str, reason: str) -> None:
        super().__init__(f"{member}: {reason} Export it again.")


class DangerousXmlError(ImportRefusedError):
    """The XML declares a document type, by which entities could grow without end or reach other files."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} declares a document type or entities, which Ed-Fi files never do. Export it again.")


class OversizedXmlError(ImportRefusedError):
    """One element has more parts than any real one, so that reading it would fill the memory."""

    def __init__(self, name: str, most: int) -> None:
        super().__init__(
            f"{name} has an element of more than {most:,} parts, which Ed-Fi files never have. Export it again."
        )


class DamagedXmlError(ImportRefusedError):
    """The XML ends too early or is malformed."""

    def __init__(self, name: str, line: int) -> None:
        super().__init__(f"{name}, line {line}: the XML is damaged or cut off. Export it again.")


class XmlEncodingError(ImportRefusedError):
    """The bytes are not text in the encoding the XML declares."""

    def __init__(self, name: str, line: int) -> None:
        super().__init__(
            f"{name}, line {line}: some characters are not in the encoding that the file declares. Save it as UTF-8."
        )


class NotEdFiError(ImportRefusedError):
    """No Ed-Fi interchange was found."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has no Ed-Fi interchange XML (such as Student.xml). Give its folder, file or zip.")
