"""Messages: written with what causes them, delivered at least once under one Message-ID, tried again with a limit."""

import email
import email.policy
import socket
import threading
from contextlib import contextmanager, suppress
from datetime import date, timedelta

import pytest

from muster.clock import FixedClock
from muster.jobs import InlineEngine, backend_of, delivery_handler, list_messages, retry_message
from muster.jobs.delivery import mail_of
from muster.jobs.failures import DeliveryError, MailAddressError
from muster.jobs.mail import FolderBackend, SmtpBackend
from muster.jobs.notices import certify_request, deadline_near, extension_decided
from muster.store import messages

SENDER = "muster@agency.example"


@pytest.fixture
def write(store, clubs):
    """Return a function that writes a message."""

    def writes(message_id="<1@x>", into=None, **changes):
        plain = {"kind": "deadline near", "recipient": "bo@d1.example", "title": "Clubs close", "body": "Soon.\n"}
        with (into or store).writing() as connection:
            messages.put(connection, **{**plain, **changes}, message_id=message_id, at=clubs.now)

    return writes


class Backend:
    """Takes messages, or refuses them while ``failing``."""

    def __init__(self):
        self.taken, self.failing = [], False

    def send(self, mail):
        if self.failing:
            raise DeliveryError("the mail server mail.example:25", "it answered with code 451")
        self.taken.append(mail["Message-ID"])


def _deliver(store, backend):
    return InlineEngine(store, {"delivery": delivery_handler(backend, SENDER)}).catch_up()


def test_a_message_is_delivered_once_by_a_job(store, clubs, write):
    write()
    write("<2@x>")
    backend = Backend()
    assert _deliver(store, backend) == 1
    assert _deliver(store, backend) == 0
    assert backend.taken == ["<1@x>", "<2@x>"]
    assert [(one.attempts, one.failure, one.delivered_at) for one in list_messages(store, clubs.ana)] == [
        (1, None, clubs.now)
    ] * 2
    assert list_messages(store, clubs.ana, undelivered=True) == ()


def test_the_same_message_is_written_once(store, clubs, write):
    write()
    write()
    assert len(list_messages(store, clubs.ana)) == 1


def test_a_message_is_not_written_when_its_cause_is_rolled_back(store, clubs):
    with suppress(ZeroDivisionError), store.writing() as connection:
        messages.put(connection, "results ready", "bo@d1.example", "T", "B", "<1@x>", at=clubs.now)
        raise ZeroDivisionError
    assert list_messages(store, clubs.ana) == ()


def test_what_cannot_be_delivered_is_tried_again_with_growing_pauses_and_then_given_up(opening, clubs, write):
    backend = Backend()
    backend.failing = True
    minutes = [0, 1, 3, 7, 15, 31, 63, 127]
    for attempt, minute in enumerate(minutes):
        store = opening(clock=FixedClock(clubs.now + timedelta(minutes=minute)))
        write(into=store)
        assert _deliver(store, backend) == 1
        assert _deliver(store, backend) == 0
        (message,) = list_messages(store, clubs.ana)
        assert (message.attempts, message.given_up) == (attempt + 1, attempt == 7)
        assert message.failure == (
            "The message was not delivered to the mail server mail.example:25: it answered with code 451."
        )
    retry_message(store, clubs.ana, message.id)
    backend.failing = False
    assert _deliver(store, backend) == 1
    assert backend.taken == ["<1@x>"]


def test_a_folder_gets_each_message_as_one_file_however_often(store, clubs, write, tmp_path):
    write(title="Line\nbreak", recipient="bo@d1.example")
    (message,) = list_messages(store, clubs.ana)
    backend = backend_of(f"file:{tmp_path / 'mail'}", SENDER)
    assert isinstance(backend, FolderBackend)
    backend.send(mail_of(message, SENDER))
    (file,) = (tmp_path / "mail").iterdir()
    once = file.read_bytes()
    backend.send(mail_of(message, SENDER))
    assert [one.read_bytes() for one in (tmp_path / "mail").iterdir()] == [once]
    mail = email.message_from_bytes(once, policy=email.policy.default)
    assert (mail["Message-ID"], mail["To"], mail["Subject"], mail["From"]) == (
        "<1@x>",
        "bo@d1.example",
        "Line break",
        SENDER,
    )
    assert mail["Date"].datetime == clubs.now.replace(microsecond=0)
    assert mail.get_content() == "Soon.\n"


def test_a_folder_that_cannot_be_written_says_so(store, clubs, write, tmp_path):
    write()
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(
        DeliveryError, match=f"^The message was not delivered to the folder {tmp_path}/mail: File exists.$"
    ):
        backend_of(f"file:{tmp_path / 'mail'}", SENDER).send(mail_of(list_messages(store, clubs.ana)[0], SENDER))


