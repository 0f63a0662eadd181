"""A clinician's path and a lesson, read in Italian: other words, the same numbers."""

import re
from collections import Counter

import pytest
from playwright.sync_api import expect

from igmfat_nb.language import _, reading
from tests.browser.states import THERE, settle

LANGUAGES = ("en", "it")
BODY = {"Age": "64", "Height": "175", "Weight, actual": "80,5", "Serum IgM": "38"}
SHARE = {"en": "30.5 %", "it": "30,5 %"}
NUMBER = re.compile(r"[0-9][0-9.,]*[0-9]|[0-9]")


def numbers(text, code):
    """Every number of a text, without the signs of its language."""
    decimal, thousands = (",", ".") if code == "it" else (".", ",")
    found = (number.replace(thousands, "").replace(decimal, ".") for number in NUMBER.findall(text))
    return Counter(float(number) for number in found)


def told(page):
    """What stands on the page once nothing changes any more."""
    seen = [""]
    for _look in range(10):
        settle(page)
        seen.append(page.locator("#rendered_cells").inner_text())
        if seen[-1] == seen[-2]:
            break
    return seen[-1]


def clinician(page, code):
    """What stands on the page after each thing that a clinician does."""

    def button(sentence):
        return page.get_by_role("button", name=_(sentence), exact=True).locator("visible=true")

    def enter(label, text):
        field = page.get_by_label(_(label), exact=True).locator("visible=true").first
        field.fill(text)
        field.press("Enter")

    yield told(page)
    enter("Pseudonym", "SIM-8")
    button("Male").first.click()
    button("mg/dL").first.click()
    for label, text in BODY.items():
        enter(label, text)
    enter("Haematocrit", SHARE[code])
    expect(page.locator(".ig-card.ig-per .ig-big")).to_contain_text("mL")
    expect(page.locator(".ig-strongest dd")).to_have_count(3)  # a moment after the doses
    yield told(page)
    enter("Weight, actual", "1.234,5")  # a thousands separator: refused in every language
    expect(page.locator(".ig-err:visible").first).to_be_visible()
    enter("Weight, actual", "1250")
    yield told(page)
    enter("Weight, actual", "80")
    button("Follow the course →").click()
    page.locator(".ig-record").get_by_role("button", name=_("Titre"), exact=True).click()
    enter("Drawn", "24")
    enter("IgM measured", "79")
    button("Add titre").click()
    expect(page.locator(".ig-days-table tbody tr:not(.ig-soft-row)")).to_have_count(2)
    expect(page.locator(".ig-strongest:visible dd")).to_have_count(3)
    yield told(page)


def lesson(page, _code):
    """A question answered wrong, then right, and the next one."""
    for answer, button in (("25", "Check"), ("20", "Check again")):
        page.locator(".ig-quest input").fill(answer)
        page.get_by_role("button", name=_(button), exact=True).click()
        yield told(page)
    page.locator(".ig-step").nth(1).click()
    yield told(page)


@pytest.mark.parametrize(
    ("name", "path"), [("40_dashboard", clinician), ("51_workshop_dosing", lesson)]
)
def test_italian_says_the_same_numbers_in_other_words(browser, page_of, name, path):
    seen = {}
    for code in LANGUAGES:
        context = browser.new_context(locale=code, reduced_motion="reduce")
        page = context.new_page()
        page.goto(page_of(name))
        page.wait_for_selector(THERE)
        with reading(code):
            seen[code] = list(path(page, code))
        assert page.evaluate("document.documentElement.lang") == code
        context.close()

    for english, italian in zip(seen["en"], seen["it"], strict=True):
        assert numbers(italian, "it") == numbers(english, "en")
        assert italian != english
