"""A queue over the made-up state of school clubs, on either engine."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from workshop import Workshop, nursery


@pytest.fixture
def workshop(database_url, tmp_path):
    """Give a database with a durable queue."""
    one = Workshop(database_url, tmp_path / "mail")
    yield one
    one.close()


@pytest.fixture
def workers(workshop):
    """Give a nursery of worker processes for the workshop's database."""
    with nursery(workshop.url, workshop.folder) as one:
        yield one
