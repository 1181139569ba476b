"""The pages of those who work, on either database: nothing but the toy state's declarations behind them."""

import html
import inspect
import re
from datetime import UTC, datetime

import polars as pl
import pytest

from muster.store.history import begin_writing
from muster.store.records import write_rows
from muster_web import work

MANY = 100_000
REED = "/at/kel/V-reed/2026"


def text(response):
    """Return what a reader sees: no tags, one space between words."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.text).split())


def learn(visit, stone="ana-tol", craft="weaving", days="80", teacher=""):
    fields = {"stone": stone, "crafts-0-craft": craft, "crafts-0-days": days, "crafts-0-teacher": teacher}
    return visit.post(f"{REED}/do/learn", step="do", **fields)


def fields_of(page):
    """Return the hidden fields of a page's last form."""
    form = page.text.split("<form")[-1]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: html.unescape(value) for name, value in found}


def test_who_is_not_signed_in_is_asked_to(visit):
    visit.sign_out()
    page = visit.get(f"{REED}/screen/crafts")
    assert (page.request.path, page.status_code) == ("/sign-in", 200)
    back = visit.post("/sign-in", email="SOL@example.org", password="the tide comes twice a day")
    assert (back.request.path, "Crafts learned" in text(back)) == (f"{REED}/screen/crafts", True)


@pytest.mark.parametrize(
    ("email", "password"), [("sol@example.org", "wrong"), ("eve@example.org", "the tide comes twice a day")]
)
def test_every_refusal_is_the_same_sentence(visit, email, password):
    visit.sign_out()
    page = visit.sign_in(email, password)
    assert page.status_code == 403
    assert "This e-mail address and password do not open an account." in text(page)
    assert (f'value="{email}"' in page.text, password in page.text) == (True, False)


def test_a_person_deactivated_meanwhile_is_signed_out(visit):
    from muster.access import people
    from muster.model.actors import local_actor

    with visit.muster.store.writing() as connection:
        people.set_active(connection, local_actor("root"), 1, active=False, now=visit.muster.clock.now())
    assert visit.get(REED).request.path == "/sign-in"


def test_a_form_without_the_session_s_token_is_refused(visit):
    page = visit.client.post(f"{REED}/do/learn", data={"step": "do", "stone": "ana-tol"})
    assert page.status_code == 400
    assert "This page is too old to be sent" in text(page)
    assert visit.client.post("/sign-out", data={"token": "guessed"}).status_code == 400


def test_places_come_from_roles(visit, another, islands):
    page = visit.get("/places")
    assert ("kel V-reed 2026" in text(page), f'href="{REED}"' in page.text) == (True, True)
    islands.person("Gia", None)
    assert "No role is yours yet. Ask for access" in text(another("gia@example.org").get("/places"))


def test_home_says_the_one_thing_to_do_next(visit):
    page = text(visit.get(REED))
    assert "Crafts learned: No record of Crafts learned is stored yet." in page
    assert "The seal : not yet. It is not certified yet." in page
    learn(visit)
    assert "Crafts learned: The tide is in until tomorrow." in text(visit.get(REED))
    visit.muster.clock.moment = datetime(2026, 2, 1, 22, 0, tzinfo=UTC)
    page = visit.get(REED)
    assert "Crafts learned: It is not certified yet. Seal Crafts learned" in text(page)
    assert f'href="{REED}/sign/crafts"' in page.text


def test_another_village_is_closed(visit):
    for address in ("", "/screen/crafts", "/do/learn"):
        page = visit.get(f"/at/kel/V-moss/2026{address}")
        assert (page.status_code, "for kel/V-moss in 2026" in text(page)) == (403, True)
    assert visit.get("/at/kel/-/2026").status_code == 403


def test_an_action_is_previewed_confirmed_and_done(visit):
    page = visit.get(f"{REED}/do/learn")
    assert "Name stone (required)" in text(page)
    given = {
        "stone": "ana-tol",
        "crafts-0-craft": "weaving",
        "crafts-0-days": "91",
        "crafts-2-craft": "canoes",
        "crafts-2-days": "4",
    }
    page = visit.post(f"{REED}/do/learn", step="preview", **given)
    assert "Nothing is stored yet. This would be done: 2 of Crafts learned created." in text(page)
    assert "warning: 91 days of weaving; a season has at most 90." in text(page)
    assert "Note: 2 of Crafts learned created" in text(page)
    kept = fields_of(page)
    assert kept["crafts-1-craft"] == "canoes"
    assert "No craft is noted in this season." in text(visit.get(f"{REED}/screen/crafts"))
    page = visit.post(f"{REED}/do/learn", **{**kept, "token": visit.token, "step": "do"})
    assert "2 crafts are noted. 2 of crafts learned created." in text(page)
    assert "(1-2 of 2)" in text(visit.get(f"{REED}/screen/crafts"))


