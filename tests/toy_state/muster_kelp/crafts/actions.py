"""What the islanders do: note crafts, mend one, set a person's crafts aside with the gifts given for them."""

from typing import Literal

from muster.model.actions import Action, Input
from muster.model.screens import Form, private


class Craft(Input):
    craft: str
    days: int
    teacher: str | None = None
    finished: Literal["Y", "N"] = "N"


class Learn(Input):
    stone: str = private(..., title="Name stone")
    crafts: list[Craft]


class Mend(Input):
    record: int
    days: int
    teacher: str | None = None


class SetAside(Input):
    record: int


def learn(work, given):
    village = work.place.organization
    rows = [{"village": village, "stone": given.stone, **one.model_dump()} for one in given.crafts]
    number = work.enter("crafts", rows)
    return f"{number} {'craft is' if number == 1 else 'crafts are'} noted."


def mend(work, given):
    work.change("crafts", given.record, {"days": given.days, "teacher": given.teacher})


def mending(look, record):
    found = look.record("crafts", record)
    values = {"record": record, "days": found["days"], "teacher": found["teacher"]}
    return Form("mend", values, record, found["_version"])


def setting_aside(look, record):
    return Form("set-aside", {"record": record}, record, look.record("crafts", record)["_version"])


def set_aside(work, given):
    stone = work.seen("crafts", given.record)["stone"]
    for collection in ("gifts", "crafts"):
        numbers = work.records(collection, stone=stone)["_id"].to_list()
        if numbers:
            work.delete(collection, numbers)
    return "The name stone is set aside."


ACTIONS = (
    Action("learn", "Note crafts", learn, Learn, verb="Note", help="A person's crafts of this season."),
    Action("mend", "Mend a craft", mend, Mend, verb="Mend", listed=False, fill=mending),
    Action("set-aside", "Set a name stone aside", set_aside, SetAside, verb="Set aside", listed=False, fill=setting_aside),
)  # fmt: skip
