"""The dashboard as a clinician uses it: typing, a slip, the keyboard, a phone, paper."""

import json
import os
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect
from polling import until

from igmfat_nb.case import case_text
from igmfat_nb.cli import main
from igmfat_nb.teaching_cases import teaching_case

PICTURE = Path(__file__).parents[2] / "docs" / "dashboard.png"
STANDARD, PERSONALISED = ".ig-card.ig-std", ".ig-card.ig-per"
LINES = ".js-plotly-plot .scatterlayer .trace path.js-line[d]"
TYPED = {
    "Age": "60",
    "Height": "175",
    "Weight, actual": "80,5",
    "Haematocrit": "30 %",
    "Serum IgM": "0,4",
}
SAME_ON_THE_COMMAND_LINE = (
    *("--sex", "male", "--age", "60", "--height-cm", "175", "--weight-kg", "80,5"),
    *("--haematocrit", "30 %", "--igm", "0,4", "--igm-unit", "g/L"),
)


@pytest.fixture
def page(visitor, server_of):
    return visitor.open(server_of("40_dashboard").address, wait_for=PERSONALISED)


def type_patient(page):
    page.get_by_role("button", name="Male", exact=True).click()
    page.get_by_role("button", name="g/L", exact=True).click()
    for label, text in TYPED.items():
        page.get_by_label(label, exact=True).fill(text)


def answer_of(*options):
    return json.loads(CliRunner().invoke(main, ["dose", *options, "--json"]).stdout)


def number(value, decimals=1):
    """As a person would write it: 32, 13.4, 2,586."""
    half_up = Decimal(str(value)).quantize(Decimal(10) ** -decimals, ROUND_HALF_UP)
    text = f"{half_up:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amounts(arm):
    """What a card must show for one arm of the command line's answer."""
    vials = arm["vials"]
    return [
        f"{number(arm['volume_ml'])} mL today",
        f"{number(arm['dose_protein_mg'] / 1000)} g",
        f"{number(arm['rate_ml_h'])} mL/h",
        f"{number(arm['duration_h'])} h",
        *(f"{count} × {size} mL" for size, count in vials.items()),
        f"{number(arm['discarded_ml'])} mL" if arm["discarded_ml"] else "nothing discarded",
        f"{number(arm['glucose_g'])} g",
        f"{number(arm['sodium_mmol'])} mmol",
    ]


def words(locator):
    return re.sub(r"\s+", " ", locator.inner_text())


def test_a_clinician_types_reads_slips_and_corrects(page, visitor):
    type_patient(page)
    expect(page.locator(f"{PERSONALISED} .ig-big")).to_contain_text("mL today")
    arms = answer_of(*SAME_ON_THE_COMMAND_LINE)["arms"]
    expect(page.locator(f"{PERSONALISED} .ig-big")).to_have_text(amounts(arms["personalised"])[0])
    for css, arm in ((STANDARD, "standard"), (PERSONALISED, "personalised")):
        read = words(page.locator(css))
        assert [amount for amount in amounts(arms[arm]) if amount not in read] == []
    expect(page.locator(LINES).first).to_be_visible()
    assert page.locator(".modebar-btn").count() > 0
    assert page.locator(".modebar-btn[data-title^=Share]").count() == 0  # nothing is sent away

    weight = page.get_by_label("Weight, actual", exact=True)
    weight.fill("805")
    expect(page.locator(".ig-bad .ig-err")).to_contain_text("Weight is 805 kg; expected 30 to 300")
    expect(page.locator(f"{STANDARD} .ig-big")).to_have_text("–")
    expect(page.locator(f"{PERSONALISED} .ig-big")).to_have_text("–")
    expect(page.get_by_text("Waiting for the weight.")).to_have_count(1)
    assert page.locator(LINES).count() == 0
    assert page.locator(".ig-plan").count() == 0

    weight.fill("80,5")
    expect(page.locator(f"{PERSONALISED} .ig-big")).to_have_text(amounts(arms["personalised"])[0])
    expect(page.locator(".ig-bad")).to_have_count(0)
    expect(page.locator(".ig-plan tbody tr")).to_have_count(8)
    assert visitor.complaints == []


