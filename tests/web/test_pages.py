import io
import re

import openpyxl
import pytest

from muster.errors import MusterError
from muster.plugins import PluginRow


def text(response):
    """Return what a reader sees: no tags, one space between words."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.text).split())


def test_states_are_listed_with_their_collections(client, sample):
    page = client(sample).get("/")
    assert page.status_code == 200
    assert "Exemplia xx Department of Examples Sample collection xx/sample 4 3 0 muster-exemplia 1.0" in text(page)
    assert 'href="/xx/sample"' in page.text


def test_a_broken_plugin_is_listed_with_the_reason(client, sample):
    broken = PluginRow("yy", "muster-yonder", "0.1", problem="ImportError: no module <named> x")
    page = text(client(sample, broken, PluginRow("zz", "muster-empty", "0.2")).get("/"))
    assert "Plugins that bring no state (2)" in page
    assert "yy muster-yonder 0.1 ImportError: no module &lt;named&gt; x" in page
    assert "zz muster-empty 0.2 It brings no state." in page


def test_without_a_state_the_page_says_what_to_do(client):
    assert "No state is installed. Install a plugin that brings one" in text(client().get("/"))


def test_a_collection_shows_the_newest_year(client, sample):
    page = text(client(sample).get("/xx/sample"))
    assert "Exemplia fiscal year 2025 Sample collection xx/sample" in page
    assert "muster validate xx/sample FILE --year 2025" in page
    assert "1 School &lt;Code&gt; code, 4 characters yes Padded X:1" in page
    assert "One line a student. Only two columns are known." in page
    assert "XX-R01 The school is known Correct the school error row X:9" in page


def test_a_year_without_rules_says_so(client, sample):
    page = client(sample).get("/xx/sample/2024")
    assert "No rule is in force in 2024; choose another year above." in text(page)
    assert 'href="/xx/sample/2025"' in page.text


def test_a_workbook_template_can_be_downloaded(client, sample):
    answer = client(sample).get("/xx/sample/2025/students/template")
    assert answer.headers["Content-Disposition"] == "attachment; filename=xx-sample-students-2025.xlsx"
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data))["Data"]
    assert [cell.value for cell in sheet[1]] == ["School <Code>", "Student ID"]


def test_a_delimited_template_comes_with_its_columns(client, sample):
    server = client(sample)
    assert server.get("/xx/sample/2025/lines/template").data == b"HD\t14:05:09\n"
    columns = server.get("/xx/sample/2025/lines/columns")
    assert columns.headers["Content-Disposition"] == "attachment; filename=xx-sample-lines-2025-columns.txt"
    assert "1. School <Code> (required)" in columns.text


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/nn/sample", "There is no state &#34;nn&#34;. Known: xx"),
        ("/xx/none", "There is no collection &#34;xx/none&#34;. Known: xx/sample"),
        ("/xx/sample/1999", "xx/sample has no layout for 1999. Years with one: 2024, 2025"),
        ("/xx/sample/2025/none/template", "xx/sample has no layout &#34;none&#34; for 2025. Known: lines, students."),
        ("/xx/sample/2025/students/columns", "There is no page at this address."),
        ("/nowhere", "There is no page at this address."),
    ],
)
def test_what_is_not_there_is_one_sentence(client, sample, address, sentence):
    page = client(sample).get(address)
    assert page.status_code == 404
    assert sentence in text(page)


def test_pages_can_only_be_read(client, sample):
    page = client(sample).post("/")
    assert (page.status_code, "This page can only be read." in text(page)) == (405, True)


def test_another_refusal_of_the_core_is_its_sentence(client, sample, monkeypatch):
    def refuse(*_):
        raise MusterError("The database is being upgraded. Try again in a minute.")

    monkeypatch.setattr("muster.app.Muster.states", refuse)
    page = client(sample).get("/")
    assert (page.status_code, "The database is being upgraded. Try again" in text(page)) == (500, True)


def test_a_failure_shows_a_sentence_and_no_trace(client, sample, monkeypatch):
    monkeypatch.setattr("muster.app.Muster.states", lambda *_: 1 // 0)
    page = client(sample).get("/")
    assert page.status_code == 500
    assert "This page could not be made, and it is not your fault." in text(page)
    assert "ZeroDivision" not in page.text


@pytest.mark.parametrize(
    "address", ["/", "/xx/sample", "/nowhere", "/static/muster.css", "/xx/sample/2025/lines/template"]
)
def test_every_answer_is_strict_about_where_things_come_from(client, sample, address):
    answer = client(sample).get(address, buffered=True)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(rb"<script|<style|style=|\son\w+=", answer.data)
