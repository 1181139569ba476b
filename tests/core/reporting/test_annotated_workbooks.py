import io
import zipfile

import openpyxl
import polars as pl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from muster.model.intake import ROW
from muster.reporting import annotated as annotating
from muster.reporting import marks, own_workbook
from muster.reporting.annotated import annotate
from muster.reporting.new_workbook import ROW_TITLE

ERROR, WARNING, INFO = "00FFC7CE", "00FFEB9C", "00DDEBF7"


@pytest.fixture
def workbook(layout):
    """Make a district's workbook: instructions first, an extra column, other header spelling; 40 rows from row 2."""

    def make(change=lambda book: None):
        book = openpyxl.Workbook()
        book.active.title = "Instructions"
        sheet = book.create_sheet("Data")
        sheet.append(["Remarks", *(column.label.upper().replace(".", "") for column in layout.columns)])
        for row in range(2, 42):
            sheet.append(["", *(f"{name}-{row}" for name in layout.names)])
        change(book)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    return make


@pytest.fixture
def annotated(tmp_path):
    def make(data, run):
        report = annotate(data, run, tmp_path / "marked.xlsx")
        return openpyxl.load_workbook(tmp_path / "marked.xlsx"), " ".join(report.sentences)

    return make


def filled(sheet):
    return {
        cell.coordinate: cell.fill.fgColor.rgb[-6:] for row in sheet.iter_rows() for cell in row if cell.fill.fill_type
    }


def noted(sheet):
    return {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}


def test_bad_cells_of_the_own_workbook_are_marked_by_header(workbook, annotated, make_run, finding):
    missing = finding(
        5, rule="XX-F01", severity="warning", stops="nothing", column="term", label="Term", value=None,
        message="Term is blank", fix="Enter 1 or 2",
    )  # fmt: skip
    book, said = annotated(workbook(), make_run([finding(4), missing]))
    sheet = book["Data"]
    assert filled(sheet) == {"E4": "FFC7CE", "F5": "FFEB9C"}
    assert noted(sheet) == {
        "E4": "Error: Course 52030030 is not in the coherent sequence of school 0201. "
        "Add it there, or correct the course. (XX-R01)",
        "F5": "Warning: Term is blank. Enter 1 or 2. (XX-F01)",
    }
    assert sheet["E4"].value == "course-4"
    assert book.sheetnames == ["Instructions", "Data", "Findings"]
    assert said == (
        'Your workbook was copied; the bad cells are marked and a sheet "Findings" was added. '
        "2 cells are marked, each with a note. A note tells up to 5 findings of its cell and counts the rest."
    )


def test_the_added_sheet_says_the_verdict_and_lists_findings(workbook, annotated, make_run, finding):
    book, said = annotated(workbook(), make_run([finding(4, value="=1+1")]))
    sheet = book["Findings"]
    above = [sheet.cell(row, 1).value for row in range(1, 5)]
    assert above[0] == "1 of 40 rows was not accepted; 39 are good."
    assert " ".join(above[1:]) == said
    assert [cell.value for cell in sheet[6]][:4] == ["Severity", "Stops", "Row", "Column"]
    assert [cell.value for cell in sheet[7]][:5] == ["error", "row", 4, "Course No.", "=1+1"]
    assert sheet["E7"].data_type == "s"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A7", "A6:I7")


def test_formulas_formats_and_earlier_notes_are_kept(workbook, annotated, make_run, finding):
    def change(book):
        book["Data"]["G4"] = "=1+1"
        book["Data"]["E4"].comment = Comment("Ask Ms. Rivers", "clerk")
        book["Data"]["E4"].number_format = "@"

    book, said = annotated(workbook(change), make_run([finding(4)]))
    assert book["Data"]["G4"].value == "=1+1"
    assert book["Data"]["E4"].number_format == "@"
    assert noted(book["Data"])["E4"].startswith("Ask Ms. Rivers\nError: Course 52030030")
    assert "Formulas are kept, but not calculated: open and save the copy in Excel before you send it." in said


def test_several_findings_of_a_cell_are_capped(workbook, annotated, make_run, finding):
    many = [finding(4, stops="nothing", message=f"Reason {number}") for number in range(1, 8)]
    book, _ = annotated(workbook(), make_run([*many, finding(4, message="Reason 8")]))
    lines = noted(book["Data"])["E4"].splitlines()
    assert len(lines) == 6
    assert lines[0].startswith("Error: Reason 8.")
    assert lines[4].startswith("Error: Reason 4.")
    assert lines[5] == "and 3 more"


def test_the_worst_finding_gives_the_fill(workbook, annotated, make_run, finding):
    found = [finding(4, severity="info", stops="nothing"), finding(4), finding(5, severity="info", stops="nothing")]
    book, _ = annotated(workbook(), make_run(found))
    assert filled(book["Data"]) == {"E4": "FFC7CE", "E5": "DDEBF7"}


