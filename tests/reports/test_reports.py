"""Reports: checked before a kernel starts, whole or not there, the same twice, open offline."""

import difflib
import json
import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from igmfat_nb.case import new_case
from igmfat_nb.cli import main
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.errors import IgmFatError, MissingInput, UnreadableInput
from igmfat_nb.files import write_whole
from igmfat_nb.reports import pdf
from igmfat_nb.reports.document import figure_html, with_library
from igmfat_nb.reports.parameters import (
    check_parameters,
    notebook_parameters,
    parameters_of,
    parse_pairs,
)
from igmfat_nb.reports.patient import EXAMPLE, PatientReport
from igmfat_nb.reports.results import published, results_text
from igmfat_nb.reports.section import PLOTLY_MIME
from igmfat_nb.teaching_cases import library

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
DATE_LINE = re.compile(r"<tr><th scope=\"row\">Date</th><td>[^<]*</td></tr>")


def run(*arguments):
    """Exit code of the command line."""
    with pytest.raises(SystemExit) as stop:
        main([str(part) for part in arguments])
    return stop.value.code


def notebook_file(path, *sources):
    """A notebook whose first cell holds the parameters."""
    cells = [new_code_cell(source) for source in sources]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(new_notebook(cells=cells), path)
    return path


def parameters(*lines):
    return {one.name: one for one in parameters_of("\n".join(lines), "some.ipynb")}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The example report, made twice by the command."""
    folder = tmp_path_factory.mktemp("reports")
    codes = [run("report", EXAMPLE, "--out", folder / name / "report.html") for name in "ab"]
    assert codes == [0, 0]
    return folder


# What a notebook may be asked


def test_a_comment_gives_unit_range_words_and_source():
    known = parameters("weight_kg: float = 80  # [kg] 30 to 300; actual; source: assumed")

    assert known["weight_kg"].record() == {
        "name": "weight_kg",
        "type": "float",
        "unit": "kg",
        "range": [30.0, 300.0],
        "choices": [],
        "default": 80,
        "source": "assumed",
        "description": "actual",
    }


def test_words_may_come_before_a_range_and_choices_are_listed_as_people_do():
    known = parameters(
        "n: int = 8  # virtual trials, 1 to 5,000",
        "seed: int = 1  # of all random numbers, 0 or more",
        'scenario: str = "fast"  # native, intermediate or fast; assumed clearance',
    )

    assert (known["n"].low, known["n"].high, known["n"].description) == (1, 5000, "virtual trials")
    assert known["seed"].record()["range"] == [0.0, None]
    assert known["scenario"].choices == ("native", "intermediate", "fast")
    assert known["scenario"].source == "assumption of this software"


def test_a_quantity_known_by_name_brings_its_believable_range():
    assert parameters('weight_text: str = ""')["weight_text"].record()["range"] == [30, 300]


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("n", "3", 3),
        ("n", 3.0, 3),
        ("x", "2,5", 2.5),
        ("x", 2, 2.0),
        ("s", "fast", "fast"),
        ("b", "true", True),
        ("b", False, False),
        ("d", '{"a": "yes"}', {"a": "yes"}),
        ("d", {"a": "yes"}, {"a": "yes"}),
    ],
)
def test_typed_values_are_read_as_the_type_that_stands_in_the_notebook(name, typed, value):
    known = parameters(
        "n: int = 1  # 0 to 9",
        "x: float = 1.0",
        's: str = "slow"  # slow or fast',
        "b: bool = True",
        "d: dict[str, str] = {}",
    )

    read = known[name].value(typed)

    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("n", "2.5", "whole number"),
        ("n", True, "whole number"),
        ("n", "11", "expected 0 to 9"),
        ("x", "1,234", "could mean"),
        ("s", 3, "s is “3”; expected one of slow, fast"),
        ("s", "fats", "Did you mean “fast”?"),
        ("b", "perhaps", "true or false"),
        ("d", "[1]", "JSON"),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence(name, typed, said):
    known = parameters(
        "n: int = 1  # 0 to 9",
        "x: float = 1.0",
        's: str = "slow"  # slow or fast',
        "b: bool = True",
        "d: dict[str, str] = {}",
    )

    with pytest.raises(IgmFatError, match=re.escape(said)):
        known[name].value(typed)


def test_an_unknown_name_is_refused_with_the_closest_one():
    known = list(parameters("seed: int = 1", "scenario: str = ''").values())

    with pytest.raises(UnreadableInput, match="Did you mean “seed”"):
        check_parameters(known, {"sed": "1"}, "90")


@pytest.mark.parametrize(
    "line", ["x = 1", "x: int", "x: complex = 1j", "x: int = len('a')", "print(1)"]
)
def test_a_parameters_cell_with_anything_else_is_refused(line):
    with pytest.raises(UnreadableInput):
        parameters_of(line, "some.ipynb")


def test_a_pair_without_a_value_or_given_twice_is_refused():
    for pairs in (["seed"], ["seed=1", "seed=2"]):
        with pytest.raises(UnreadableInput):
            parse_pairs(pairs)


def test_what_is_no_notebook_is_refused():
    with pytest.raises(UnreadableInput, match="is not a notebook"):
        notebook_parameters(EXAMPLE)


def test_every_notebook_of_ours_can_be_listed(capsys):
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for parameter in notebook_parameters(path):
            assert parameter.source, (path.name, parameter.name)

    assert run("parameters", "90_patient_report", "--json") == 0
    listed = json.loads(capsys.readouterr().out)["parameters"]
    assert [one["name"] for one in listed] == ["case_file", "scenario", "synthesis", "seed"]
    assert set(listed[0]) >= {"type", "unit", "range", "default", "source"}
    assert run("parameters", "20_titre_kinetics") == 0
    assert "30 to 300" in capsys.readouterr().out


@pytest.mark.parametrize(
    "pair", ["sed=1", "seed=one", "scenario=slow", "made_on=now", "case_file=other.json"]
)
def test_a_bad_parameter_is_refused_before_any_kernel_starts(pair, tmp_path, capsys):
    touched = tmp_path / "touched"
    source = (NOTEBOOKS / "90_patient_report.ipynb").read_text()
    notebook = tmp_path / "copy.ipynb"
    cell = f"open({str(touched)!r}, 'w')"
    written = nbformat.reads(source, as_version=4)
    written.cells.insert(0, new_code_cell(cell))
    nbformat.write(written, notebook)

    code = run("report", EXAMPLE, "--out", tmp_path / "r.html", "--notebook", notebook, "-p", pair)

    assert code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not touched.exists()


# What the report says


def report_of(**changes):
    document = json.loads(EXAMPLE.read_text())
    del document["schema"]
    return PatientReport.of(new_case(**(document | changes)), Assumptions(), 1, {"c.json": "0"})


def html_of(report):
    parts = [getattr(report, name)() for name in SECTIONS]
    return "".join(part._repr_mimebundle_().get("text/html", "") for part in parts)


SECTIONS = (
    "heading",
    "inputs_table",
    "eligibility_lines",
    "doses_worked",
    "curve_heading",
    "curve",
    "curve_values",
    "day_plan",
    "course_so_far",
    "personal_curve",
    "next_dose",
    "said_and_assumed",
    "sources",
)


def test_the_doses_are_those_worked_by_hand():
    # 250 mg/kg × 80 kg ÷ 50 mg/mL; (100 − 38) mg/dL × 37.563 dL ÷ 0.9 ÷ 6 mg/mL, to the mL.
    results = report_of().results()

    assert results["standard_volume_ml"] == 400
    assert results["personalised_volume_ml"] == 431
    assert results["personalised_deficit_mg_dl"] == 62


def test_every_row_of_a_table_has_as_many_cells_as_its_header():
    for table in re.findall(r"<table.*?</table>", html_of(report_of()), re.DOTALL):
        rows = re.findall(r"<tr>.*?</tr>", table, re.DOTALL)
        assert len({len(re.findall(r"<t[hd][ >]", row)) for row in rows}) == 1, table


def test_the_report_holds_every_part_that_a_reader_needs():
    html = html_of(report_of())

    for words in (
        "EXAMPLE-1",
        "Not for treatment decisions",
        "mg/dL",
        "Serum IgM below 60 mg/dL",
        "62 × 37.56 ÷ 0.9 recovery = 2,588 mg IgM",
        "Day plan",
        "assumption of this software",
        "This software assumes",
        "Biagioni",
    ):
        assert words in html


def test_the_next_dose_is_that_of_the_command(capsys):
    assert run("next", EXAMPLE, "--json") == 0
    rules = json.loads(capsys.readouterr().out)["rules"]

    html = html_of(report_of())

    assert f"<td>{rules['deficit']['volume_ml']:g} mL</td>" in html
    assert f"<td>{rules['forecast']['volume_ml']:g} mL</td>" in html


def test_a_surprising_titre_is_asked_about():
    titres = [{"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_mg_dl": 300}]

    assert "outside" in html_of(report_of(titres=titres, doses=[]))


def test_a_deviation_from_the_arm_is_said():
    assert "After the titre of 38 mg/dL at 0 h 420 mL were given" in html_of(report_of())


def test_a_contraindicated_patient_gets_no_dose_no_plan_and_no_curve():
    report = report_of(criteria={"contraindication_iga_deficiency": "yes"})

    html = html_of(report)

    assert "No dose: the label contraindicates" in html
    assert "431" not in html
    assert "400 mL" not in html
    assert "chance of" not in html
    assert report.results()["stopped"].startswith("No dose")
    assert not any("volume_ml" in name for name in report.results() if "plasma" not in name)
    assert report.as_text().startswith("No dose")
    assert report.figures_as_text().startswith("No dose")


@pytest.mark.parametrize("case", library(), ids=lambda case: case.name)
def test_every_teaching_case_has_a_report(case):
    report = PatientReport.of(case.case, Assumptions(), 1, {"c.json": "0"})

    assert case.case.subject in html_of(report)
    assert report.as_text()
    assert report.figures_as_text()


def test_a_dose_longer_than_a_day_is_warned_of():
    heavy = report_of(weight_kg=45, height_cm=195, titres=[{"time_h": 0, "igm_mg_dl": 2}], doses=[])

    assert any("label rate" in line for line in heavy.warnings())


def test_text_from_the_case_cannot_become_markup():
    from igmfat_nb.reports import section

    shown = (
        section.pairs({"<b>": "<script>"}) + section.sentences(["<i>"]) + section.table("a", ["<"])
    )

    assert "<script>" not in shown
    assert "<b>" not in shown
    assert "<i>" not in shown


def test_a_figure_cannot_end_the_script_it_stands_in():
    data = {PLOTLY_MIME: {"data": [{"name": "</script><b>"}], "layout": {}}, "text/plain": '"x'}

    html = figure_html(data, "figure-1")

    assert html.count("</script>") == 1
    assert 'aria-label="&quot;x"' in html


# What the command writes


def test_the_command_writes_document_and_results_and_nothing_else(made):
    written = sorted(path.name for path in (made / "a").iterdir())
    assert written == ["report.html", "report.results.json", "results.json"]

    results = json.loads((made / "a" / "results.json").read_text())
    assert results["personalised_volume_ml"] == 431
    assert results["subject"] == "EXAMPLE-1"


def test_two_runs_differ_in_the_date_line_only(made):
    first, second = ((made / name / "report.html").read_text().splitlines() for name in "ab")

    # The library is thousands of equal lines: compare what is around the differences.
    differences = [
        line
        for line in difflib.unified_diff(
            first[:60] + first[-900:], second[:60] + second[-900:], n=0
        )
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert len(first) == len(second)
    assert [line for line in differences if not DATE_LINE.fullmatch(line[1:])] == []
    results = [(made / name / "results.json").read_bytes() for name in "ab"]
    assert results[0] == results[1]


def test_the_document_names_no_host_to_ask_and_shows_no_code(made):
    html = (made / "a" / "report.html").read_text()

    asked = r"(?:src|href|action|poster)\s*=\s*[\"']?(?:https?:)?//|@import|url\(\s*[\"']?https?:"
    assert re.findall(asked, html) == []
    assert "PatientReport.of_file" not in html
    assert html.count("Plotly.newPlot(") >= 1
    assert html.count("plotly.js (basic") == 1


def test_the_run_record_names_version_seed_and_hash_but_no_path(made):
    html = (made / "a" / "report.html").read_text()

    import hashlib

    assert hashlib.sha256(EXAMPLE.read_bytes()).hexdigest() in html
    assert "igmfat_nb 0." in html
    assert "Parameter seed" in html
    assert str(EXAMPLE.parent) not in html


@pytest.mark.browser
def test_the_document_opens_offline_with_its_figure_and_prints(made, chromium):
    from playwright.sync_api import sync_playwright

    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        context = browser.new_context(offline=True, viewport={"width": 400, "height": 800})
        page = context.new_page()
        asked, errors = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto((made / "a" / "report.html").as_uri())
        page.wait_for_selector(".js-plotly-plot .trace")
        width = page.evaluate("document.documentElement.scrollWidth")
        pages = page.pdf(format="A4").count(b"/Type /Page\n")
        browser.close()

    assert [url for url in asked if not url.startswith("file:")] == []
    assert errors == []
    assert width == 400
    assert pages > 1


@pytest.mark.browser
def test_a_pdf_is_printed_on_a4(made, chromium, tmp_path):
    pdf.print_pdf(made / "a" / "report.html", tmp_path / "report.pdf")

    printed = (tmp_path / "report.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    width, height = map(float, re.findall(rb"/MediaBox \[0 0 (\S+) (\S+)\]", printed)[0])
    assert (width, height) == pytest.approx((595.3, 841.9), abs=1)


def test_a_missing_browser_is_said_before_any_work(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))

    code = run("report", EXAMPLE, "--out", tmp_path / "report.html", "--pdf")

    assert code == 2
    assert "none is on the path" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_failing_notebook_leaves_its_copy_with_the_error_and_no_report(tmp_path, capsys):
    notebook = notebook_file(
        tmp_path / "broken.ipynb", 'case_file: str = ""', "raise ValueError('planted')"
    )
    out = tmp_path / "out" / "report.html"

    code = run("report", EXAMPLE, "--out", out, "--notebook", notebook)

    sentence = capsys.readouterr().err
    assert code == 2
    assert "planted" in sentence
    assert len(sentence.splitlines()) == 1
    assert [path.name for path in out.parent.iterdir()] == ["report.failed.ipynb"]
    copy = nbformat.read(out.parent / "report.failed.ipynb", as_version=4)
    assert any(o.output_type == "error" for c in copy.cells for o in c.get("outputs", []))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.json", "--out", "r.html"], "cannot be read"),
        ([EXAMPLE, "--out", "r.docx"], "no HTML file name"),
        ([EXAMPLE, "--out", "r.html", "--notebook", "99_none"], "There is no notebook"),
        ([EXAMPLE, "--out", "r.html", "--notebook", "01_protocol_card"], "has no parameter"),
        ([EXAMPLE, "--out", "r.html", "--seed", "1", "-p", "seed=2"], "given twice"),
    ],
)
def test_bad_requests_are_one_sentence(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    code = run("report", *arguments)

    error = capsys.readouterr().err
    assert code == 2
    assert said in error
    assert len(error.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_case_that_is_not_valid_is_refused_without_a_kernel(tmp_path, capsys):
    case = tmp_path / "case.json"
    case.write_text("{}")

    assert run("report", case, "--out", tmp_path / "r.html") == 2
    assert "schema is missing" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(UnreadableInput, match="cannot be written"):
        write_whole(tmp_path / "file" / "below.html", "x")


def test_a_document_without_a_figure_does_not_carry_the_library():
    assert with_library("<p>none</p>") == "<p>none</p>"


def test_results_of_a_notebook_without_any_are_empty():
    assert published(new_notebook(cells=[new_code_cell("1")])) == {}
    assert results_text({}) == "{}\n"


def test_a_pdf_that_did_not_come_out_is_a_sentence(tmp_path, monkeypatch):
    import shutil

    (tmp_path / "chromium").symlink_to(shutil.which("false"))
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingInput, match="did not print"):
        pdf.print_pdf(EXAMPLE, tmp_path / "x.pdf")