def test_more_rows_keep_what_was_typed(visit):
    visit.get(f"{REED}/do/learn")
    page = visit.post(f"{REED}/do/learn", step="more", stone="ana-tol", **{"crafts-0-craft": "weaving"})
    assert 'name="crafts-10-craft"' in page.text
    assert all(f'value="{one}"' in page.text for one in ("ana-tol", "weaving"))


def test_what_is_wrong_is_said_beside_what_was_typed(visit):
    page = visit.post(f"{REED}/do/learn", step="preview", **{"crafts-0-craft": "weaving", "crafts-0-days": "many"})
    assert page.status_code == 409
    assert "Name stone is missing." in text(page)
    assert "Crafts, row 1: Days must be a whole number." in text(page)
    assert 'value="many"' in page.text
    page = learn(visit, craft="kites")
    assert "Row 1: Craft kites is not on the list of crafts. Choose a craft of the list. KEL-02" in text(page)
    assert 'value="kites"' in page.text


def test_the_second_of_two_editors_sees_both(visit, another, islands):
    islands.person("Bo", "scribe")
    learn(visit, teacher="Mo")
    mine, other = f"{REED}/do/mend?record=1", another("bo@example.org")
    version = fields_of(visit.get(mine))["version"]
    other.get(mine)
    assert (
        other.post(f"{REED}/do/mend", step="do", record="1", version=version, days="85", teacher="Kai").status_code
        == 200
    )
    page = visit.post(f"{REED}/do/mend", step="do", record="1", version=version, days="70", teacher="Mo")
    assert page.status_code == 409
    assert "record 1 was changed by Bo on 2026-02-01 at 12:00 since you opened it (Days, Taught by)" in text(page)
    assert "Days 80 85 Taught by Mo Kai" in text(page)
    assert 'value="70"' in page.text
    again = fields_of(page)
    assert (again["version"], again["record"]) == ("2", "1")
    visit.post(f"{REED}/do/mend", step="do", record="1", version="2", days="70", teacher="Mo")
    assert "ana-tol weaving 70 Mo" in text(visit.get(f"{REED}/screen/crafts"))


def test_a_deletion_is_confirmed_with_its_counts(visit):
    learn(visit)
    learn(visit, craft="canoes", days="4")
    detail = visit.get(f"{REED}/screen/craft?record=1")
    assert "Village V-reed Days 80" in text(detail)
    assert f'href="{REED}/do/set-aside?record=1"' in detail.text
    visit.get(f"{REED}/do/set-aside?record=1")
    page = visit.post(f"{REED}/do/set-aside", step="preview", record="1", version="1")
    assert "Set aside: 2 of Crafts learned deleted" in text(page)
    kept = fields_of(page)
    learn(visit, craft="canoes", days="4", stone="bel-tol")
    learn(visit, craft="canoes", days="5")
    with_counts = {**kept, "token": visit.token, "step": "do"}
    page = visit.post(f"{REED}/do/set-aside", **with_counts)
    assert "The name stone is set aside. 2 of crafts learned deleted." in text(page)
    assert "(1-1 of 1)" in text(visit.get(f"{REED}/screen/crafts"))


def test_what_was_confirmed_is_what_is_done(visit):
    learn(visit)
    visit.get(f"{REED}/do/set-aside?record=1")
    kept = fields_of(visit.post(f"{REED}/do/set-aside", step="preview", record="1", version="1"))
    learn(visit, craft="canoes", days="4")
    page = visit.post(f"{REED}/do/set-aside", **{**kept, "token": visit.token, "step": "do"})
    assert (page.status_code, "The records changed since the preview" in text(page)) == (409, True)
    page = visit.post(f"{REED}/do/set-aside", step="do", record="1", version="1", confirmed="everything")
    assert page.status_code == 409


def fill(islands):
    place = pl.int_range(MANY, eager=True)
    rows = pl.DataFrame({"days": place % 90 + 1}).select(
        pl.lit("V-reed").alias("village"), pl.format("s{}-tol", place).alias("stone"), pl.lit("weaving").alias("craft"),
        "days", pl.lit("slate").alias("template"),
    )  # fmt: skip
    with islands.store.writing() as connection:
        number = begin_writing(connection, "form", "tide", islands.clock.now())
        known = pl.DataFrame(schema={"_id": pl.Int64})
        records = islands.store.records("kel/crafts")
        write_rows(connection, records, rows, year=2026, organization="V-reed", writing_id=number, known=known)


