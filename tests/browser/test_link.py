"""Pages whose link breaks, stalls or loses a frame: no result stands beside another input."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from tests.browser.loose_link import DOWN, UP, LooseLink

SAMPLE = Path(__file__).parent.parent / "data" / "sample_page.ipynb"
FIGURE = ".js-plotly-plot .scatterlayer .trace path.js-line"
TROUBLE = ".ig-trouble"
WAITING = "Waiting for the answer to what you typed"
LOST = "No connection to the server."


@pytest.fixture
def link(server_of) -> Iterator[LooseLink]:
    with LooseLink(server_of(SAMPLE).address) as between:
        yield between


def enter(page, label: str, value: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(value)
    field.press("Enter")


def said(page, sentence: str) -> None:
    page.locator(TROUBLE).get_by_text(sentence).wait_for()


def unreadable(page, text: str) -> bool:
    """Whether a result is blurred."""
    shown = page.get_by_text(text).first
    return shown.evaluate(
        """(e) => { for (let at = e; at; at = at.parentElement)
             if (getComputedStyle(at).filter.includes('blur')) return true; return false; }"""
    )


def agreed(page, text: str) -> None:
    """Wait until this result is there, nothing is said any more and everything is readable."""
    page.get_by_text(text).first.wait_for()
    page.locator(TROUBLE).wait_for(state="detached")
    assert not unreadable(page, text)
    assert page.locator("body[data-ig-stale]").count() == 0


def about(*words: bytes):
    return lambda payload: all(word in payload for word in words)


LONG_UP, LONG_DOWN = (pytest.param((way,), marks=pytest.mark.full) for way in (UP, DOWN))


@pytest.mark.parametrize("way", [(UP,), (DOWN,), ()], ids=["input", "answer", "both"])
def test_what_was_typed_before_a_cut_is_sent_again(visitor, link, way):
    page = visitor.open(link.address, wait_for=FIGURE)

    link.stall(*way)  # on its way when the link breaks
    enter(page, "Weight, actual", "100")
    page.wait_for_timeout(500)
    link.cut()
    said(page, LOST)

    assert page.get_by_text("400 mL today").count() == 1
    assert unreadable(page, "400 mL today")
    assert page.get_by_label("Weight, actual", exact=True).input_value() == "100"
    link.mend()
    agreed(page, "500 mL today")  # 5 mL/kg
    enter(page, "Weight, actual", "90")
    agreed(page, "450 mL today")
    assert page.get_by_text("500 mL today").count() == 0


@pytest.mark.parametrize(
    "way", [UP, pytest.param(DOWN, marks=pytest.mark.full)], ids=["input", "answer"]
)
def test_the_dashboard_of_a_patient_shows_no_dose_of_another_weight(visitor, page_of, way):
    with LooseLink(page_of("40_dashboard")) as link:
        page = visitor.open(link.address, wait_for="text=Fill in a synthetic patient")
        page.get_by_role("button", name="Fill in a synthetic patient").click()
        agreed(page, "431 mL today")

        link.stall(way)
        enter(page, "Weight, actual", "100")
        page.wait_for_timeout(500)
        link.cut()
        said(page, LOST)

        assert unreadable(page, "400 mL today")
        assert unreadable(page, "431 mL today")
        link.mend()
        agreed(page, "500 mL today")
        assert page.get_by_text("400 mL today").count() == 0


def test_a_link_that_stalls_without_closing_is_noticed_and_goes_on_when_it_flows(visitor, link):
    page = visitor.open(link.address, wait_for=FIGURE)

    link.stall()
    said(page, LOST)
    assert page.locator("#rendered_cells").evaluate("e => e.firstElementChild.inert")
    assert not unreadable(page, "400 mL today")  # of the weight beside it
    link.mend()
    agreed(page, "400 mL today")

    enter(page, "Weight, actual", "100")
    agreed(page, "500 mL today")


@pytest.mark.full
def test_a_link_that_never_flows_again_is_replaced_by_another(visitor, link):
    page = visitor.open(link.address, wait_for=FIGURE)

    link.lose_for_ever()
    enter(page, "Weight, actual", "100")

    said(page, WAITING)
    assert unreadable(page, "400 mL today")
    agreed(page, "500 mL today")


@pytest.mark.parametrize(
    ("way", "frame"),
    [
        pytest.param(UP, about(b'"value":"100"'), marks=pytest.mark.full),
        (DOWN, about(b"500 <small>mL today")),
        pytest.param(DOWN, about(b'"execution_state"', b'"idle"'), marks=pytest.mark.full),
    ],
    ids=["input", "answer", "end of the answer"],
)
def test_one_lost_frame_on_an_open_link_is_noticed(visitor, link, way, frame):
    page = visitor.open(link.address, wait_for=FIGURE)
    page.wait_for_timeout(500)

    link.lose(way, frame)
    enter(page, "Weight, actual", "100")

    agreed(page, "500 mL today")
    page.wait_for_timeout(6000)
    agreed(page, "500 mL today")
    assert link.lost == 1
    enter(page, "Weight, actual", "90")
    agreed(page, "450 mL today")


COUNTER = """
import ipywidgets as ipw
import time
pressed = ipw.HTML("pressed 0 times")
button = ipw.Button(description="Count")
slow = ipw.Button(description="Slow")
def count(_button):
    pressed.value = f"pressed {int(pressed.value.split()[1]) + 1} times"
def wait(_button):
    time.sleep(8)
    pressed.value = "done at last"
button.on_click(count)
slow.on_click(wait)
ipw.VBox([button, slow, ipw.Text(description="Name"), pressed])
"""


@pytest.fixture
def counter(page_of, tmp_path_factory) -> Iterator[LooseLink]:
    path = tmp_path_factory.mktemp("counter") / "counter.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(COUNTER)]), path)
    with LooseLink(page_of(path)) as between:
        yield between


@pytest.mark.parametrize("way", [LONG_UP, LONG_DOWN, ()], ids=["press", "answer", "both"])
def test_a_button_is_pressed_once_whatever_is_lost(visitor, counter, way):
    page = visitor.open(counter.address, wait_for="text=pressed 0 times")

    counter.stall(*way)
    page.get_by_role("button", name="Count").click()
    page.wait_for_timeout(500)
    counter.cut()
    said(page, LOST)
    counter.mend()

    agreed(page, "pressed 1 times")
    page.get_by_role("button", name="Count").click()
    agreed(page, "pressed 2 times")


def test_an_answer_overdue_by_five_seconds_hides_the_results_and_typing_goes_on(visitor, counter):
    page = visitor.open(counter.address, wait_for="text=pressed 0 times")

    page.get_by_role("button", name="Slow").click()
    name = page.get_by_label("Name")
    name.focus()
    said(page, WAITING)

    assert unreadable(page, "pressed 0 times")
    assert name.evaluate("e => e === document.activeElement")
    agreed(page, "done at last")
