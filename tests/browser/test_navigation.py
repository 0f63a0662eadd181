"""From page to page by the navigation alone, and how far a first-time user has to go."""

import re
from collections import deque
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from playwright.sync_api import expect
from polling import let_in, until

from tests.browser.states import THERE

FEWEST = 3  # clicks
HEADING = "#rendered_cells :is(h1, h2)"


def go(page, *names):
    """Click one link of the navigation after the other."""
    for name in names:
        page.get_by_role("navigation").get_by_role("link", name=name, exact=True).first.click()
        page.wait_for_selector(THERE)


def test_home_patient_report_trial_lesson_home_by_the_navigation_alone(visitor, page_of):
    page = visitor.open(page_of("00_start_here"), wait_for=THERE)

    titles = []
    for way in (("Patient",), ("Reports",), ("Trial",), ("Teach", "2 How does each arm dose?")):
        go(page, *way)
        titles.append(page.title().removesuffix(" · IgM-FAT"))
        assert page.locator(".ig-tabs [aria-current=page]").text_content() == titles[-1]
        assert page.locator("aside.ig-notice").count() == 1
        visible = page.get_by_text(re.compile("Not for treatment decisions")).locator(
            "visible=true"
        )
        assert visible.count() == 1
    page.locator(".ig-brand").click()
    page.wait_for_selector(THERE)

    assert titles == [
        "First dose",
        "Patient report",
        "Simulate a trial",
        "2 How does each arm dose?",
    ]
    assert urlsplit(page.url).path == "/home"
    assert visitor.complaints == []


def test_what_comes_next_stands_at_the_end_of_each_lesson_and_report(visitor, page_of):
    page = visitor.open(page_of("50_workshop_eligibility"), wait_for=THERE)
    onward = page.locator(".ig-onward a")

    onward.click()
    expect(page).to_have_title("2 How does each arm dose? · IgM-FAT")
    page.goto(page_of("53_workshop_trial"))
    page.wait_for_selector(THERE)
    onward.click()
    expect(page).to_have_title("IgM-FAT protocol explorer")
    page.goto(page_of("90_patient_report"))
    page.wait_for_selector(THERE)
    page.locator(".ig-case-link a").wait_for()
    onward.click()
    expect(page.locator(".ig-strip-who b").first).to_have_text("EXAMPLE-1")  # the report's own case
    expect(page.get_by_text("The case of the report is open.")).to_be_visible()
    assert not set("#?") & set(page.url)  # no value of a patient in an address
    edit = page.get_by_role("button", name="Edit", exact=True)
    edit.click()
    drawn = page.get_by_label("First titre drawn on, at").locator("visible=true").first
    drawn.fill("2026-03-27 06:30")
    drawn.press("Tab")
    until(page, "sessionStorage.getItem('igmfat-case/1:tab').includes('06:30')")
    page.goto(page_of("90_patient_report"))
    page.locator(".ig-case-link a").click()
    edit.click()
    expect(drawn).to_have_value(re.compile("06:30"))  # of the same case nothing goes
    keep = 'sessionStorage.setItem(\'igmfat-case/1:tab\', \'{"value": "other", "at": ""}\')'
    page.goto(page_of("90_patient_report"))
    page.locator(".ig-case-link a").wait_for()
    page.evaluate(keep)
    for keys in ([], ["Control"]):
        with page.context.expect_page() as opened:
            page.locator(".ig-case-link a").click(modifiers=keys)
        expect(opened.value.locator(".ig-strip-who b").first).to_have_text("EXAMPLE-1")
        opened.value.close()
    assert "other" in page.evaluate("sessionStorage.getItem('igmfat-case/1:tab')")


class Links(HTMLParser):
    """Addresses that a page leads to."""

    def __init__(self, at):
        super().__init__()
        self.at, self.to = at, []

    def handle_starttag(self, tag, attrs):
        if tag == "a" and dict(attrs).get("href"):
            self.to.append(urljoin(self.at, dict(attrs)["href"]))


@pytest.fixture(scope="module")
def site(server_of):
    """Where the server opens, and a page's links as it sends them to somebody who has just come."""
    start = server_of("40_dashboard").address
    opener = build_opener(HTTPCookieProcessor())
    with opener.open(start, timeout=120) as answer:
        let_in(opener, start, answer.read().decode())

    @cache
    def links(at):
        with opener.open(at, timeout=120) as answer:  # fails where there is no such page
            page = Links(at)
            page.feed(answer.read().decode())
        return page.to

    return start, links


def clicks(site, is_there):
    """Fewest clicks from what the server opens to an address that is meant."""
    start, links = site
    far, ahead = {start: 0}, deque([start])
    while ahead:
        at = ahead.popleft()
        for to in links(at.partition("#")[0]):
            if to.startswith(start) and to not in far:
                far[to] = far[at] + 1
                if is_there(to):
                    return far[to]
                ahead.append(to)
    return None


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("the sample size", "#Sample-size"),
        ("a lesson", "50_workshop_eligibility"),
        ("the source of the target", "01_protocol_card"),
        ("the glossary", "02_glossary"),
        ("a report", "90_patient_report"),
    ],
)
def test_a_first_time_user_finds_it_in_three_clicks_or_less(site, wanted, place):
    assert clicks(site, lambda at: place in at) <= FEWEST, wanted


@pytest.mark.full
def test_no_link_of_a_page_is_broken_and_none_leads_away(site):
    start, links = site
    pages, ahead = {}, [start]

    while ahead:
        at = ahead.pop()
        if at not in pages:
            pages[at] = links(at)
            ahead += [to.partition("#")[0] for to in pages[at] if to.startswith(start)]

    assert len(pages) > 15  # every address was opened: one that is not there raises
    ours = [links for at, links in pages.items() if "/manual/" not in at]  # it names its sources
    away = {to for links in ours for to in links if not to.startswith((start, "data:"))}
    assert away == set()
