"""A week of one patient on the page: typed, reloaded, corrected, stopped, saved, opened again."""

import json
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal

import pytest
from playwright.sync_api import expect

from igmfat_nb.case import case_text
from igmfat_nb.teaching_cases import teaching_case

NOTEBOOK = "21_individualised_dosing"
ROWS = ".ig-course tbody tr"
BODY = {
    "Pseudonym": "SIM-021",
    "Age": "64",
    "Height": "175",
    "Weight, actual": "80",
    "Haematocrit": "30 %",
}
TITRES = ("38", "79", "88", "91", "97", "95", "103")
DOSES = ("431", "146", "83", "63", "21", "35")
RULE_CARDS = {"standard": ".ig-std", "deficit": ".ig-per", "forecast": ".ig-own"}


@pytest.fixture
def page(visitor, page_of):
    return visitor.open(page_of(NOTEBOOK), wait_for=".ig-storage button")


def enter(page, label, text, row=0):
    field = page.get_by_label(label, exact=True).nth(row)
    field.fill(text)
    field.press("Enter")
    field.press("Tab")


def add(page, what, row, fields):
    page.get_by_role("button", name=f"Add {what}", exact=True).click()
    for label, text in fields.items():
        expect(page.get_by_label(label, exact=True)).to_have_count(row + 1)
        enter(page, label, text, row)


def type_week(page):
    page.get_by_role("button", name="Male", exact=True).click()
    page.get_by_role("button", name="personalised", exact=True).click()
    for label, text in BODY.items():
        enter(page, label, text)
    enter(page, "IgM, mg/dL", TITRES[0])
    for day, titre in enumerate(TITRES[1:], 1):
        dose = {"Start, h": f"{24 * day - 22}", "Volume, mL": DOSES[day - 1], "Ran for, h": "13,5"}
        add(page, "dose", day - 1, dose)
        # The first row's label is there from the beginning: rows are counted by the other one.
        add(page, "titre", day, {"Drawn, h": f"{24 * day}", "IgM, mg/dL": titre})
        expect(page.locator(ROWS)).to_have_count(day + 1)


def table(page):
    expect(page.locator(ROWS)).to_have_count(len(TITRES))  # also after a reload
    return [
        [cell.strip() for cell in row.locator("th, td").all_inner_texts()]
        for row in page.locator(ROWS).all()
    ]