def test_a_stroke_is_answered_by_one_message_that_holds_both_doses_and_the_curve(page, visitor):
    type_patient(page)
    expect(page.locator(LINES).first).to_be_visible()
    page.wait_for_timeout(1000)  # the strokes before are answered
    drawn = page.locator(LINES).first.get_attribute("d")
    visitor.frames.clear()

    page.get_by_label("Weight, actual", exact=True).fill("81")

    expect(page.locator(STANDARD)).to_contain_text("405")  # 250 mg/kg x 81 kg / 50 mg/mL
    expect(page.locator(LINES).first).not_to_have_attribute("d", drawn)
    (answer,) = [frame for frame in visitor.frames if b"igmfat-updates" in frame]
    states = json.loads(answer[answer.index(b'{"data"') : answer.rindex(b"}") + 1])["data"][
        "states"
    ]
    assert sum("figure" in state for state in states.values()) == 1
    assert sum("mL today" in str(state.get("value")) for state in states.values()) == 2


def test_the_footer_says_when_it_was_calculated_and_nothing_while_an_input_is_refused(page):
    footer = page.locator(".ig-foot > div > span")
    dated = re.compile(
        r"· calculated \d{1,2} [A-Z][a-z]+ 20\d\d, \d\d:\d\d \S+ · runs on this computer"
    )
    undated = re.compile(r"^igmfat \S+ · runs on this computer, sends nothing anywhere$")
    expect(footer).to_have_text(undated)

    page.get_by_role("button", name="Fill in a synthetic patient").click()
    expect(footer).to_have_text(dated)
    page.emulate_media(media="print")
    expect(page.locator(".ig-foot .ig-calculated")).to_be_visible()
    page.emulate_media(media="screen")

    page.get_by_label("Weight, actual", exact=True).fill("712")
    expect(footer).to_have_text(undated)


def test_paper_is_one_page_with_name_time_dose_working_and_version(page):
    page.get_by_role("button", name="Fill in a synthetic patient").click()
    expect(page.locator(f"{PERSONALISED} .ig-big")).to_have_text("431 mL today")
    expect(page.locator(LINES).first).to_be_visible()

    printed = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.emulate_media(media="print")
    for words in ("plain-eligible", "Dose of day 1", "deficit 100 − 38", re.compile(r"^igmfat \d")):
        expect(page.get_by_text(words).first).to_be_visible()
    for hidden in ("Fill in a synthetic patient", "Follow the course →", "more questions"):
        expect(page.get_by_text(hidden).first).to_be_hidden()


SMALLEST_PX = """() => Math.min(...[...document.querySelectorAll('.ig-page *')]
    .filter(one => one.checkVisibility() && !one.closest('svg')
        && [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
    .map(one => parseFloat(getComputedStyle(one).fontSize) * one.currentCSSZoom))"""


def sheets_of(page, case, rows):
    """Pages of paper that a course takes; it is opened from its file."""
    content = case_text(case).encode()
    file = {"name": "a.json", "mimeType": "application/json", "buffer": content}
    page.locator(".ig-desk input[type=file]").set_input_files(file)
    expect(page.locator(".ig-days-table tbody tr")).to_have_count(rows)
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def test_the_paper_of_a_course_is_one_page_with_its_time_and_alarms(page):
    week = teaching_case("fast-clearance").case  # seven titres
    first, *rest = week.doses[:-1]  # so that a dose is due, of both arms, below an alarm
    doses = (first.model_copy(update={"duration_h": 1.0}), *rest)
    assert sheets_of(page, week.model_copy(update={"arm": None, "doses": doses}), 8) == 1

    assert sheets_of(page, teaching_case("surprising-titre").case, 4) == 1

    page.emulate_media(media="print")
    for words in ("surprising-titre", "Dose of day 3", "1 critical", re.compile(r"^igmfat \d")):
        expect(page.get_by_text(words).first).to_be_visible()
    expect(page.locator(".ig-foot .ig-calculated time")).to_be_visible()
    assert page.evaluate(SMALLEST_PX) * 72 / 96 > 7.9  # points


