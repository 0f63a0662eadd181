"""One patient, one page, as a clinician uses it: five patients with their slips."""

import json
from decimal import ROUND_HALF_UP, Decimal

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect
from polling import until

from igmfat_nb.case import case_text
from igmfat_nb.cli import main
from igmfat_nb.teaching_cases import teaching_case

STANDARD, PERSONALISED = ".ig-card.ig-std", ".ig-card.ig-per"
DESK = ".ig-desk button"
ROWS = ".ig-days-table tbody tr"
OLD = case_text(teaching_case("surprising-titre").case)  # 34, 86 and 171 mg/dL by 48 h


@pytest.fixture
def page(visitor, server_of):
    return visitor.open(server_of("40_dashboard").address, wait_for=DESK)


def field(page, label):
    return page.get_by_label(label, exact=True).first


def enter(page, label, text):
    field(page, label).fill(text)
    field(page, label).press("Enter")


def type_patient(page, subject, sex, unit="mg/dL", **texts):
    enter(page, "Pseudonym", subject)
    page.get_by_role("button", name=sex, exact=True).click()
    page.get_by_role("button", name=unit, exact=True).first.click()
    labels = {
        "age": "Age", "height": "Height", "weight": "Weight, actual",
        "haematocrit": "Haematocrit", "igm": "Serum IgM",
    }  # fmt: skip
    for name, text in texts.items():
        enter(page, labels[name], text)


def menu(page, label):
    page.get_by_role("button", name="Case ▾").click()
    page.get_by_role("button", name=label, exact=True).click()


def open_file(page, text, name="a.json"):
    file = {"name": name, "mimeType": "application/json", "buffer": text.encode()}
    page.locator(".ig-desk input[type=file]").set_input_files(file)


def told(*options):
    return json.loads(CliRunner().invoke(main, [*options, "--json"]).stdout)


def number(value):
    """As a person would write it: 32, 13.4, 1,048."""
    half_up = Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{half_up:,}".removesuffix(".0")


def saved(page, path):
    with page.expect_download() as download:
        page.get_by_role("button", name="Save", exact=True).click()
    download.value.save_as(path)
    return path


#: What is typed, the slip first and its sentence, then what is meant; by hand 5 mL/kg.
PATIENTS = {
    "an extra digit": (
        {"age": "60", "height": "175", "weight": "805", "haematocrit": "30 %", "igm": "40"},
        ("Weight, actual", "Weight is 805 kg; expected 30 to 300", "80,5", "403"),
    ),
    "centimetres in metres": (
        {"age": "71", "height": "1.6", "weight": "55", "haematocrit": "0,28", "igm": "30"},
        ("Height", "Height is 1.6 cm", "160", "275"),
    ),
    "a percentage without its sign": (
        {"age": "57", "height": "180", "weight": "88", "haematocrit": "28", "igm": "34"},
        ("Haematocrit", "write 0.28 or 28 %", "28 %", "440"),
    ),
    "g/L for mg/dL": (
        {"age": "49", "height": "181", "weight": "84", "haematocrit": "0.34", "igm": "0.42"},
        ("Serum IgM", "Serum IgM is 0.42 mg/dL; expected 1 to 1,000", "42", "420"),
    ),
    "a letter": (
        {"age": "3o", "height": "165", "weight": "70", "haematocrit": "0.3", "igm": "45"},
        ("Age", "Age is “3o”", "30", "350"),
    ),
}


@pytest.mark.parametrize("slip", list(PATIENTS))
def test_a_slip_is_said_at_its_field_and_the_doses_are_the_command_lines(page, visitor, slip):
    typed, (label, sentence, meant, standard) = PATIENTS[slip]
    type_patient(page, "SIM-1", "Male", **typed)

    wrong = page.locator(".ig-field.ig-bad")
    expect(wrong.locator(".ig-err")).to_contain_text(sentence)
    expect(wrong.get_by_label(label, exact=True)).to_have_count(1)
    expect(page.locator(f"{PERSONALISED} .ig-big")).to_have_text("–")

    enter(page, label, meant)
    expect(page.locator(".ig-field.ig-bad")).to_have_count(0)
    expect(page.locator(f"{STANDARD} .ig-big")).to_have_text(f"{number(standard)} mL today")
    names = {"Weight, actual": "weight", "Height": "height", "Haematocrit": "haematocrit",
             "Serum IgM": "igm", "Age": "age"}  # fmt: skip
    typed = typed | {names[label]: meant}
    options = {"age": "--age", "height": "--height-cm", "weight": "--weight-kg",
               "haematocrit": "--haematocrit", "igm": "--igm"}  # fmt: skip
    given = [part for name, text in typed.items() for part in (options[name], text)]
    arms = told("dose", "--sex", "male", *given, "--igm-unit", "mg/dL")["arms"]
    for css, arm in ((STANDARD, "standard"), (PERSONALISED, "personalised")):
        expect(page.locator(f"{css} .ig-big")).to_have_text(
            f"{number(arms[arm]['volume_ml'])} mL today"
        )
    assert visitor.complaints == []


