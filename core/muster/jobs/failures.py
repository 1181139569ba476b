"""Every way in which a job or a message can fail, each with the sentence a person reads."""

from __future__ import annotations

from muster.errors import MusterError


class UnknownJobError(MusterError):
    """There is no job with this number."""

    def __init__(self, job: int) -> None:
        super().__init__(f'There is no job {job}. See "muster jobs" for those there are.')


class JobEndedError(MusterError):
    """A job that has ended cannot be cancelled."""

    exit_code = 1

    def __init__(self, job: int, status: str) -> None:
        super().__init__(f"Job {job} cannot be cancelled: it is {status}.")


class JobNotRetriedError(MusterError):
    """Only a job that failed or was cancelled can be tried again."""

    exit_code = 1

    def __init__(self, job: int, status: str) -> None:
        super().__init__(f"Job {job} cannot be tried again: it is {status}. Only failed and cancelled jobs can.")


class UnknownKindError(MusterError):
    """Nobody registered what to do for this kind of job."""

    def __init__(self, kind: str) -> None:
        super().__init__(f'This worker cannot do jobs of the kind "{kind}". Update muster on the worker\'s machine.')


class JobCancelledError(MusterError):
    """Someone asked for the job to be cancelled while it ran."""

    exit_code = 1

    def __init__(self, job: int) -> None:
        super().__init__(f"Job {job} was cancelled; nothing was stored.")


class WorkerDiedError(MusterError):
    """A job was begun several times, and each time its worker ended in the middle of it."""

    def __init__(self, job: int, attempts: int) -> None:
        super().__init__(
            f"Job {job} was begun {attempts} times and its worker ended each time before it was done. Nothing was "
            "stored; the file may be too large for the machine's memory. Ask whoever runs muster."
        )


class WorkerNameTakenError(MusterError):
    """Another process works under this name."""

    exit_code = 1

    def __init__(self, name: str, process: str) -> None:
        super().__init__(
            f'A worker named "{name}" is at work already (process {process}). Give this one another name with --name.'
        )


class FaultInJobError(MusterError):
    """The job met a mistake of muster's own; its text may hold data, so only its class is told."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"This is a fault in muster, not in your file ({kind}). Nothing was stored; ask whoever runs muster."
        )


class DeliveryError(MusterError):
    """A message could not be handed over."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"The message was not delivered to {where}: {reason}.")


class MailAddressError(MusterError):
    """The address of the mail server cannot be understood."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f'"{address}" names no way to deliver messages. Write file:FOLDER or smtp://HOST:PORT in MUSTER_MAIL.'
        )