def test_a_table_of_100_000_records(visit, islands):
    fill(islands)
    page = visit.get(f"{REED}/screen/crafts")
    assert "Crafts learned (1-50 of 100,000)" in text(page)
    assert "Page 1 of 2,000" in text(page)
    page = visit.get(f"{REED}/screen/crafts?page=2000&sort=days&order=down")
    assert "Crafts learned (99,951-100,000 of 100,000)" in text(page)
    assert "Days ▼" in text(page)
    page = visit.post(f"{REED}/screen/crafts?sort=days", search="s4321", stone="")
    assert "Crafts learned (1-11 of 11)" in text(page)
    export = visit.get(f"{REED}/screen/crafts.csv?sort=days&order=down")
    assert export.headers["Content-Disposition"] == "attachment; filename=kel-crafts-2026.csv"
    assert len(export.text.splitlines()) == 12
    page = visit.post(f"{REED}/screen/crafts", search="", stone="s77-tol")
    assert "s77-tol weaving 78" in text(page)
    page = visit.post(f"{REED}/screen/crafts", search="nothing like it", stone="")
    assert "Nothing holds what is searched for." in text(page)
    page = visit.post(f"{REED}/screen/crafts")
    assert "of 100,000)" in text(page)
    assert not [one for one in visit.addresses if "s4321" in one or "s77" in one or "nothing" in one]
    assert "The table has no page 3000; it ends with page 2000." in text(visit.get(f"{REED}/screen/crafts?page=3000"))


def test_no_address_names_a_student(visit):
    for address in ("screen/crafts", "do/learn"):
        page = visit.get(f"{REED}/{address}?stone=ana-tol")
        assert (page.status_code, "This address would tell who is searched for." in text(page)) == (400, True)
    learn(visit)
    page = visit.get(f"{REED}/screen/crafts")
    assert [one for one in re.findall(r'(?:href|action)="([^"]+)"', page.text) if "ana-tol" in one] == []
    assert f'href="{REED}/screen/craft?record=1"' in page.text


def test_counts_lead_to_what_they_count(visit):
    learn(visit)
    page = visit.get(f"{REED}/screen/numbers")
    assert "Crafts 1" in text(page)
    assert f'href="{REED}/screen/crafts?craft=weaving"' in page.text
    assert "(1-1 of 1)" in text(visit.get(f"{REED}/screen/crafts?craft=weaving"))


@pytest.mark.parametrize(
    ("address", "code", "sentence"),
    [
        ("/screen/moon", 404, "kel has no screen &#34;moon&#34;. Known: craft, crafts, elders, numbers."),
        ("/screen/crafts?sort=village", 404, "The table cannot be sorted by this column."),
        ("/screen/craft?record=9", 404, "kel/crafts has no record 9; it may have been deleted."),
        ("/screen/craft?record=nine", 400, "Record must be a whole number."),
        ("/screen/craft?moon=full", 400, "There is no field &#34;moon&#34;."),
        ("/screen/numbers.csv", 404, "The screen &#34;numbers&#34; shows no table"),
        ("/do/dance", 404, "kel has no action &#34;dance&#34;. Known: learn, mend, set-aside."),
        ("/screen/elders", 403, "Sol may not sign for kel/V-reed in 2026"),
    ],
)
def test_what_is_not_there_is_one_sentence(visit, address, code, sentence):
    page = visit.get(f"{REED}{address}")
    assert (page.status_code, sentence in text(page)) == (code, True)


@pytest.mark.parametrize(
    "address", ["/places", REED, f"{REED}/screen/crafts", f"{REED}/do/learn", f"{REED}/screen/crafts.csv"]
)
def test_every_page_is_strict_and_kept_by_nobody(visit, address):
    answer = visit.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(rb"<script|<style|style=|\son\w+=", answer.data)


def test_the_cookie_is_for_this_site_alone(visit):
    visit.sign_out()
    visit.client.get("/sign-in")
    cookie = visit.client.get("/sign-in").headers.get("Set-Cookie") or visit.sign_in().history[0].headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_every_view_is_short():
    own = {name: one for name, one in vars(work).items() if getattr(one, "__module__", "") == work.__name__}
    lines = {name: len(inspect.getsource(one).splitlines()) for name, one in own.items()}
    decorated_and_told = 2
    assert "act" in lines
    assert {name: number for name, number in lines.items() if number > 15 + decorated_and_told} == {}
