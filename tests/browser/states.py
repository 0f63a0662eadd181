"""Every page of ours in each of its states, as the tests look at them and as pictures are taken.

A state is what a person does first; where a page has no such control, it has no such state.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, expect
from polling import until

from igmfat_nb.pages.contents import PAGES, START

EXAMPLE = re.compile("synthetic patient|example", re.IGNORECASE)
READY = "body[data-ig-ready]"
#: As a still page has it, which has nothing to wait for.
THERE = f"{READY}, main.ig-home"


def settle(page: Page) -> None:
    """Wait until nothing is loading and nothing is waited for."""
    expect(page.locator("#loading")).to_have_count(0)
    until(page, "!document.querySelector('#rendered_cells')?.matches('[aria-busy=true]')")
    page.wait_for_timeout(600)


def fill(page: Page) -> bool:
    """Press what fills the page with an example; whether there is such a button."""
    buttons = page.locator("#rendered_cells").get_by_role("button", name=EXAMPLE)
    shown = [button for button in buttons.all() if button.is_visible() and button.is_enabled()]
    if shown:
        shown[0].click()
    return bool(shown)


def refuse(page: Page) -> bool:
    """Type a weight that cannot be right; whether there is a field for it."""
    fields = page.get_by_role("textbox", name=re.compile("^Weight"))
    shown = [field for field in fields.all() if field.is_visible() and field.is_editable()]
    if shown:
        shown[0].fill("7120")
        shown[0].press("Enter")
    return bool(shown)


def answer_wrongly(page: Page) -> bool:
    """Answer the first question of a lesson, and not well; whether there is a question."""
    checks = page.get_by_role("button", name="Check", exact=True)
    shown = [button for button in checks.all() if button.is_visible()]
    if not shown:
        return False
    typed = page.locator("#rendered_cells input[type=text]:visible").first
    choices = page.locator("#rendered_cells :is(input[type=radio], input[type=checkbox])")
    if choices.count():
        choices.last.check()
    elif typed.count():
        typed.fill("1")
    shown[0].click()
    return True


def run_a_trial(page: Page) -> bool:
    """Run a small virtual trial to its end; whether there is one to run."""
    button = page.locator(".ig-run:visible")
    if not button.count():
        return False
    for label, text in {"Patients": "60", "Trials": "12"}.items():
        field = page.get_by_label(label, exact=True)
        field.fill(text)
        field.press("Enter")
    button.click()
    expect(page.locator(".ig-page table.ig-arms").first).to_be_visible(timeout=60_000)
    return True


@dataclass(frozen=True)
class State:
    """What a person has done with a page."""

    name: str
    act: Callable[[Page], bool]


STATES = (
    State("empty", lambda _page: True),
    State("filled", fill),
    State("refused", refuse),
    State("wrong", answer_wrongly),
    State("finished", run_a_trial),
)
NOTEBOOKS = (START, *dict.fromkeys(one.notebook for one in PAGES))


def states_of(page: Page) -> Iterator[str]:
    """Go through the states that a page has, one after another; gives their names as reached."""
    for state in STATES:
        if state.act(page):
            settle(page)
            yield state.name
