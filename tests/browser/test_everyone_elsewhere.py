"""For everyone, too: pages at the door, a class, what went wrong, and what is kept as a file."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from polling import until

from igmfat_nb.reports.trial_document import trial_document
from igmfat_nb.widgets.trial.model import TrialModel
from igmfat_nb.workshop.class_page import class_html
from igmfat_nb.workshop.classroom import Classroom
from tests.browser.everyone import ask, barriers, skipped_by_tab, too_wide
from tests.browser.states import THERE

ROOT = Path(__file__).parent.parent.parent
CASE = ROOT / "igmfat_nb" / "reports" / "example_case.json"
COHORT = ROOT / "igmfat_nb" / "reports" / "example_cohort.csv"


def shuts_nobody_out(page):
    assert barriers(page) == []
    assert too_wide(page) == []
    assert skipped_by_tab(page) == []
    assert ask(page, "unseenFocus") == []


def test_a_page_that_is_not_there_leads_home(visitor, page_of):
    page = visitor.open(page_of("no_such_page"), wait_for="main")

    shuts_nobody_out(page)
    page.get_by_role("link", name="Back to the start").click()
    page.wait_for_selector(".ig-doors")


def test_the_log_in_has_the_frame_and_names_no_page_and_behind_it_all_is_below_the_prefix(
    visitor, server_of
):
    server = server_of("40_dashboard", "--base-url", "/igm/", "--allowed-host", "ward.example")
    page = visitor.open(server.address.partition("?")[0], wait_for="#secret")

    shuts_nobody_out(page)
    assert page.locator("aside.ig-notice").count() == 1
    assert page.locator(".ig-groups, .ig-menu").count() == 0
    page.goto(server.address)
    page.wait_for_selector(THERE)
    page.locator(".ig-brand").click()
    page.wait_for_selector(".ig-doors")
    assert page.url.endswith("/igm/home")
    there = page.locator("a[href]").evaluate_all("all => all.map((one) => one.pathname)")
    assert all(path.startswith("/igm/") for path in there)


def test_a_dead_session_is_said_to_everybody(visitor, page_of):
    page = visitor.open(page_of("40_dashboard"), wait_for=THERE)
    kernel = page.evaluate(
        "JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId"
    )

    page.request.post(f"{page.url.rpartition('/')[0]}/voila/api/shutdown/{kernel}")
    page.wait_for_selector(".ig-trouble")

    assert barriers(page) == []
    bar = page.locator(".ig-trouble")
    assert bar.locator("b").inner_text() == "This session has ended."
    assert "Nothing was entered that could be saved." in bar.inner_text()
    assert bar.get_by_role("button").all_inner_texts() == ["Reload"]


def test_a_class_is_for_everyone_and_its_navigation_leads_to_its_own_pages(visitor, started):
    with started("workshop", "serve", "--seats", "3") as opened:
        page = visitor.open(opened["address"], wait_for="#code")
        shuts_nobody_out(page)
        page.get_by_label("Join code").fill(opened["code"])
        page.get_by_role("button", name="Join").click()
        page.wait_for_selector(".ig-lessons")
        shuts_nobody_out(page)
        groups = page.locator(".ig-groups a").all_inner_texts()
        page.locator(".ig-groups").get_by_role("link", name="Evidence").click()
        page.wait_for_selector(THERE)
        page.locator(".ig-brand").click()
        page.wait_for_selector(".ig-lessons")
        page.goto(opened["trainer"])
        page.wait_for_selector("#seats tbody", state="attached")
        shuts_nobody_out(page)

    assert groups == ["Patient", "Trial", "Teach", "Evidence"]


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    """What people keep: reports, a class's slides, handouts, key and picture."""
    folder = tmp_path_factory.mktemp("documents")
    for given, name in ((CASE, "patient.html"), (COHORT, "cohort.html")):
        run("report", str(given), "--out", str(folder / name))
    trial = TrialModel(patients="60", replicates="12")
    trial.run()
    (folder / "trial.html").write_text(trial_document(trial.finished), encoding="utf-8")
    run("workshop", "pack", "--out", str(folder / "pack.zip"))
    with zipfile.ZipFile(folder / "pack.zip") as pack:
        pack.extractall(folder)
    (folder / "class.html").write_text(class_html(Classroom().picture()), encoding="utf-8")
    return folder


def run(*words):
    command = [sys.executable, "-m", "igmfat_nb", *words]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


@pytest.mark.full
@pytest.mark.parametrize(
    "name",
    [
        "patient.html",
        "cohort.html",
        "trial.html",
        "key/51_workshop_dosing.html",
        "slides/50_workshop_eligibility.html",
        "slides/opening.html",
        "handout/standard.html",
        "handout/personalised.html",
        "handout/timetable.html",
        "class.html",
    ],
)
def test_a_document_shuts_nobody_out(browser, documents, name):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto((documents / name).as_uri())
    until(page, "document.readyState === 'complete'")

    assert barriers(page) == []
    if not name.startswith("slides"):  # scaled to the window, not broken into lines
        assert too_wide(page) == []
    context.close()