def test_findings_without_a_column_stand_on_the_first_one(workbook, annotated, make_run, finding):
    book, _ = annotated(workbook(), make_run([finding(4, column=None), finding(5, column="unheard_of")]))
    assert filled(book["Data"]) == {"B4": "FFC7CE", "B5": "FFC7CE"}


def test_findings_of_a_group_mark_every_row(workbook, annotated, make_run, finding):
    book, _ = annotated(workbook(), make_run([finding(4, rows=(4, 9), rows_total=2)]))
    assert set(noted(book["Data"])) == {"E4", "E9"}


def test_a_finding_under_a_merge_stands_on_the_cell_that_shows(workbook, annotated, make_run, finding):
    book, _ = annotated(
        workbook(lambda book: book["Data"].merge_cells("E4:E6")), make_run([finding(5), finding(6, stops="nothing")])
    )
    assert set(noted(book["Data"])) == {"E4"}


def test_cells_beyond_the_notes_are_filled_only(workbook, annotated, make_run, finding, monkeypatch):
    monkeypatch.setattr(marks, "NOTES", 3)
    monkeypatch.setattr(annotating, "NOTES", 3)
    book, said = annotated(workbook(), make_run([finding(row) for row in range(4, 10)]))
    assert set(noted(book["Data"])) == {"E4", "E5", "E6"}
    assert len(filled(book["Data"])) == 6
    assert "6 cells are marked; 3 of them have a note, the others only the colour." in said


def test_findings_beyond_the_added_sheet_are_counted(workbook, annotated, make_run, finding, monkeypatch):
    monkeypatch.setattr(own_workbook, "FINDINGS", 2)
    monkeypatch.setattr(annotating, "FINDINGS", 2)
    book, said = annotated(workbook(), make_run([finding(row) for row in range(4, 10)]))
    assert 'The sheet "Findings" lists the first 2 of 6 findings.' in said
    last = book["Findings"].cell(book["Findings"].max_row, 1).value
    assert last == 'The sheet "Findings" holds the first 2 of 6 findings; 4 did not fit.'


def test_a_file_without_findings_comes_back_whole(workbook, annotated, make_run):
    book, said = annotated(workbook(), make_run())
    assert filled(book["Data"]) == {}
    assert book["Findings"]["A1"].value == "All 40 rows are good."
    assert said == 'Your workbook was copied; the bad cells are marked and a sheet "Findings" was added.'


def add_parts(data, parts):
    source, stream = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, source.read(name).replace(*parts.pop(name, (b"", b""))))
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("parts", "lost"),
    [
        ({"xl/vbaProject.bin": b"0"}, "macros"),
        ({"xl/ctrlProps/ctrlProp1.xml": b"<a/>"}, "form controls"),
        ({"xl/media/image1.png": b"0"}, "some or all images"),
        ({"xl/pivotTables/pivotTable1.xml": b"<a/>"}, "pivot tables or their formatting"),
        ({"xl/slicers/slicer1.xml": b"<a/>"}, "slicers"),
        ({"xl/diagrams/data1.xml": b"<a/>"}, "diagrams"),
        ({"xl/threadedComments/threadedComment1.xml": b"<a/>"}, "threads of comments (their text stays as notes)"),
        ({"xl/connections.xml": b"<a/>"}, "connections to other data"),
        ({"xl/model/item.data": b"0"}, "the data model"),
        ({"xl/embeddings/oleObject1.bin": b"0"}, "embedded files"),
        ({"customXml/item1.xml": b"<a/>"}, "custom properties"),
        ({"_xmlsignatures/sig1.xml": b"<a/>"}, "the digital signature"),
        ({"xl/drawings/drawing9.xml": b"<xdr:sp/>"}, "drawn shapes and text boxes"),
        ({"xl/worksheets/sheet9.xml": b"<x14:sparklineGroups/>"}, "sparklines"),
        ({"xl/worksheets/sheet9.xml": b"<x14:dataValidation />"}, "validation lists that refer to another sheet"),
        ({"xl/worksheets/sheet9.xml": b"<x14:conditionalFormatting />"}, "some conditional formatting"),
        ({"xl/sharedStrings.xml": b"<si><r><t>x</t></r></si>"}, "formatting of single words inside a cell"),
    ],
)  # fmt: skip
def test_what_the_copy_loses_is_said(workbook, annotated, make_run, finding, parts, lost):
    _, said = annotated(add_parts(workbook(), dict(parts)), make_run([finding(4)]))
    assert f"These are lost or changed in the copy, your own file still has them: {lost}." in said


def test_charts_are_said_to_suffer(workbook, annotated, make_run, finding):
    def change(book):
        chart = BarChart()
        chart.add_data(Reference(book["Data"], min_col=1, min_row=1, max_row=3))
        book["Data"].add_chart(chart, "K1")

    _, said = annotated(workbook(change), make_run([finding(4)]))
    assert "your own file still has them: charts or their formatting." in said


