"""The frame of a page, in a real browser: what it loads, says and admits."""

import json
import time
from contextlib import suppress
from pathlib import Path

import nbformat
import psutil
import pytest
from polling import until

from igmfat_nb.notation import NOTICE
from igmfat_nb.server.guard import FAILURE

SAMPLE = Path(__file__).parent.parent / "data" / "sample_page.ipynb"
FIGURE = ".js-plotly-plot .scatterlayer .trace path.js-line"
TROUBLE = ".ig-trouble"


@pytest.fixture
def address(server_of) -> str:
    return server_of(SAMPLE).address


def runs(server, kernel_id: str) -> bool:
    for child in psutil.Process(server.process.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):  # a zombie is one
            if any(kernel_id in str(one.laddr) for one in child.net_connections("unix")):
                return True
    return False


def enter(page, label: str, value: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(value)
    field.press("Enter")


@pytest.mark.parametrize("width", [1280, 400])
def test_a_page_comes_up_alone_and_without_complaint(visitor, address, width):
    page = visitor.open(address, width=width, wait_for=FIGURE)
    page.wait_for_selector(".ig-tabs .ig-actions")

    assert page.locator(".ig-notice").first.inner_text() == NOTICE
    assert page.title() == "Sample page · IgM-FAT"
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("#loading").count() == 0
    assert page.get_by_text("only JupyterLab shows this").count() == 0
    assert page.locator(".ig-tabs button").all_inner_texts() == ["Open case", "Save case"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight > innerHeight")
    assert visitor.foreign == []
    assert visitor.complaints == []


def test_a_page_loads_four_scripts_and_none_of_jupyterlab(visitor, address):
    page = visitor.open(address, wait_for=FIGURE)

    asked = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    scripts = [name.split("/")[-1].split("?")[0] for name in asked if ".js" in name]
    assert sorted(scripts) == [
        "fields.js",
        "frame.js",
        "page-code.js",
        "page.js",
        "plotly-basic.min.js",
    ]


def test_a_figure_has_its_code_from_a_file_fills_its_card_and_follows_the_input(visitor, address):
    page = visitor.open(address, wait_for=FIGURE)
    before = page.locator(FIGURE).first.get_attribute("d")
    (bundle,) = page.evaluate(
        "performance.getEntriesByType('resource').map(entry => entry.name)"
        ".filter(name => name.includes('plotly-basic'))"
    )

    answer = page.request.get(bundle)
    enter(page, "Weight, actual", "160")
    until(
        page,
        "([figure, d]) => document.querySelector(figure).getAttribute('d') !== d",
        arg=[FIGURE, before],
    )

    assert "immutable" in answer.headers["cache-control"]
    assert max(map(len, visitor.frames)) < 1_000_000 < len(answer.body())
    drawn = page.locator(".js-plotly-plot .main-svg").first.bounding_box()
    room = page.locator(".ig-plot").bounding_box()
    assert drawn["width"] == pytest.approx(room["width"], abs=1)
    assert page.get_by_text("800 mL today").count() == 1


def test_fields_and_toggles_say_to_a_screen_reader_what_they_show(visitor, address):
    page = visitor.open(address)

    enter(page, "Weight, actual", "eighty")
    weight = page.get_by_label("Weight, actual", exact=True)
    page.wait_for_selector(".ig-field.ig-bad")
    told = page.evaluate(
        "ids => ids.split(' ').map(id => document.getElementById(id).textContent).join(' ')",
        weight.get_attribute("aria-describedby"),
    )

    assert weight.get_attribute("aria-invalid") == "true"
    assert told == "kg “eighty” is not a number."
    male = page.get_by_role("group", name="Sex").get_by_role("button", name="Male", exact=True)
    assert male.get_attribute("aria-pressed") == "true"
    question = page.get_by_role("group", name="IgA deficiency with anti-IgA?")
    assert question.get_by_role("button", name="unknown").get_attribute("aria-pressed") == "true"


def test_a_failed_calculation_hides_the_results_and_no_path_leaves(visitor, address):
    page = visitor.open(address, wait_for=FIGURE)

    enter(page, "Weight, actual", "667")  # writes a warning to standard error
    page.get_by_text("3,335 mL today").wait_for()
    assert page.locator(TROUBLE).count() == 0
    enter(page, "Weight, actual", "666")
    page.wait_for_selector(TROUBLE)

    assert page.locator(TROUBLE).inner_text().startswith(FAILURE)
    assert page.locator("#rendered_cells").evaluate(
        "e => e.firstElementChild.inert && getComputedStyle(e).filter"
    ) == ("blur(7px) grayscale(1)")
    received = b"".join(visitor.frames)
    for secret in (
        b"Traceback",
        b"a secret of the patient",
        str(SAMPLE.parent).encode(),
        b"site-packages",
    ):
        assert secret not in received


def test_a_dead_kernel_is_said_and_nothing_more_can_be_entered(visitor, address):
    page = visitor.open(address, wait_for=FIGURE)

    enter(page, "Weight, actual", "668")
    page.wait_for_selector(TROUBLE)

    assert "This session has ended." in page.locator(TROUBLE).inner_text()
    assert page.locator("#rendered_cells").evaluate("e => e.firstElementChild.inert")
    page.get_by_role("button", name="Reload").click()
    page.wait_for_selector(FIGURE, state="attached")
    assert page.locator(TROUBLE).count() == 0


def notebook_of(folder, *cells: str) -> Path:
    path = folder / "made.ipynb"
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(book, path)
    return path


def test_outputs_without_a_widget_are_shown_and_no_code_in_them_runs(visitor, page_of, tmp_path):
    code = """
from base64 import b64decode
from IPython.display import HTML, Image, Markdown, display
dot = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
display(HTML("<b>bold</b><script>document.title = 'run'</script>"))
display(Markdown("*told*"), Image(b64decode(dot)))
print("1 < 2")
{"deficit": 62}
"""
    notebook = notebook_of(tmp_path, code)

    page = visitor.open(page_of(notebook), wait_for="body[data-ig-ready]")

    assert page.locator("#rendered_cells b").inner_text() == "bold"
    assert page.locator("#rendered_cells em").inner_text() == "told"
    assert page.locator("#rendered_cells img").evaluate("image => image.naturalWidth") == 1
    assert page.locator("#rendered_cells pre").all_inner_texts() == ["1 < 2\n", "{'deficit': 62}"]
    assert page.title() == "IgM-FAT protocol explorer"
    (complaint,) = visitor.complaints
    assert "Executing inline script violates" in complaint


def test_a_notebook_served_alone_leads_to_no_page_that_is_not_there(visitor, page_of, tmp_path):
    code = """
import ipywidgets as ipw
ipw.HTML('<a href="01_protocol_card.ipynb#X">the <b>aim</b></a>, <a href="made_0.ipynb#x">here</a>')
"""
    notebook = notebook_of(tmp_path, code)

    page = visitor.open(page_of(notebook), wait_for="body[data-ig-ready]")

    page.locator("#rendered_cells a[href*=card]").wait_for(state="detached")
    assert page.locator(".widget-html-content").inner_text() == "the aim, here"
    assert page.locator("#rendered_cells a").inner_text() == "here"
    assert page.locator("#rendered_cells b").inner_text() == "aim"


@pytest.mark.parametrize("part", ["model", "view"])
def test_a_widget_that_a_page_cannot_show_is_admitted(visitor, page_of, tmp_path, part):
    code = f"""
import ipywidgets as ipw
import traitlets as tl

class Elsewhere(ipw.DOMWidget):
    _{part}_name = tl.Unicode("Map").tag(sync=True)
    _{part}_module = tl.Unicode("jupyter-maps").tag(sync=True)
    _{part}_module_version = tl.Unicode("1.0.0").tag(sync=True)

ipw.VBox([ipw.Text(description="Weight"), Elsewhere()])
"""
    notebook = notebook_of(tmp_path, code)

    page = visitor.open(page_of(notebook), wait_for=TROUBLE)

    assert FAILURE in page.locator(TROUBLE).inner_text()
    assert any("A page has no widgets of jupyter-maps" in said for said in visitor.complaints)


def test_closing_a_page_ends_its_kernel(visitor, server_of):
    server = server_of(SAMPLE)
    page = visitor.open(server.address)
    session = json.loads(page.locator("#jupyter-config-data").text_content())
    assert runs(server, session["kernelId"])

    page.close(run_before_unload=False)
    deadline = time.monotonic() + 60
    while runs(server, session["kernelId"]) and time.monotonic() < deadline:
        time.sleep(0.2)

    assert not runs(server, session["kernelId"])


def test_a_server_that_went_away_is_said_on_the_page(visitor, server_of):
    server = server_of(SAMPLE)
    page = visitor.open(server.address)

    assert server.stop() == 0
    page.wait_for_selector(TROUBLE)

    assert "No connection to the server." in page.locator(TROUBLE).inner_text()
