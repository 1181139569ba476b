"""What the islanders see: the crafts learned, one of them in full, and how many there are."""

from muster.model.screens import Count, Counts, Detail, Link, Parameters, Screen, Shown, Table, private
from muster.model.workflow import Standing

COLUMNS = (
    Shown("stone", "Name stone", private=True, screen="craft"),
    Shown("craft", "Craft"),
    Shown("days", "Days", number=True),
    Shown("teacher", "Taught by"),
)


class Learned(Parameters):
    craft: str | None = None
    stone: str | None = private(title="Name stone")


def learned(look, asked):
    where = {name: value for name in ("craft", "stone") if (value := getattr(asked, name)) is not None}
    return Table(
        look.query("crafts", **where),
        COLUMNS,
        title="Crafts learned",
        empty="No craft is noted in this season. Note the first one.",
        links=(Link("Note a craft", action="learn"),),
    )


def craft(look, asked):
    found = look.record("crafts", asked.record)
    gifts = look.query("gifts", stone=found["stone"], craft=found["craft"])
    return Detail(
        title=f"{found['stone']}: {found['craft']}",
        values=(("Village", found["village"]), ("Days", str(found["days"])), ("Taught by", found["teacher"])),
        tables=(Table(gifts, (Shown("given_on", "Given on"),), title="Gifts", empty="No gift was given for it."),),
        links=(
            Link("Mend", action="mend", parameters={"record": asked.record}),
            Link("Set aside", action="set-aside", parameters={"record": asked.record}),
        ),
        record=asked.record,
        version=found["_version"],
    )


def numbers(look, asked):
    del asked
    return Counts(
        "The season in numbers",
        (
            Count("Crafts", look.count("crafts"), Link("Crafts", screen="crafts")),
            Count("Weavers", look.count("crafts", craft="weaving"), Link("Weavers", screen="crafts", parameters={"craft": "weaving"})),
        ),
    )  # fmt: skip


def tide(look, collection):
    del collection
    out = look.today.day % 2 == 0
    said = "The tide is out." if out else "The tide is in until tomorrow."
    return Standing(done=out, reason=said, waiting=True)


SCREENS = (
    Screen("crafts", "Crafts learned", learned, parameters=Learned, help="Who learned what in this season."),
    Screen("craft", "A craft", craft, listed=False),
    Screen("numbers", "The season in numbers", numbers),
    Screen("elders", "For elders", numbers, permission="certify", listed=False),
)