def test_above_twenty_thousand_rows_only_the_bad_ones_come_back(workbook, annotated, make_run, finding, monkeypatch):
    monkeypatch.setattr(annotating, "ROWS", 30)
    warned = finding(20, severity="warning", stops="nothing")
    book, said = annotated(workbook(), make_run([finding(4), finding(9, column="term"), warned]))
    assert [[cell.value for cell in row][:3] for row in book["Data"].iter_rows()] == [
        [ROW_TITLE, "School Code", "Student ID"], [4, "school-4", "student-4"], [9, "school-9", "student-9"],
    ]  # fmt: skip
    assert filled(book["Data"]).items() >= {"E2": "FFC7CE", "F3": "FFC7CE"}.items()
    assert set(noted(book["Data"])) == {"E2", "F3"}
    assert said.startswith(
        "Your file has more than 30 rows, so this is a new workbook (.xlsx) with every value as text. "
        "It holds 2 rows with something to mend, of 40 rows."
    )
    assert book["Findings"]["A1"].value == "2 of 40 rows were not accepted; 38 are good."


def test_warnings_come_back_where_no_row_has_an_error(workbook, annotated, make_run, finding, monkeypatch):
    monkeypatch.setattr(annotating, "ROWS", 30)
    book, _ = annotated(workbook(), make_run([finding(20, severity="warning", stops="nothing")]))
    assert [row[0].value for row in book["Data"].iter_rows()] == [ROW_TITLE, 20]


def test_a_long_file_with_nothing_to_mend_says_so(workbook, annotated, make_run, monkeypatch):
    monkeypatch.setattr(annotating, "ROWS", 30)
    _, said = annotated(workbook(), make_run())
    assert "It holds no row with something to mend, of 40 rows." in said


@pytest.mark.parametrize("kind", ["xls", "tsv"])
def test_other_files_come_back_as_text_columns(annotated, make_run, finding, delimited_layout, kind):
    odd = pl.DataFrame({ROW: [42], "found": [3], "raw": ["=0201\t1\t2"]})
    shape = finding(42, rule="XX-FIL", column=None, message="The row has 3 columns", fix="Make it 7")
    book, said = annotated(
        b"anything", make_run([finding(4), shape], format=kind, layout=delimited_layout, odd_rows=odd, sheet=None)
    )
    sheet = book["Data"]
    assert sheet.max_row == 42
    assert [sheet.cell(42, column).value for column in (1, 2, 3)] == [42, "=0201\t1\t2", None]
    assert {sheet.cell(5, column).number_format for column in range(2, 9)} == {"@"}
    assert sheet["A4"].value == 4
    assert set(noted(sheet)) == {"E4", "B42"}
    assert f"Your file is .{kind}, so this is a new workbook (.xlsx) with every value as text." in said
    assert f'The first column, "{ROW_TITLE}", is the row number in your file.' in said
    assert "It is for reading: correct your own file and send that." in said


def test_a_file_that_could_not_be_read_gives_its_findings(annotated, make_run, finding):
    stopping = finding(None, rule="XX-FIL", stops="file", message="The file is not a workbook", column=None, label=None)
    book, said = annotated(b"no zip", make_run([stopping], rows=0, layout=None))
    assert book.sheetnames == ["Findings"]
    assert said == "The rows of the file could not be read; the workbook holds the findings only."
    assert book["Findings"]["F5"].value == "The file is not a workbook."


def test_a_workbook_that_cannot_be_copied_is_written_anew(workbook, annotated, make_run, finding):
    broken = add_parts(workbook(), {"xl/styles.xml": (b"<cellXfs", b"<cellXfs broken")})
    book, said = annotated(broken, make_run([finding(4)]))
    assert said.startswith("Your workbook could not be copied with its formats, so this is a new workbook (.xlsx)")
    assert book["Data"]["A1"].value == ROW_TITLE


def test_a_workbook_that_is_huge_when_unpacked_is_not_opened(workbook, annotated, make_run, finding, monkeypatch):
    monkeypatch.setattr(annotating, "UNPACKED", 1_000)
    _, said = annotated(workbook(), make_run([finding(4)]))
    assert said.startswith("Your workbook could not be copied with its formats, so this is a new workbook (.xlsx)")


def test_control_characters_do_not_break_the_copy(workbook, annotated, make_run, finding):
    book, _ = annotated(workbook(), make_run([finding(4, value="\x0052", message="\x0052 is unknown")]))
    assert noted(book["Data"])["E4"].startswith("Error:  52 is unknown.")


def test_without_matching_headers_the_order_of_the_template_counts(workbook, annotated, make_run, finding):
    def change(book):
        for cell in book["Data"][1]:
            cell.value = None

    book, _ = annotated(workbook(change), make_run([finding(4)]))
    assert set(noted(book["Data"])) == {"D4"}
