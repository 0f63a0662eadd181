"""The switch of the frame: by keyboard, in place, and nothing that was entered is lost."""

import pytest
from playwright.sync_api import expect
from translations.altered import CODE

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
    link = page.locator(f".ig-languages a[hreflang={code}]").first
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
    assert page.locator(f".ig-languages a[hreflang={CODE}]").first.get_attribute("aria-current")

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


def test_on_a_phone_the_switch_stands_in_the_menu_and_covers_nothing(visitor, address):
    page = visitor.open(f"{address}home", width=400, wait_for="main")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.locator(".ig-menu summary").click()
    page.locator(f".ig-languages a[hreflang={CODE}]:visible").click()

    page.wait_for_selector(f"html[lang={CODE}]")
    expect(page.locator("h1")).to_contain_text("⟦")
