"""Where messages go: a folder of .eml files that another program sends, or a mail server."""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from muster.jobs.failures import DeliveryError

if TYPE_CHECKING:
    from email.message import EmailMessage

_SECONDS = 30
"""How long we wait for the mail server's answer."""


class FolderBackend:
    """Writes each message as a file, whole or not at all; a second delivery writes the same file again."""

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)

    def send(self, mail: EmailMessage) -> None:
        """Write the message under a name made from its Message-ID."""
        name = sha256(str(mail["Message-ID"]).encode()).hexdigest()[:32]
        target, part = self._folder / f"{name}.eml", self._folder / f".{name}.{os.getpid()}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as stream:
                stream.write(bytes(mail))
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(target)
        except OSError as error:
            raise DeliveryError(f"the folder {self._folder}", error.strerror or "the system refuses it") from None


@dataclass(frozen=True, slots=True)
class SmtpBackend:
    """Hands each message to a mail server; where it offers encryption, it is used."""

    host: str
    port: int
    sender: str
    scheme: str = "smtp"
    login: tuple[str, str] | None = None

    def send(self, mail: EmailMessage) -> None:
        """Hand the message over; what the server says may quote the recipient, so only its number is kept."""
        where = f"the mail server {self.host}:{self.port}"
        try:
            with self._connected() as server:
                if self.login is not None:
                    server.login(*self.login)
                server.send_message(mail, from_addr=self.sender)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise DeliveryError(where, f"it refuses the recipient (code {code})") from None
        except smtplib.SMTPResponseException as error:
            raise DeliveryError(where, f"it answered with code {error.smtp_code}") from None
        except smtplib.SMTPException as error:
            raise DeliveryError(where, f"the exchange broke off ({type(error).__name__})") from None
        except OSError as error:
            raise DeliveryError(where, error.strerror or "it does not answer") from None

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.scheme == "smtps":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=_SECONDS, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=_SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        return server