def answer_of(path, *options):
    command = [sys.executable, "-m", "igmfat_nb", "next", str(path), *options, "--json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def whole(value):
    half_up = Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{half_up:,}"


def percent(share):
    if share < 0.01:
        return "< 1 %"
    return "> 99 %" if share > 0.99 else f"{whole(100 * share)} %"


def test_a_week_is_typed_reloaded_corrected_stopped_saved_and_opened_again(page, visitor, tmp_path):
    page.get_by_label("Keep this case in this browser").check()
    type_week(page)
    typed = table(page)

    page.reload()
    assert table(page) == typed
    expect(page.locator(".ig-open-case")).to_contain_text("SIM-021 last changed 20")
    expect(page.get_by_label("Keep this case in this browser")).to_be_checked()

    enter(page, "IgM, mg/dL", "0.8", 1)
    expect(page.locator(".ig-row .ig-err")).to_contain_text(["Serum IgM is 0.8 mg/dL; expected"])
    expect(page.locator(ROWS)).to_have_count(0)
    expect(page.locator(".ig-own .ig-big")).to_have_text("–")
    enter(page, "IgM, mg/dL", "85", 1)
    corrected = table(page)
    assert corrected[1][1] == "85"
    assert corrected[-1] != typed[-1]

    running = saved(page, tmp_path / "running.json")
    compare_with_command_line(page, running, corrected)
    enter(page, "Vasopressors stopped", "140")
    expect(page.locator(".ig-notices .ig-stop")).to_contain_text("Vasopressors stopped at 140 h")
    stopped_table, stopped = table(page), saved(page, tmp_path / "stopped.json")
    compare_with_command_line(page, stopped, stopped_table)
    for day, row in enumerate(stopped_table):  # each row is the decision of its own morning
        told = answer_of(stopped, "--at-h", str(24 * day))["rules"]
        assert row[2:5] == [whole(told[rule]["volume_ml"]) for rule in RULE_CARDS]

    page.get_by_role("button", name="Forget this case").click()
    expect(page.locator(".ig-open-case")).to_have_text("No case is open.")
    assert page.evaluate("localStorage.length") == 0

    other = visitor.open(page.url, wait_for=".ig-storage button")
    expect(other.locator(".ig-open-case")).to_have_text("No case is open.")
    other.locator(".ig-storage input[type=file]").set_input_files(stopped)
    assert table(other) == stopped_table
    assert saved(other, tmp_path / "again.json").read_bytes() == stopped.read_bytes()
    assert visitor.complaints == []


def saved(page, path):
    with page.expect_download() as download:
        page.get_by_role("button", name="Save case").click()
    assert download.value.suggested_filename == "SIM-021.json"
    download.value.save_as(path)
    return path


def compare_with_command_line(page, path, shown):
    """The last row of the table and the cards, number by number."""
    answer = answer_of(path)
    volumes = [answer["rules"][rule]["volume_ml"] for rule in RULE_CARDS]
    assert shown[-1][2:5] == [whole(volume) for volume in volumes]
    assert shown[-1][-1] == percent(answer["chance_without_dose"])
    for rule, css in RULE_CARDS.items():
        card = page.locator(f".ig-three {css}")
        told = answer["rules"][rule]
        expect(card.locator(".ig-big")).to_contain_text(f"{whole(told['volume_ml'])} mL")
        expect(card.locator(".ig-sub")).to_contain_text(percent(told["chance"]))
        for line in told["working"]:
            expect(card.locator(".ig-work")).to_contain_text(line)


def test_a_phone_shows_the_page_without_sideways_scrolling(visitor, page_of):
    page = visitor.open(page_of(NOTEBOOK), width=400, wait_for=".ig-storage button")
    page.get_by_role("button", name="Open a synthetic course").click()
    expect(page.locator(ROWS)).to_have_count(3)
    expect(page.locator(".ig-flag")).to_contain_text("Please check: unit")

    assert page.evaluate("document.documentElement.scrollWidth") == 400


def test_the_dashboard_opens_a_case_and_follows_it(visitor, server_of):
    page = visitor.open(server_of("40_dashboard").address, wait_for=".ig-storage button")
    case = {
        "schema": "igmfat-case/1",
        "subject": "SIM-040",
        "sex": "female",
        "age_years": 55,
        "height_cm": 165,
        "weight_kg": 70,
        "haematocrit": 0.28,
        "titres": [{"time_h": 0, "igm_mg_dl": 45}],
        "vasopressor_stopped_h": None,
    }
    file = {"name": "a.json", "mimeType": "application/json", "buffer": json.dumps(case).encode()}

    page.locator(".ig-storage input[type=file]").first.set_input_files(file)

    expect(page.get_by_label("Weight, actual", exact=True)).to_have_value("70")
    # 250 mg/kg x 70 kg / 50 mg/mL = 350 mL, by hand
    expect(page.locator(".ig-card.ig-std .ig-big")).to_have_text("350 mL today")
    page.get_by_role("button", name="Follow this patient day by day").click()
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.get_by_label("Pseudonym", exact=True)).to_have_value("SIM-040")


def test_the_dashboard_shows_what_is_due_now_and_forgets_the_patient_before(visitor, server_of):
    page = visitor.open(server_of("40_dashboard").address, wait_for=".ig-storage button")
    text = case_text(teaching_case("surprising-titre").case)  # titres at 0, 24 and 48 h
    file = {"name": "a.json", "mimeType": "application/json", "buffer": text.encode()}

    page.locator(".ig-storage input[type=file]").first.set_input_files(file)

    # 250 mg/kg x 88 kg / 50 mg/mL = 440 mL at 48 h; a titre of 171 mg/dL asks for nothing.
    cards = page.locator(".ig-three .ig-big")
    expect(cards).to_have_text(["440 mL at 48 h", "0 mL at 48 h", "0 mL at 48 h"])
    expect(page.get_by_text("mL today")).to_have_count(0)
    expect(page.locator(".ig-card.ig-std .ig-sub").first).to_contain_text(
        "data after the first titre"
    )

    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_label("Pseudonym", exact=True)).to_have_value("")
    expect(page.get_by_label("Drawn, h", exact=True)).to_have_count(1)
