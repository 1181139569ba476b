"""Reads the folder of a state into the model, overlays included.

A state is a folder of TOML and CSV files. A mistake in one of them raises
:class:`muster.errors.DeclarationError`, which names the file, the key and the remedy.
"""

from muster.declarations.states import load_state

__all__ = ["load_state"]
