"""What a person types beside the arguments: passwords, days."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from datetime import date, datetime


def ask_password(prompt: str = "Password") -> str:
    """Ask for a password on the terminal without showing it; without a terminal, read one line of standard input."""
    if sys.stdin.isatty():
        return str(click.prompt(prompt, hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def ask_new_password() -> str:
    """Ask for a new password: twice on the terminal, since it is not shown."""
    first = ask_password("New password")
    if sys.stdin.isatty() and ask_password("The same again") != first:
        raise click.UsageError("The two passwords differ. Nothing was done; try again.")
    return first


def day_of(moment: datetime | None) -> date | None:
    """Return the day that an option gave."""
    return None if moment is None else moment.date()
