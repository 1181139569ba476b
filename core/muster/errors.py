"""Every way in which a request can fail, each with the sentence a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class MusterError(Exception):
    """A failure that deserves one sentence and no traceback.

    ``exit_code`` is what the command line returns: 1 when the answer is no, 2 when there is no answer.
    """

    exit_code = 2


class DeclarationError(MusterError):
    """A state's declaration cannot be used: names the file, the key and the remedy."""

    def __init__(self, file: Path | str, key: str, problem: str, remedy: str) -> None:
        self.file, self.key, self.problem, self.remedy = str(file), key, problem, remedy
        super().__init__(f"{file}: {key}: {problem}. {remedy}")


class UnknownStateError(MusterError):
    """No plugin brings this state."""

    def __init__(self, state: str, known: list[str]) -> None:
        super().__init__(f'There is no state "{state}". Known: {", ".join(known) or "none"}; see "muster states".')


class StateNotLoadedError(MusterError):
    """The plugin that is named as the state could not be loaded."""

    def __init__(self, state: str, problem: str) -> None:
        end = "" if problem.endswith(".") else "."
        super().__init__(f'The state "{state}" could not be loaded. {problem}{end}')


class UnknownCollectionError(MusterError):
    """The state has no such collection."""

    def __init__(self, collection: str, known: list[str]) -> None:
        super().__init__(
            f'There is no collection "{collection}". Known: {", ".join(known) or "none"}; write it as STATE/COLLECTION.'
        )


class UnknownLayoutError(MusterError):
    """The collection has no layout of this name in this year."""

    def __init__(self, collection: str, layout: str, year: int, known: list[str]) -> None:
        super().__init__(f'{collection} has no layout "{layout}" for {year}. Known: {", ".join(known) or "none"}.')


class LayoutNeededError(MusterError):
    """The year has several layouts, and none was chosen."""

    def __init__(self, collection: str, year: int, known: list[str]) -> None:
        super().__init__(f"{collection} has several layouts for {year}: {', '.join(known)}. Choose one with --layout.")


class UnknownYearError(MusterError):
    """The collection declares nothing for this school year."""

    def __init__(self, collection: str, year: int, known: list[int]) -> None:
        years = ", ".join(str(one) for one in known) or "none"
        super().__init__(f"{collection} has no layout for {year}. Years with one: {years}; choose one with --year.")


class NoSuchFileError(MusterError):
    """The path given is not a file."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(f'There is no file "{path}". Check the name and the folder.')


class NoFileToCheckError(MusterError):
    """The collection is entered by hand; there are no files of it."""

    def __init__(self, title: str) -> None:
        super().__init__(f"{title} is entered by hand: there is no file to check, and no template.")
