"""A virtual trial on its page: run, run again, refused, opened, on a wide screen and on a phone."""

import json
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

NOTEBOOK = "30_trial_simulation"
TABLE = ".ig-page table.ig-arms"
CURVE = ".ig-results .js-plotly-plot .scatterlayer .trace path.js-line"
ANSWER = ".ig-answer:visible"


def enter(page, label, text):
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Enter")


def run(page):
    page.locator(".ig-run").click()
    expect(page.locator(TABLE).first).to_be_visible()
    expect(page.locator(CURVE).first).to_be_visible()


def shown(page):
    """Words of the table, the first answer, and the titres as drawn."""
    lines = page.locator(".ig-results .ig-across .js-plotly-plot path.js-line")
    return (
        page.locator(TABLE).first.inner_text(),
        page.locator(".ig-flow").inner_text(),
        "".join(lines.evaluate_all("all => all.map((one) => one.getAttribute('d'))")),
    )


def on_paper(page):
    """Width, height and view box of a drawing while it is printed; afterwards it has none."""
    drawing = page.locator(".ig-results .ig-fit .main-svg").first
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    found = [drawing.get_attribute(name) for name in ("width", "height", "viewBox")]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert drawing.get_attribute("viewBox") is None
    return found


@pytest.mark.parametrize("width", [1280, pytest.param(400, marks=pytest.mark.full)])
def test_a_second_run_replaces_the_first_and_a_refused_input_takes_it_away(visitor, page_of, width):
    page = visitor.open(page_of(NOTEBOOK), width=width)
    page.locator(".ig-run").wait_for()
    expect(page.locator(ANSWER).first).to_contain_text("By formula, 356 patients give 84 % power.")
    for label, text in {"Patients": "60", "Trials": "12"}.items():
        enter(page, label, text)

    run(page)
    first = shown(page)
    expect(page.locator(ANSWER).first).to_contain_text("of 12 virtual trials")
    enter(page, "Seed", "2")
    expect(page.locator(TABLE)).to_have_count(0)
    run(page)
    second = shown(page)

    assert all(old != new for old, new in zip(first, second, strict=True))
    for plot in page.locator(".ig-results .ig-plot").all():
        room, drawn = plot.bounding_box(), plot.locator(".main-svg").first.bounding_box()
        assert drawn["width"] == pytest.approx(room["width"], abs=1)
    tables = page.locator(".ig-results table:visible")
    assert tables.evaluate_all("all => all.every((one) => one.scrollWidth <= one.clientWidth)")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("#rendered_cells pre").count() == 0

    width, height, box = on_paper(page)
    assert box == f"0 0 {width} {height}"

    enter(page, "Patients", "1")
    expect(page.get_by_text("expected a whole number from 20 to 2000").first).to_be_visible()
    expect(page.locator(TABLE)).to_have_count(0)
    expect(page.locator(".ig-page .js-plotly-plot:visible")).to_have_count(0)
    assert visitor.complaints == []


def test_cancel_keeps_what_is_done_and_the_page_says_how_long_it_takes(visitor, page_of):
    page = visitor.open(page_of(NOTEBOOK))
    enter(page, "Trials", "3000")
    page.locator(".ig-run").click()
    expect(page.get_by_text(re.compile(r"^About [\d,]+ s left$"))).to_be_visible()
    expect(page.locator(".ig-main .js-plotly-plot path.js-line").first).to_be_visible()

    page.get_by_role("button", name=re.compile("^Cancel, keep")).click()

    expect(page.get_by_text(re.compile("Cancelled after .* of 3,000 trials"))).to_be_visible()
    expect(page.locator(TABLE).first).to_be_visible()


def test_a_design_travels_by_its_link_and_a_saved_run_opens_whole(visitor, page_of, tmp_path):
    page = visitor.open(page_of(NOTEBOOK))
    enter(page, "Patients", "64")
    enter(page, "Deaths, arm 2", "20")
    expect(page.locator(ANSWER).first).to_contain_text("64 patients give")
    page.get_by_role("button", name="Link to this design").click()
    expect(page.get_by_text("stands in the address bar")).to_be_visible()
    address = page.url
    page.get_by_role("button", name="Show the command").click()
    expect(page.get_by_text("igmfat trial design.yaml --replicates 200 --seed 1")).to_be_visible()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save design").click()
    saving.value.save_as(tmp_path / "design.yaml")
    page.close()

    again = visitor.open(address)
    expect(again.get_by_label("Patients", exact=True)).to_have_value("64")
    expect(again.get_by_label("Deaths, arm 2", exact=True)).to_have_value("20")

    command = [sys.executable, "-m", "igmfat_nb", "trial", "design.yaml", "--replicates", "30"]
    told = subprocess.run(
        [*command, "--out", "run", "--quiet", "--json"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = json.loads(told.stdout)["operating"]["benefit"]["rejections"]
    again.locator("input[type=file][webkitdirectory]").set_input_files(tmp_path / "run")
    expect(again.get_by_text("run is open; nothing was run again.")).to_be_visible()
    expect(again.locator(ANSWER).first).to_contain_text(f"{found} of 30 virtual trials")
    with again.expect_download() as making:
        again.get_by_role("button", name="Make the report").click()
    assert f"{found} of 30 virtual trials" in making.value.path().read_text(encoding="utf-8")
    assert visitor.complaints == []