def test_the_whole_page_works_by_keyboard(page):
    page.get_by_label("Pseudonym", exact=True).focus()
    page.keyboard.type("K-1")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # Female
    page.keyboard.press("Tab")
    for text in ("60", "165", "70", "0.28", "30"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # mg/dL
    expect(page.locator(f"{STANDARD} .ig-big")).to_have_text("350 mL today")

    reached = set()
    for _step in range(160):
        page.keyboard.press("Tab")
        here = str(page.evaluate("document.activeElement.innerText")).replace("\xa0", " ")
        reached.add(here)
        if here == "8 more questions":
            page.keyboard.press("Enter")
            expect(page.get_by_text("The cause of shock is certain")).to_be_visible()
        if here.startswith("250 mg/kg"):
            break
    assert any(words.startswith("250 mg/kg × 70 kg") for words in reached)
    page.keyboard.press("Enter")
    expect(page.locator("details[open]").get_by_text("once a day on days 1, 2")).to_be_visible()


@pytest.mark.parametrize(("width", "media"), [(400, "screen"), (703, "print")])
def test_nothing_stands_out_of_a_phone_or_of_paper(page, width, media):
    page.get_by_role("button", name="Fill in a synthetic patient").click()
    expect(page.locator(f"{PERSONALISED} .ig-big")).to_have_text("431 mL today")

    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(media=media)

    until(page, "document.documentElement.scrollWidth <= innerWidth")
    until(
        page,
        "[...document.querySelectorAll('.ig-card')].every("
        "card => card.getBoundingClientRect().right <= innerWidth"
        " && (card.scrollWidth <= card.clientWidth + 1))",
    )


def test_on_a_phone_an_empty_page_asks_first_and_a_filled_one_answers_first(visitor, server_of):
    page = visitor.open(server_of("40_dashboard").address, width=400, wait_for=PERSONALISED)
    top = "e => e.getBoundingClientRect().top + scrollY"
    fields, doses = page.locator(".ig-patient"), page.locator(PERSONALISED)
    assert fields.evaluate(top) < doses.evaluate(top)

    page.get_by_role("button", name="Fill in a synthetic patient").click()
    expect(page.locator(f"{PERSONALISED} .ig-big")).to_have_text("431 mL today")

    place = "document.querySelector('{}').getBoundingClientRect().top".format
    until(page, f"{place('.ig-card.ig-per')} < {place('.ig-patient')}")


@pytest.mark.parametrize("name", ["00_start_here", "01_protocol_card", "10_eligibility"])
def test_the_other_notebooks_are_pages_too(visitor, page_of, name):
    page = visitor.open(page_of(name), wait_for="h1, .ig-card")
    expect(page.locator("#loading")).to_have_count(0)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "Not for treatment decisions." in page.inner_text("body")
    assert visitor.complaints == []


@pytest.mark.skipif("IGMFAT_PICTURE" not in os.environ, reason="set IGMFAT_PICTURE to renew it")
def test_renew_the_picture_of_the_readme(page):
    page.get_by_role("button", name="Fill in a synthetic patient").click()
    expect(page.locator(f"{PERSONALISED} .ig-big")).to_have_text("431 mL today")
    expect(page.locator(LINES).first).to_be_visible()

    PICTURE.parent.mkdir(exist_ok=True)
    page.mouse.move(0, 0)
    page.screenshot(
        path=PICTURE, clip={"x": 0, "y": 0, "width": 1280, "height": 1240}, full_page=True
    )

    assert PICTURE.stat().st_size < 300_000
