"""On a sample district with a database, the rules that are not asked are a closed list that stands in tests/golden."""

import json
from datetime import date

import pytest

from muster.app import CheckRequest, ImportRequest, Muster
from muster.model.actors import local_actor
from muster.plugins import load_plugins
from muster.settings import Settings
from muster.testing.makers import find_maker
from muster.testing.samples import NoSampleError, write_sample

TESTER = local_actor("contract test")
PLUGINS = load_plugins()


def sampled():
    """Yield every collection that can be sampled, with each of its years."""
    for state in PLUGINS.states.values():
        for collection in state.collections:
            try:
                find_maker(PLUGINS, collection)
            except NoSampleError:
                continue
            yield from ((collection, year) for year in collection.years)


@pytest.mark.parametrize(("collection", "year"), list(sampled()), ids=lambda one: getattr(one, "address", str(one)))
def test_what_is_not_asked_is_a_closed_list(collection, year, tmp_path, golden):
    maker = find_maker(PLUGINS, collection)
    write_sample(maker, collection, year=year, rows=60, errors="none", seed=3, people=None, directory=tmp_path)
    key = json.loads((tmp_path / "expected.json").read_text())
    app = Muster(Settings(database_url=f"sqlite:///{tmp_path / 'district.sqlite'}"), plugins=PLUGINS)
    app.import_reference(TESTER, ImportRequest("csv", tmp_path / "reference", collection.state, key["organization"]))
    lines = ["layout\trule\tstatus\treason"]
    for file in key["files"]:
        request = CheckRequest(
            collection.address, tmp_path / file["file"], year, organization=key["organization"],
            as_of=date.fromisoformat(file["as_of"]),
        )  # fmt: skip
        run = app.upload(TESTER, request, "upload").run
        assert run.accepted == run.rows > 0
        left = sorted((one.rule, one.status, one.reason) for one in run.coverage if one.status != "ran")
        lines += ["\t".join((file["layout"], *one)) for one in left]
    golden(f"coverage/{collection.state}-{collection.id}-{year}.tsv", "\n".join(lines) + "\n")
