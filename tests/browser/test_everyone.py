"""For everyone: no page shuts out who cannot see, point, or afford a wide window."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.everyone import ask, barriers, look_at, skipped_by_tab, too_wide
from tests.browser.states import NOTEBOOKS, THERE, states_of

#: One page of each kind; the others where there is more time.
EACH_KIND = ("40_dashboard", "51_workshop_dosing", "90_patient_report")


@pytest.mark.parametrize(
    "name",
    [
        name if name in EACH_KIND else pytest.param(name, marks=pytest.mark.full)
        for name in NOTEBOOKS
    ],
)
def test_a_page_shuts_nobody_out_in_any_of_its_states(visitor, page_of, name):
    page = visitor.open(page_of(name), wait_for=THERE)

    for state in states_of(page):
        assert barriers(page) == [], state
        assert too_wide(page) == [], state
        assert skipped_by_tab(page) == [], state
        assert ask(page, "unseenFocus") == [], state


@pytest.mark.parametrize("name", ["40_dashboard", "10_eligibility", "50_workshop_eligibility"])
def test_colours_of_the_reader_s_own_keep_what_is_chosen(browser, page_of, name):
    context = browser.new_context(forced_colors="active", reduced_motion="reduce")
    page = context.new_page()
    page.goto(page_of(name))
    page.wait_for_selector(THERE)
    male = page.get_by_role("button", name="Male", exact=True)
    if male.count():
        male.first.click()
        expect(male.first).to_have_attribute("aria-pressed", "true")

    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert ask(page, "unseenChoice") == []
    assert page.locator(".ig-groups [aria-current]").count() == 1
    context.close()


def test_on_a_phone_one_menu_leads_everywhere_and_escape_closes_it(visitor, page_of):
    page = visitor.open(page_of("21_individualised_dosing"), width=400, wait_for=THERE)
    menu = page.locator(".ig-menu")

    expect(page.locator(".ig-groups")).to_be_hidden()
    tab = page.locator(".ig-tabs [aria-pressed=true]")
    assert tab.evaluate("e => e.getBoundingClientRect().right <= innerWidth")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="4 What can a trial show?")).to_be_visible()
    expect(menu.get_by_role("link", name="Help")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    expect(menu.locator("nav")).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == "Menu"
    menu.locator("summary").click()
    menu.get_by_role("link", name="Protocol card").click()
    expect(page).to_have_title(re.compile("^Protocol card"))


def test_who_wants_no_motion_sees_none(browser, page_of):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(page_of("11_dose_calculator"))  # through the door, whose page leads on by itself
    page.wait_for_selector(THERE)
    page.goto(page_of("40_dashboard"), wait_until="commit")
    page.wait_for_selector("body")

    moving = "document.getAnimations().filter(({ playState }) => playState === 'running').length"
    for _look in range(20):
        assert page.evaluate(moving) == 0
        page.wait_for_timeout(50)
    context.close()


def test_dark_is_dark_and_paper_stays_white(visitor, page_of):
    page = visitor.open(page_of("40_dashboard"), wait_for=THERE)
    ground = "getComputedStyle(document.body).backgroundColor"

    look_at(page, 1280, "dark")
    assert page.evaluate(ground) == "rgb(15, 22, 29)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_the_footer_tells_the_time_by_the_reader_s_own_clock(browser, page_of):
    zone = ZoneInfo("Pacific/Chatham")  # a quarter of an hour apart from everybody
    context = browser.new_context(timezone_id=zone.key, locale="en-GB", reduced_motion="reduce")
    page = context.new_page()
    page.goto(page_of("11_dose_calculator"))
    page.wait_for_selector(THERE)

    before = datetime.now(zone)
    page.get_by_role("button", name="Fill in a synthetic patient").click()
    footer = page.locator(".ig-foot time")
    footer.wait_for()
    after = datetime.now(zone)

    told = re.search(r"(\d\d):(\d\d) GMT\+1[23]:45", footer.inner_text())
    assert told, footer.inner_text()
    assert f"{told[1]}:{told[2]}" in {f"{before:%H:%M}", f"{after:%H:%M}"}
    context.close()
