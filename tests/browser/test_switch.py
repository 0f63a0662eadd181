"""The switch of the frame: by keyboard, in place, and nothing that was entered is lost."""

import re

import pytest
from playwright.sync_api import expect
from translations.altered import CODE

from igmfat_nb.trial.design import design_of
from igmfat_nb.trial.design_text import design_link

READY = "body[data-ig-ready]"


@pytest.fixture
def address(two_languages):
    return two_languages.address


def enter(page, label, text):
    field = page.get_by_label(label, exact=True).first
    field.fill(text)
    field.press("Enter")


def switch(page, code):
    """Choose a language with the keyboard."""
    link = page.locator(f".ig-languages button[lang={code}]").first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f"html[lang={code}] {READY}")


def test_the_patient_stays_in_the_other_language_and_back(visitor, address):
    page = visitor.open(f"{address}40_dashboard.ipynb", wait_for=".ig-desk button")
    enter(page, "Pseudonym", "TAB-1")
    enter(page, "Weight, actual", "280")
    dose = page.locator(".ig-card.ig-std .ig-big")
    expect(dose).to_have_text("1,400 mL today")

    switch(page, CODE)
    expect(page.locator(".ig-who b")).to_have_text("TAB-1")
    expect(dose).to_have_text("1.400 ⟦mL today⟧")
    expect(page.get_by_label("⟦Weight, actual⟧", exact=True)).to_have_value("280")
    assert page.locator(f".ig-languages button[lang={CODE}]").first.get_attribute("aria-current")

    switch(page, "en")
    expect(dose).to_have_text("1,400 mL today")
    assert visitor.complaints == []


def test_what_stands_in_a_page_that_keeps_nothing_comes_along(visitor, address):
    page = visitor.open(f"{address}11_dose_calculator.ipynb", wait_for=READY)
    enter(page, "Weight, actual", "280")
    page.get_by_role("button", name="Female", exact=True).click()

    switch(page, CODE)
    expect(page.get_by_label("⟦Weight, actual⟧", exact=True)).to_have_value("280")
    expect(page.get_by_role("button", name="⟦Female⟧")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".ig-card.ig-std .ig-big")).to_have_text("1.400 ⟦mL today⟧")
    page.reload()  # only the switch brings it along
    page.wait_for_selector(READY)
    expect(page.get_by_label("⟦Weight, actual⟧", exact=True)).to_have_value("")


def test_an_opened_design_and_a_refused_field_come_along(visitor, address):
    arms = ["standard", "deficit"]
    odd = design_of({"patients": 48, "arms": arms, "truth": {"recovery": 0.8}})
    link = f"{address}30_trial_simulation.ipynb#design={design_link(odd, 7, 3)}"
    page = visitor.open(link, wait_for=READY)
    said = page.locator(".ig-said")
    expect(said).to_contain_text("With it: ")
    enter(page, "Patients", "many")

    switch(page, CODE)
    expect(page.get_by_label("⟦Patients⟧", exact=True)).to_have_value("many")
    expect(said).to_contain_text("⟦The opened design came along.⟧ ⟦With it: ")
    expect(page.get_by_label("⟦Trials⟧", exact=True)).to_have_value("7")

    page.get_by_label("⟦Start from⟧", exact=True).select_option(index=1)
    expect(page.get_by_label("⟦Patients⟧", exact=True)).not_to_have_value("many")
    switch(page, "en")  # the design of the link, still in the address, is not opened again
    expect(page.get_by_label("Trials", exact=True)).to_have_value("7")
    expect(said).to_have_text("")
    assert visitor.complaints == []


def test_a_finished_run_is_there_again_with_the_same_numbers(visitor, address):
    page = visitor.open(f"{address}30_trial_simulation.ipynb", wait_for=READY)
    enter(page, "Patients", "40")
    enter(page, "Trials", "6")
    page.locator(".ig-run").click()
    cells = page.locator(".ig-page.ig-answered .ig-results table td:visible")
    cells.first.wait_for()
    before = numbers(cells)

    switch(page, CODE)
    cells.first.wait_for()
    expect(page.get_by_label("⟦Patients⟧", exact=True)).to_have_value("40")
    assert numbers(cells) == before
    assert visitor.complaints == []


def numbers(cells):
    """Digits of every cell: signs and words are the language's."""
    found = [re.sub(r"\D", "", text) for text in cells.all_inner_texts()]
    assert len([one for one in found if one]) > 10
    return found


def test_drafts_of_a_lesson_come_along_from_a_page_with_an_explorer(visitor, address):
    page = visitor.open(f"{address}51_workshop_dosing.ipynb", wait_for=".ig-step[aria-current]")
    answer = page.locator(".ig-place input")
    answer.fill("1")
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".ig-help .ig-fold-button").click()
    page.locator(".ig-explore .ig-desk").wait_for()
    answer.fill("111")
    page.locator(".ig-step").nth(1).click()
    expect(page.locator(".ig-step").nth(1)).to_have_attribute("aria-current", "step")
    expect(answer).to_have_value("")  # the second question's is there
    answer.fill("222")

    switch(page, CODE)
    expect(page.locator(".ig-step").nth(1)).to_have_attribute("aria-current", "step")
    expect(answer).to_have_value("222")
    page.locator(".ig-step").nth(0).click()
    expect(answer).to_have_value("111")


KEPT = "igmfat-turn:/11_dose_calculator.ipynb"
TAMPER = """(kept) => addEventListener('pagehide', () => {
  const { parts, ...rest } = JSON.parse(sessionStorage.getItem(kept));
  parts.unshift({ ...parts[0], name: 'field gone', line: 'Gone: 7' });
  sessionStorage.setItem(kept, JSON.stringify({ parts, ...rest }));
})"""


def test_a_field_that_is_gone_is_said_and_moves_no_other_and_who_types_is_left_alone(
    visitor, address
):
    page = visitor.open(f"{address}11_dose_calculator.ipynb", wait_for=READY)
    enter(page, "Weight, actual", "280")
    enter(page, "Height", "181")
    page.evaluate(TAMPER, KEPT)

    switch(page, CODE)
    height, weight = (
        page.get_by_label(f"⟦{name}⟧", exact=True) for name in ("Height", "Weight, actual")
    )
    expect(weight).to_have_value("280")
    weight.press("End")
    weight.press_sequentially("5", delay=20)
    expect(height).to_have_value("181")
    expect(page.locator(".ig-left")).to_contain_text("Gone: 7")
    expect(weight).to_have_value("2805")
    page.locator(".ig-left button").click()
    expect(page.locator(".ig-left")).to_have_count(0)


def test_on_a_phone_the_switch_stands_in_the_menu_and_covers_nothing(visitor, address):
    page = visitor.open(f"{address}home", width=400, wait_for="main")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.locator(".ig-menu summary").click()
    page.locator(f".ig-languages button[lang={CODE}]:visible").click()

    page.wait_for_selector(f"html[lang={CODE}]")
    expect(page.locator("h1")).to_contain_text("⟦")
