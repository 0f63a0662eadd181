"""Reports in a real browser: each figure is there once, as a page, as a file and on paper."""

import re

import pytest
from polling import until

from igmfat_nb.cli import main
from igmfat_nb.reports.patient import EXAMPLE

FIGURE = ".js-plotly-plot .main-svg"
#: Places of figures as the reader sees them: the static picture, the drawing.
SEEN = """() => [...document.querySelectorAll('.ig-figure')].map((figure) =>
  [...figure.children].filter((part) => part.tagName === 'DIV' && part.offsetHeight > 100)
    .map((part) => part.classList[0]))"""


#: What a screen reader calls the first figure, wherever its name stands.
NAMED = """() => { const figure = document.querySelector('.js-plotly-plot');
  const named = figure.closest('[aria-label]') || figure.querySelector('[aria-label]');
  return named && named.getAttribute('aria-label'); }"""


@pytest.mark.parametrize(
    ("name", "figures", "axes"),
    [
        ("90_patient_report", 2, "Days since the first titre"),
        pytest.param("92_cohort_report", 2, "Volume on day 1, mL/kg", marks=pytest.mark.full),
        pytest.param(
            "93_model_check", 5, "Predicted share below the measured titre", marks=pytest.mark.full
        ),
        ("91_trial_report", 2, "Days since the first titre"),
    ],
)
def test_a_served_report_draws_its_figures_and_shows_no_markup(
    visitor, page_of, name, figures, axes
):
    page = visitor.open(page_of(name), wait_for=FIGURE)
    until(page, f"document.querySelectorAll('.js-plotly-plot').length === {figures}")

    assert axes in (page.evaluate(NAMED) or "")
    assert not re.search(r"</?(b|br|i|td|p)>", page.locator("body").inner_text())
    assert "shape  x0" not in page.locator("body").inner_text()
    assert visitor.complaints == []


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "report.html"
    with pytest.raises(SystemExit) as stop:
        main(["report", str(EXAMPLE), "--out", str(out)])
    assert stop.value.code == 0
    return out


@pytest.mark.parametrize(
    ("scripts", "media", "seen"),
    [
        (True, "screen", "ig-drawn"),
        (False, "screen", "ig-static"),
        (True, "print", "ig-static"),
        (False, "print", "ig-static"),
    ],
)
def test_a_figure_of_a_report_is_seen_once(browser, report, scripts, media, seen):
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(report.as_uri())
    page.emulate_media(media=media)
    if scripts:
        page.wait_for_selector(".ig-live .js-plotly-plot", state="attached")

    both_arms = [] if media == "print" else [seen]  # paper has their numbers, day by day
    assert page.evaluate(SEEN) == [[seen], both_arms]
    context.close()


def test_a_figure_is_seen_where_its_script_fails(browser, report, tmp_path):
    broken = tmp_path / "broken.html"
    broken.write_text(report.read_text().replace("Plotly.newPlot(", "Plotly.noSuchCall("))
    page = browser.new_page()

    page.goto(broken.as_uri())

    assert page.evaluate(SEEN) == [["ig-static"], ["ig-static"]]
    page.close()
