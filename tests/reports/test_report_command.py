"""What the command writes: document, results, PDF; each failure one sentence."""

import difflib
import json
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from igmfat_nb.cli import main
from igmfat_nb.errors import MissingInput, UnreadableInput
from igmfat_nb.files import write_whole
from igmfat_nb.reports import pdf
from igmfat_nb.reports.document import with_library
from igmfat_nb.reports.parameters import (
    parameters_of,
)
from igmfat_nb.reports.patient import EXAMPLE
from igmfat_nb.reports.results import published, results_text

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
    assert '--ig-foot: "EXAMPLE-1: For teaching' in html  # on each sheet
    assert html.count("Plotly.newPlot(") >= 1
    assert html.count("plotly.js (basic") == 1


def test_the_run_record_names_version_seed_and_hash_but_no_path(made):
    html = (made / "a" / "report.html").read_text()

    import hashlib

    assert hashlib.sha256(EXAMPLE.read_bytes()).hexdigest() in html
    assert "igmfat_nb 0." in html
    assert "seed 1" in html or "seed=1" in html or "seed: 1" in html
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
        page.wait_for_selector(".js-plotly-plot .trace", state="attached")
        width = page.evaluate("document.documentElement.scrollWidth")
        pages = page.pdf(format="A4").count(b"/Type /Page\n")
        browser.close()

    assert [url for url in asked if not url.startswith("file:")] == []
    assert errors == []
    assert width == 400
    assert pages == 2  # what decides on the first, all that follows on the second


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
    assert "neither was found" in capsys.readouterr().err
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
        ([EXAMPLE, "--out", "r.docx"], "not an HTML file name"),
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
