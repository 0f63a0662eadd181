"""What a tab and a browser remember of a patient: a dead kernel, a reload, two tabs on one case."""

import json

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect
from polling import until

from igmfat_nb.cli import main

DESK = ".ig-desk button"
WHO = ".ig-who b"
DEAD = ".ig-trouble"


@pytest.fixture
def address(server_of):
    return server_of("40_dashboard").address


def open_page(visitor, address):
    return visitor.open(address, wait_for=DESK)


STROKE = """(field, text) => {
    field.value = text;
    for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }));
}"""


def enter(page, label, text):
    field = page.get_by_label(label, exact=True).first
    field.fill(text)
    field.press("Enter")


def menu(page, label):
    page.get_by_role("button", name="Case ▾").click()
    page.get_by_role("button", name=label, exact=True).click()


def kill_kernel(page):
    session = json.loads(page.locator("#jupyter-config-data").text_content())
    page.evaluate(
        "([base, id]) => fetch(`${base}voila/api/shutdown/${id}`, { method: 'POST' })",
        [session["baseUrl"], session["kernelId"]],
    )


def test_what_was_typed_survives_a_dead_kernel_in_this_tab_alone(visitor, address):
    page = open_page(visitor, address)
    enter(page, "Pseudonym", "TAB-1")
    enter(page, "Weight, actual", "81")
    expect(page.locator(".ig-card.ig-std .ig-big")).to_have_text("405 mL today")

    kill_kernel(page)
    expect(page.locator(DEAD)).to_contain_text("It cannot be saved yet: the sex, the age")
    expect(page.locator(DEAD).get_by_role("button")).to_have_count(1)  # no file of half a case
    page.reload()

    page.wait_for_selector(DESK)
    expect(page.locator(WHO)).to_have_text("TAB-1")
    expect(page.get_by_label("Weight, actual", exact=True)).to_have_value("81")
    expect(page.locator(".ig-restored")).to_contain_text("Only this tab remembers it")
    assert page.evaluate("localStorage.length") == 0
    other = open_page(visitor, address)
    expect(other.locator(WHO)).to_have_text("No patient yet")

    menu(page, "New patient")
    page.locator("dialog[open]").get_by_role("button", name="Do not save").click()
    expect(page.locator(WHO)).to_have_text("No patient yet")
    assert page.evaluate("sessionStorage.length") == 0


def saved(page, button, path):
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    assert download.value.suggested_filename == "plain-eligible.json"
    download.value.save_as(path)
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("last", ["", "77"], ids=["all answered", "a stroke unanswered"])
def test_a_dead_kernel_s_page_saves_what_save_would_have(visitor, address, tmp_path, last):
    page = open_page(visitor, address)
    page.get_by_role("button", name="Fill in a synthetic patient").click()
    expect(page.locator(WHO)).to_have_text("plain-eligible")
    enter(page, "Weight, actual", "91.5")
    expect(page.locator(".ig-who")).to_contain_text("91.5 kg")
    alive = saved(page, "Save", tmp_path / "alive.json")

    weight = page.get_by_label("Weight, actual", exact=True).first.element_handle()
    kill_kernel(page)
    if last:
        weight.evaluate(STROKE, last)  # also where the page is locked by then
    expect(page.locator(DEAD)).to_contain_text("kept in this tab only")
    lacks = page.locator(DEAD).get_by_text("The file lacks what you typed last.")
    expect(lacks).to_have_count(1 if last else 0)
    dead = saved(page, "Save what was entered", tmp_path / "dead.json")

    assert dead == alive
    assert json.loads(dead)["weight_kg"] == 91.5
    answer = CliRunner().invoke(main, ["next", str(tmp_path / "dead.json"), "--json"])
    assert answer.exit_code == 0, answer.output
    page.get_by_role("button", name="Start again with what was entered").click()
    page.wait_for_selector(DESK)
    expect(page.get_by_label("Weight, actual", exact=True).first).to_have_value(last or "91.5")


def test_the_second_tab_on_a_case_is_told_and_chooses(visitor, address):
    first = open_page(visitor, address)
    first.get_by_role("button", name="Fill in a synthetic patient").click()
    expect(first.locator(WHO)).to_have_text("plain-eligible")
    first.get_by_role("button", name="Case ▾").click()
    first.get_by_label("Keep this case in this browser").check()
    until(first, "localStorage.length === 1")

    second = open_page(visitor, address)
    expect(second.locator(WHO)).to_have_text("plain-eligible")
    bar = second.locator(".ig-tabs-bar")
    expect(bar).to_contain_text("plain-eligible is open in another tab too.")
    kept = first.evaluate("Object.values(localStorage)[0]")
    enter(second, "Weight, actual", "99")
    expect(second.locator(".ig-card.ig-std .ig-big")).to_have_text("495 mL today")
    assert first.evaluate("Object.values(localStorage)[0]") == kept  # nothing is overwritten

    bar.get_by_role("button", name="Go on here").click()
    until(first, "Object.values(localStorage)[0].includes('99')")
    told = first.locator(".ig-tabs-bar")
    expect(told).to_contain_text("goes on in another tab")
    enter(first, "Weight, actual", "77")
    expect(first.locator(".ig-card.ig-std .ig-big")).to_have_text("385 mL today")
    assert "99" in second.evaluate("Object.values(localStorage)[0]")
