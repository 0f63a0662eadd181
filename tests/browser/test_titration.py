"""A week of one patient on the page: typed, reloaded, corrected, undone, stopped, saved, opened."""

import json
from decimal import ROUND_HALF_UP, Decimal

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect

from igmfat_nb.cli import main

NOTEBOOK = "21_individualised_dosing"
DESK = ".ig-desk button"
ROWS = ".ig-days-table tbody tr:not(.ig-soft-row)"
BODY = {
    "Pseudonym": "SIM-021",
    "Age": "64",
    "Height": "175",
    "Weight, actual": "80",
    "Haematocrit": "30 %",
    "Serum IgM": "38",
}
TITRES = ("38", "79", "88", "91", "97", "95", "103")
DOSES = ("431", "146", "83", "63", "21", "35")


@pytest.fixture
def page(visitor, page_of):
    return visitor.open(page_of(NOTEBOOK), wait_for=DESK)


def enter(page, label, text):
    field = page.get_by_label(label, exact=True).locator("visible=true").first
    field.fill(text)
    field.press("Enter")
    field.press("Tab")


def kind(page, name):
    page.locator(".ig-record").get_by_role("button", name=name, exact=True).click()


def add(page, name, fields):
    kind(page, name)
    for label, text in fields.items():
        enter(page, label, text)
    page.get_by_role("button", name=f"Add {name.lower()}", exact=True).click()


def entry(page, words):
    return page.locator(".ig-entry-row").filter(has_text=words)


def type_week(page):
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_role("button", name="Male", exact=True).click()
    page.get_by_role("button", name="mg/dL", exact=True).click()
    for label, text in BODY.items():
        enter(page, label, text)
    page.locator(".ig-strip-arm select").select_option("personalised")
    page.get_by_role("button", name="Follow the course →").click()
    for day, titre in enumerate(TITRES[1:], 1):
        dose = {"Started": f"{24 * day - 22}", "Volume given": DOSES[day - 1], "Ran for": "13,5"}
        add(page, "Dose", dose)
        expect(page.locator(".ig-form-doses").get_by_label("Volume given")).to_have_value("")
        late = {"Result came": "99"} if day == 4 else {}
        add(page, "Titre", {"Drawn": f"{24 * day}", "IgM measured": titre, **late})
        expect(page.locator(ROWS)).to_have_count(day + 1)


def table(page):
    expect(page.locator(ROWS)).to_have_count(len(TITRES))
    return [
        [cell.strip().split("\n")[0] for cell in row.locator("th, td").all_inner_texts()]
        for row in page.locator(ROWS).all()
    ]


def answer_of(path, *options):
    return json.loads(CliRunner().invoke(main, ["next", str(path), *options, "--json"]).stdout)


def number(value):
    half_up = Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{half_up:,}".removesuffix(".0")


def saved(page, path):
    with page.expect_download() as download:
        page.get_by_role("button", name="Save", exact=True).click()
    assert download.value.suggested_filename == "SIM-021.json"
    download.value.save_as(path)
    return path


def compare_with_command_line(path, shown):
    """Each row is the decision of its own result, as the command line answers it."""
    case = json.loads(path.read_text())
    for row, titre in zip(shown, case["titres"], strict=True):
        told = answer_of(path, "--at-h", str(titre.get("result_h", titre["time_h"])))
        assert row[2] == number(titre["igm_mg_dl"])
        assert row[4] == number(told["rules"]["deficit"]["volume_ml"])