@contextmanager
def mail_server(answers):
    """Give the port of a mail server that speaks just enough, and what it was told."""
    told = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            connection, _ = listening.accept()
            with connection, connection.makefile("rwb") as stream:
                _converse(stream, answers, told)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1], told
        thread.join()


def _converse(stream, answers, told):
    def say(line):
        stream.write(line.encode() + b"\r\n")
        stream.flush()

    say("220 mail.example ready")
    for raw in stream:
        line = raw.decode().rstrip("\r\n")
        told.append(line)
        word = line.split(":")[0].split(" ")[0].upper()
        if word == "DATA":
            say("354 go on")
            body = iter(lambda: stream.readline().decode().rstrip("\r\n"), ".")
            told.extend(body)
            say(answers.get("MESSAGE", "250 taken"))
        elif word == "QUIT":
            say("221 bye")
            return
        else:
            say(answers.get(word, "250 mail.example"))


def test_a_mail_server_gets_the_message(store, clubs, write):
    write()
    with mail_server({}) as (port, told):
        backend = backend_of(f"smtp://127.0.0.1:{port}", SENDER)
        assert _deliver(store, backend) == 1
    assert {"Message-ID: <1@x>", "To: bo@d1.example", "Subject: Clubs close", "Soon."} <= set(told)
    envelope = [line.split(" size=")[0] for line in told if line.startswith(("mail", "rcpt"))]
    assert envelope == [f"mail FROM:<{SENDER}>", "rcpt TO:<bo@d1.example>"]
    assert list_messages(store, clubs.ana)[0].delivered_at == clubs.now


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"RCPT": "550 bo@d1.example is unknown"}, "it refuses the recipient (code 550)"),
        ({"MAIL": "451 later"}, "it answered with code 451"),
        ({"MESSAGE": "554 no"}, "it answered with code 554"),
    ],
)
def test_a_mail_server_that_refuses_is_told_by_its_number(store, clubs, write, answers, reason):
    write()
    with mail_server(answers) as (port, _):
        _deliver(store, SmtpBackend("127.0.0.1", port, SENDER))
    failure = f"The message was not delivered to the mail server 127.0.0.1:{port}: {reason}."
    assert list_messages(store, clubs.ana)[0].failure == failure


def test_a_mail_server_that_is_not_there_or_wants_what_we_lack_says_so(store, clubs, write):
    write()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    _deliver(store, SmtpBackend("127.0.0.1", port, SENDER))
    where = f"The message was not delivered to the mail server 127.0.0.1:{port}"
    assert list_messages(store, clubs.ana)[0].failure == f"{where}: Connection refused."
    retry_message(store, clubs.ana, 1)
    with mail_server({}) as (port, _):
        _deliver(store, SmtpBackend("127.0.0.1", port, SENDER, login=("bo", "word")))
    where = f"The message was not delivered to the mail server 127.0.0.1:{port}"
    assert list_messages(store, clubs.ana)[0].failure == f"{where}: the exchange broke off (SMTPNotSupportedError)."


def test_an_address_of_a_mail_server_is_read(tmp_path):
    assert backend_of("smtp://mail.example", SENDER) == SmtpBackend("mail.example", 25, SENDER)
    assert backend_of("smtps://bo:a%20word@mail.example", SENDER) == SmtpBackend(
        "mail.example", 465, SENDER, "smtps", ("bo", "a word")
    )
    for address, shown in (
        ("pigeon", "pigeon"),
        ("smtp://", "smtp://"),
        ("http://bo:word@x", "http:***"),
        ("file:", "file:"),
    ):
        with pytest.raises(MailAddressError) as failure:
            backend_of(address, SENDER)
        assert str(failure.value) == (
            f'"{shown}" names no way to deliver messages. Write file:FOLDER or smtp://HOST:PORT in MUSTER_MAIL.'
        )


def test_what_messages_say(store, clubs):
    with store.writing() as connection:
        for _ in range(2):
            deadline_near(connection, clubs.state(), "Clubs", 2025, date(2025, 7, 1), "bo@d1.example", at=clubs.now)
            certify_request(connection, "xx/clubs/2025/D1", "Clubs", 2, "bo@d1.example", at=clubs.now)
            extension_decided(connection, 5, "Clubs", "It is now open until 07/09/2025.", "bo@d1.example", at=clubs.now)
    said = [(one.kind, one.title, one.body) for one in list_messages(store, clubs.ana)]
    assert said == [
        (
            "deadline near",
            "Clubs closes on 07/01/2025",
            "Clubs for 2025 closes on 07/01/2025, at the end of the day.\n\nWhat is not signed by then needs an extension from Exland Agency.",
        ),
        (
            "certify request",
            "Please sign Clubs",
            "Clubs (xx/clubs/2025/D1) is ready to be signed as revision 2.\n\nSign in to muster, read it, and sign it.",
        ),
        (
            "extension decided",
            "Your request for an extension of Clubs",
            "Your request for an extension of Clubs was decided.\n\nIt is now open until 07/09/2025.",
        ),
    ]
