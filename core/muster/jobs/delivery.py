"""The job that delivers messages: each at least once, under a Message-ID that is the same at every attempt."""

from __future__ import annotations

from contextlib import suppress
from email.message import EmailMessage
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from muster.jobs.failures import DeliveryError, MailAddressError
from muster.jobs.mail import FolderBackend, SmtpBackend
from muster.store import messages

if TYPE_CHECKING:
    from muster.jobs.running import Handler, Task
    from muster.store.messages import Message


class Backend(Protocol):
    """Hands one message over, or raises ``DeliveryError``; handing it over again does no harm."""

    def send(self, mail: EmailMessage) -> None:
        """Hand a message over."""


def backend_of(address: str, sender: str) -> Backend:
    """Return the backend for ``file:FOLDER``, ``smtp://[USER:PASSWORD@]HOST[:PORT]`` or ``smtps://...``."""
    scheme, _, rest = address.partition(":")
    if scheme == "file" and rest:
        return FolderBackend(rest)
    with suppress(ValueError):
        parts = urlsplit(address)
        if scheme in ("smtp", "smtps") and parts.hostname:
            login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
            return SmtpBackend(parts.hostname, parts.port or (465 if scheme == "smtps" else 25), sender, scheme, login)
    raise MailAddressError(f"{scheme}:***" if "@" in address else address)


def delivery_handler(backend: Backend, sender: str) -> Handler:
    """Return what does the jobs of the kind ``delivery``: it hands over every message that is due."""

    def work(task: Task) -> None:
        with task.store.reading() as connection:
            waiting = messages.due(connection, task.store.clock.now())
        for number, message in enumerate(waiting):
            task.reached(number / len(waiting))
            _deliver(task, backend, message, sender)

    return work


def _deliver(task: Task, backend: Backend, message: Message, sender: str) -> None:
    try:
        backend.send(mail_of(message, sender))
    except DeliveryError as failure:
        with task.store.writing() as connection:
            messages.note_failure(connection, message.id, str(failure))
    else:
        with task.store.writing() as connection:
            messages.note_delivered(connection, message.id, task.store.clock.now())


def mail_of(message: Message, sender: str) -> EmailMessage:
    """Return a message as an electronic mail; it is the same, byte for byte, at every attempt."""
    mail = EmailMessage()
    mail["From"], mail["To"] = _line(sender), _line(message.recipient)
    mail["Subject"], mail["Date"] = _line(message.title), message.created_at
    mail["Message-ID"] = _line(message.message_id)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body)
    return mail


def _line(value: str) -> str:
    return " ".join(value.split())
