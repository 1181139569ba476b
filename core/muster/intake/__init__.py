"""Reads files into text frames with the row numbers the user sees."""
