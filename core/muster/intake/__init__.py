"""Reads files into text frames with the row numbers the user sees."""

from muster.intake.reading import read

__all__ = ["read"]
