"""The one validation engine."""