def test_a_new_patient_carries_nothing_of_the_old_one_and_undo_brings_it_back(page, tmp_path):
    open_file(page, OLD)
    expect(page.locator(ROWS)).to_have_count(4)
    page.get_by_label("Vasopressors stopped", exact=True).fill("47")
    page.get_by_label("Vasopressors stopped", exact=True).press("Enter")
    expect(page.get_by_text("Not saved")).to_be_visible()

    menu(page, "New patient")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("surprising-titre is not saved")
    dialog.get_by_role("button", name="Stay").click()
    expect(page.locator(".ig-who b")).to_have_text("surprising-titre")
    menu(page, "New patient")
    dialog.get_by_role("button", name="Do not save").click()

    expect(page.locator(".ig-who b")).to_have_text("No patient yet")
    type_patient(page, "W-71", "Female", age="71", height="160", weight="55",
                 haematocrit="0.28", igm="30")  # fmt: skip
    expect(page.locator(f"{STANDARD} .ig-big")).to_have_text("275 mL today")
    # The last field is read: 70 × 25.89 ÷ 5.4, by hand.
    expect(page.locator(f"{PERSONALISED} .ig-big")).to_have_text("336 mL today")
    case = json.loads(saved(page, tmp_path / "w.json").read_text())
    assert (case["subject"], case["weight_kg"], case["titres"]) == (
        "W-71", 55, [{"time_h": 0, "igm_mg_dl": 30}],
    )  # fmt: skip
    assert not {"arm", "doses"} & case.keys()
    assert case["vasopressor_stopped_h"] is None

    menu(page, "New patient")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator(".ig-who b")).to_have_text("W-71")


def test_save_pressed_before_the_answer_saves_what_is_typed(page, tmp_path):
    type_patient(page, "SIM-1", "Male", age="60", height="175", weight="80", haematocrit="0.3")
    page.get_by_role("button", name="Save", exact=True).click()
    note = page.locator(".ig-storage-note")
    expect(note).to_contain_text("It cannot be saved yet")
    field(page, "Serum IgM").fill("38")
    field(page, "Serum IgM").press("Enter")
    expect(note).to_be_empty()

    field(page, "Weight, actual").fill("90")  # no Enter: the press is what leaves the field
    case = json.loads(saved(page, tmp_path / "a.json").read_text())

    assert (case["weight_kg"], case["titres"][0]["igm_mg_dl"]) == (90, 38)
    expect(page.locator(".ig-saved")).to_have_text("Saved")


#: Two strokes and the press before the kernel can have answered the first.
STROKES_AND_SAVE = """label => {
    const field = [...document.querySelectorAll('.ig-patient .widget-text')]
        .find(one => one.textContent.trim() === label).querySelector('input');
    for (const text of ['9', '91.5']) {
        field.value = text;
        field.dispatchEvent(new Event('input', { bubbles: true }));
    }
    document.querySelector('.ig-desk > button').click();
}"""


def test_a_file_holds_the_strokes_that_the_kernel_had_not_answered(page, tmp_path):
    page.get_by_role("button", name="Fill in a synthetic patient").click()
    expect(page.locator(f"{PERSONALISED} .ig-big")).to_have_text("431 mL today")

    with page.expect_download() as download:
        page.evaluate(STROKES_AND_SAVE, "Weight, actual")

    download.value.save_as(tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text())["weight_kg"] == 91.5


def test_a_working_that_was_opened_stays_open_while_its_numbers_change(page):
    page.get_by_role("button", name="Fill in a synthetic patient").click()
    working = page.locator(f"{STANDARD} details").first
    working.locator("summary").click()

    page.evaluate(STROKES_AND_SAVE, "Weight, actual")

    expect(working.locator("summary")).to_contain_text("250 mg/kg × 91.5")
    expect(working.locator(".ig-work")).to_be_visible()
    expect(working.locator("summary")).to_be_focused()


