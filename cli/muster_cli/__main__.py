"""``python -m muster_cli`` is ``muster``."""

from muster_cli import main

main()
