"""Options and settings that cannot be: each is a sentence and exit 2."""

import pytest

KELP = "kel/crafts"


@pytest.mark.parametrize("year", ["abc", "25", "20 25", "-1"])
def test_a_year_that_is_none_says_how_a_year_is_written(call, year):
    answer = call("validate", KELP, "a.csv", "--year", year)
    assert answer.code == 2
    said = f"Invalid value for '--year': \"{year}\" is no school year; write the year in which it ends, such as 2025."
    assert said in answer.err


def test_a_day_that_is_none_says_how_a_day_is_written(call):
    answer = call("validate", KELP, "a.csv", "--year", "2026", "--as-of", "05/20/2025")
    assert answer.code == 2
    assert '"05/20/2025" is no day written as YYYY-MM-DD, such as 2025-05-20.' in answer.err


def test_a_limit_below_0_is_refused(call):
    answer = call("validate", KELP, "a.csv", "--year", "2026", "--limit", "-1")
    assert answer.code == 2
    assert "-1 is not in the range x>=0." in answer.err


def test_a_mode_that_is_none_names_the_variable(call, monkeypatch):
    monkeypatch.setenv("MUSTER_MODE", "prod")
    answer = call("states")
    assert answer.code == 2
    assert answer.err == (
        "muster: The environment variable MUSTER_MODE cannot be used: it should be 'development' or 'production'. "
        "Correct it, or take it out.\n"
    )


def test_a_state_that_could_not_be_loaded_says_why_where_it_is_asked_for(call, monkeypatch, tmp_path):
    monkeypatch.setenv("MUSTER_OVERLAYS", "nowhere")
    answer = call("rules", KELP)
    assert answer.code == 2
    assert answer.err == (
        'muster: The state "kel" could not be loaded. nowhere: MUSTER_OVERLAYS: is not a folder. '
        "Correct the path, or take it out.\n"
    )


def test_a_folder_that_is_a_file_is_a_sentence(call, tmp_path):
    (tmp_path / "taken").write_text("")
    answer = call("demo", "-o", "taken")
    assert answer.code == 2
    assert answer.err == 'muster: "taken" cannot be used: not a directory. Check the path, or choose another one.\n'


def check(call, *options):
    return call("validate", KELP, "mine.xlsx", "--year", "2026", *options)


@pytest.mark.parametrize("option", ["--report", "--annotate"])
@pytest.mark.parametrize("target", ["mine.xlsx", "./mine.xlsx"])
def test_the_file_that_is_checked_is_never_written_over(call, tmp_path, option, target):
    (tmp_path / "mine.xlsx").write_bytes(b"precious")
    answer = check(call, option, target)
    assert answer.code == 2
    assert answer.err == (
        'muster: "mine.xlsx" was not written: it is the file to check, which would be lost. Choose another name.\n'
    )
    assert (tmp_path / "mine.xlsx").read_bytes() == b"precious"


def test_a_report_and_a_copy_need_two_names(call):
    answer = check(call, "--report", "a.xlsx", "--annotate", "a.xlsx")
    assert answer.code == 2
    assert answer.err == (
        'muster: "a.xlsx" was not written: it is the report, which would be lost. Choose another name.\n'
    )


@pytest.mark.parametrize("option", ["--report", "--annotate"])
def test_a_workbook_has_the_name_of_a_workbook(call, option):
    answer = check(call, option, "found.txt")
    assert answer.code == 2
    assert answer.err == ('muster: "found.txt" was not written: choose a name that ends in .xlsx.\n')


def test_a_template_replaces_no_file(call, tmp_path):
    (tmp_path / "filled.csv").write_text("work of an evening")
    answer = call("template", KELP, "--year", "2026", "-o", "filled.csv")
    assert answer.code == 2
    assert answer.err == (
        'muster: "filled.csv" was not written: it is a file that is there already, which would be lost. '
        "Choose another name.\n"
    )
    assert (tmp_path / "filled.csv").read_text() == "work of an evening"


def test_a_template_has_the_ending_of_its_kind(call, tmp_path, lagoon, monkeypatch):
    monkeypatch.syspath_prepend(lagoon)
    answer = call("template", "lag/credits", "--year", "2026", "-o", "credits.xlsx")
    assert answer.code == 2
    assert answer.err == 'muster: "credits.xlsx" was not written: choose a name that ends in .csv.\n'
    assert not (tmp_path / "credits.xlsx").exists()
