"""What an installation may set from outside: every name is an environment variable with the prefix MUSTER_."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from muster.errors import MusterError


class SettingError(MusterError):
    """An environment variable holds what it cannot hold."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"The environment variable {name} cannot be used: {problem}. Correct it, or take it out.")


class Settings(BaseSettings):
    """The installation's settings.

    ``database_url`` is an SQLAlchemy URL, or "" for an SQLite file in ``home``. ``overlays`` are folders separated
    by the system's path separator. ``disabled_plugins`` are names of state plugins, separated by commas, not to load.
    ``mail`` is where messages go: ``file:FOLDER`` or ``smtp://HOST:PORT``; ``mail_sender`` whom they are from.
    ``secret_key`` seals the cookies of web sessions: the same for every server, or "" for a new one at each start.
    """

    model_config = SettingsConfigDict(env_prefix="MUSTER_", hide_input_in_errors=True, extra="ignore")

    mode: Literal["development", "production"] = "development"
    home: Path = Path(".muster")
    database_url: str = ""
    overlays: str = ""
    disabled_plugins: str = ""
    mail: str = ""
    mail_sender: str = "muster@localhost"
    secret_key: SecretStr = SecretStr("")

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            problem = first["msg"].replace("Input should be", "it should be")
            raise SettingError(f"MUSTER_{str(first['loc'][0]).upper()}", problem) from None

    @property
    def mail_backend(self) -> str:
        """Return where messages go: what is set, else a folder of files in ``home``."""
        return self.mail or f"file:{self.home / 'outbox'}"

    @property
    def overlay_folders(self) -> tuple[Path, ...]:
        """Return the overlay folders in the order given; a later one wins."""
        return tuple(Path(one) for one in self.overlays.split(os.pathsep) if one)

    @property
    def disabled(self) -> frozenset[str]:
        """Return the names of the plugins that are not to be loaded."""
        return frozenset(one.strip() for one in self.disabled_plugins.split(",") if one.strip())

    @property
    def database(self) -> str:
        """Return the URL of the database, the embedded one where none is set."""
        return self.database_url or f"sqlite:///{(self.home / 'muster.sqlite').resolve()}"

    @property
    def embedded(self) -> bool:
        """Tell whether the database is the embedded one, whose only user is the operating system's."""
        return self.database.startswith("sqlite")