def test_the_dose_shown_is_the_one_that_is_due(page):
    open_file(page, OLD)

    # 171 mg/dL at 48 h: the personalised rule gives nothing; hour 0's 491 mL are no dose of now
    due = page.locator(".ig-due-card")
    expect(due).to_contain_text("Dose of day 3")
    expect(due).to_contain_text("If 171 is right")
    expect(due.locator(".ig-big").first).to_contain_text("0 mL")
    expect(due.locator(".ig-big").nth(1)).to_have_text("Needs a new titre")
    expect(page.get_by_text("491 mL today")).to_have_count(0)
    page.locator(".ig-strip-arm select").select_option("standard")
    expect(due.locator(".ig-big")).to_have_count(1)
    expect(due.locator(".ig-big")).to_have_text("440 mL")


def test_a_reading_chosen_in_the_comparison_is_the_whole_pages_and_the_tab_remembers_it(page):
    page.get_by_role("button", name="Fill in a synthetic patient").click()
    page.get_by_role("button", name="readings of the rule").click()
    expect(page.locator(".ig-readings tbody tr")).to_have_count(7)
    page.get_by_label("Reading for this patient").select_option("Fill to 140 mg/dL")
    given = page.locator(".ig-card.ig-per .ig-big")
    expect(given).to_have_text("710 mL today")  # 102 × 37.563 ÷ 5.4
    expect(page.get_by_text("Reading: Fill to 140 mg/dL (assumed)")).to_be_visible()

    page.reload()
    expect(given).to_have_text("710 mL today")


def test_a_refused_file_changes_nothing_and_is_named(page):
    open_file(page, OLD)
    expect(page.locator(ROWS)).to_have_count(4)

    open_file(page, OLD.replace('"age_years": 57', '"age_years": "sixty"'), "mrsa-04.json")

    banner = page.locator(".ig-banner")
    expect(banner).to_contain_text("mrsa-04.json was not opened.")
    expect(banner).to_contain_text("age_years")
    expect(banner).to_contain_text("surprising-titre is still here, unchanged.")
    expect(page.locator(ROWS)).to_have_count(4)
    with page.expect_file_chooser():
        page.get_by_role("button", name="Open another file").click()
    page.get_by_role("button", name="Close").click()
    expect(banner).to_have_count(0)


def test_a_contraindication_is_asked_once_and_the_criterion_follows(page):
    page.get_by_role("button", name="Fill in a synthetic patient").click()
    expect(page.locator(".ig-verdict")).to_contain_text("Eligible")

    group = page.get_by_role("group", name="Hypersensitivity")
    group.get_by_role("button", name="present", exact=True).click()

    expect(page.locator(".ig-verdict")).to_contain_text("Not eligible")
    expect(page.locator(".ig-card .ig-stop")).to_have_count(2)
    assert page.get_by_text("No hypersensitivity to the product", exact=True).count() == 0
    group.get_by_role("button", name="absent", exact=True).click()
    expect(page.locator(".ig-verdict")).to_contain_text("Every criterion is met.")


def test_forget_asks_first(page):
    open_file(page, OLD)
    expect(page.locator(ROWS)).to_have_count(4)

    menu(page, "Forget this case")
    page.locator("dialog[open]").get_by_role("button", name="Stay").click()
    expect(page.locator(ROWS)).to_have_count(4)
    menu(page, "Forget this case")
    page.locator("dialog[open]").get_by_role("button", name="Do not save").click()
    expect(page.locator(".ig-who b")).to_have_text("No patient yet")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_on_a_phone_nothing_stands_out_and_the_dose_is_on_the_second_screen(visitor, server_of):
    page = visitor.open(server_of("40_dashboard").address, width=400, wait_for=DESK)
    page.get_by_role("button", name="Fill in a synthetic patient").click()
    dose = page.locator(f"{PERSONALISED} .ig-big")
    expect(dose).to_have_text("431 mL today")

    assert dose.bounding_box()["y"] < 1800
    until(page, "document.documentElement.scrollWidth <= innerWidth")
    menu(page, "An outlying titre on day 3")
    expect(page.locator(".ig-due-card .ig-big").first).to_contain_text("0 mL")
    assert page.locator(".ig-due-card .ig-big").first.bounding_box()["y"] < 1800
    until(page, "document.documentElement.scrollWidth <= innerWidth")
    strip = page.locator(".ig-strip")
    expect(strip.get_by_text("no vasopressor stop entered")).to_be_visible()
    page.mouse.wheel(0, 1500)
    until(page, "scrollY > 500")
    assert strip.bounding_box()["y"] >= 0
