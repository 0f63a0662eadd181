"""A virtual trial on its page: run, run again, refused, on a wide screen and on a phone."""

import pytest
from playwright.sync_api import expect

NOTEBOOK = "30_trial_simulation"
TABLE = ".ig-page table.ig-arms"
CURVE = ".ig-page .js-plotly-plot .scatterlayer .trace path.js-line"
BARS = ".ig-page .js-plotly-plot .barlayer .point path"


def enter(page, label, text):
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Enter")


def run(page):
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(TABLE).first).to_be_visible()
    expect(page.locator(CURVE).nth(1)).to_be_visible()


def shown(page):
    """Words of the table, the median of the first arm and the bars as drawn."""
    bars = page.locator(BARS).evaluate_all("all => all.map((one) => one.getAttribute('d'))")
    return (
        page.locator(TABLE).first.inner_text(),
        page.locator(CURVE).nth(1).get_attribute("d"),
        "".join(bars),
    )


def on_paper(page):
    """Width, height and view box of a drawing while it is printed; afterwards it has none."""
    drawing = page.locator(".ig-page .ig-fit .main-svg").first
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    found = [drawing.get_attribute(name) for name in ("width", "height", "viewBox")]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert drawing.get_attribute("viewBox") is None
    return found


@pytest.mark.parametrize("width", [1280, 400])
def test_a_second_run_replaces_the_first_and_a_refused_input_takes_it_away(visitor, page_of, width):
    page = visitor.open(page_of(NOTEBOOK), width=width)
    page.get_by_role("button", name="Run", exact=True).wait_for()
    for label, text in {"Patients": "60", "Replicates": "12"}.items():
        enter(page, label, text)

    run(page)
    first = shown(page)
    enter(page, "Seed", "2")
    expect(page.locator(TABLE)).to_have_count(0)
    run(page)
    second = shown(page)

    assert all(old != new for old, new in zip(first, second, strict=True))
    for plot in page.locator(".ig-page .ig-plot").all():
        room, drawn = plot.bounding_box(), plot.locator(".main-svg").first.bounding_box()
        assert drawn["width"] == pytest.approx(room["width"], abs=1)
    tables = page.locator(TABLE)
    assert tables.evaluate_all("all => all.every((one) => one.scrollWidth <= one.clientWidth)")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    width, height, box = on_paper(page)
    assert box == f"0 0 {width} {height}"

    enter(page, "Patients", "1")
    expect(page.get_by_text("expected a whole number from 20 to 2000").first).to_be_visible()
    expect(page.locator(TABLE)).to_have_count(0)
    expect(page.locator(".ig-page .js-plotly-plot:visible")).to_have_count(0)
    assert visitor.complaints == []