def test_a_week_with_a_late_result_a_correction_an_undo_and_a_stop(page, visitor, tmp_path):
    type_week(page)
    typed = table(page)
    expect(page.locator(".ig-days-table")).to_contain_text("came hour 99")
    compare_with_command_line(saved(page, tmp_path / "typed.json"), typed)

    kind(page, "Titre")
    entry(page, "hour 24").locator("visible=true").click()
    measured = page.locator(".ig-form-titres").get_by_label("IgM measured")
    expect(measured).to_have_value(TITRES[1])  # what stands there has come before it is changed
    enter(page, "IgM measured", "0.8")
    wrong = page.locator(".ig-form-titres .ig-field.ig-bad .ig-err")
    expect(wrong).to_contain_text("Serum IgM is 0.8 mg/dL")
    expect(page.locator(ROWS)).to_have_count(0)
    expect(page.locator(".ig-due-card")).to_contain_text("No dose")
    enter(page, "IgM measured", "85")
    corrected = table(page)
    assert (corrected[1][2], corrected[1][4]) != (typed[1][2], typed[1][4])
    compare_with_command_line(saved(page, tmp_path / "corrected.json"), corrected)

    for _step in ("the slip", "what stood before it"):
        page.get_by_role("button", name="Undo", exact=True).click()
        page.wait_for_timeout(500)
    expect(page.locator(ROWS).nth(1)).to_contain_text("79")
    assert table(page) == typed
    for _step in range(2):
        page.get_by_role("button", name="Redo", exact=True).click()
        page.wait_for_timeout(500)
    expect(page.locator(ROWS).nth(1)).to_contain_text("85")
    assert table(page) == corrected

    enter(page, "Vasopressors stopped", "140")
    expect(page.locator(".ig-due-card")).to_contain_text("Vasopressors stopped at hour 140")
    stopped = saved(page, tmp_path / "stopped.json")
    stopped_table = table(page)
    compare_with_command_line(stopped, stopped_table)

    other = visitor.open(page.url, wait_for=DESK)
    other.locator(".ig-desk input[type=file]").set_input_files(stopped)
    assert table(other) == stopped_table
    assert saved(other, tmp_path / "again.json").read_bytes() == stopped.read_bytes()
    assert visitor.complaints == []


def test_an_infusion_twice_as_fast_as_the_label_is_an_alarm_at_the_dose(page):
    case = {
        "schema": "igmfat-case/1", "subject": "SIM-7", "sex": "male", "age_years": 64,
        "height_cm": 175, "weight_kg": 80, "haematocrit": 0.3, "arm": "personalised",
        "titres": [{"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_mg_dl": 70}],
        "doses": [{"start_h": 2, "volume_ml": 431, "duration_h": 1.9}],
        "vasopressor_stopped_h": None,
    }  # fmt: skip
    file = {"name": "a.json", "mimeType": "application/json", "buffer": json.dumps(case).encode()}

    page.locator(".ig-desk input[type=file]").set_input_files(file)

    # 431 mL in 1.9 h are 226.8 mL/h; the label's most is 0.4 mL/kg/h, 32 mL/h: 7.1 times
    said = "A dose ran at 226.8 mL/h, 7.1 times the maximum labelled rate."
    expect(page.locator(".ig-due-card .ig-stop")).to_have_text(said)
    expect(page.locator(".ig-strip .ig-sev-critical")).to_contain_text("critical")


def tab_to(page, words):
    """Press Tab until what has the focus is called so."""
    for _step in range(80):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.innerText").replace("\xa0", " ")
        if here.startswith(words):
            return
    raise AssertionError(words)


def test_a_titre_is_added_removed_and_brought_back_by_keyboard_alone(page):
    page.get_by_role("button", name="Case ▾").focus()
    page.keyboard.press("Enter")
    tab_to(page, "Eligible, first titre 38")
    page.keyboard.press("Enter")
    expect(page.locator(".ig-who b")).to_have_text("plain-eligible")
    expect(page.get_by_role("button", name="Follow the course →")).to_be_visible()
    tab_to(page, "Follow the course")
    page.keyboard.press("Enter")
    expect(page.locator(ROWS)).to_have_count(1)

    page.get_by_label("IgM measured").focus()  # the hour that is likely next stands before it
    page.keyboard.type("79")
    tab_to(page, "Add titre")
    page.keyboard.press("Enter")
    expect(page.locator(ROWS)).to_have_count(2)
    expect(page.locator(".ig-form-titres input").first).to_be_focused()
    tab_to(page, "hour 24 · 79")
    page.keyboard.press("Enter")
    tab_to(page, "Remove")
    page.keyboard.press("Enter")
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator(".ig-entry-titres-0")).to_be_focused()
    tab_to(page, "Undo")
    page.keyboard.press("Enter")
    expect(page.locator(ROWS)).to_have_count(2)
