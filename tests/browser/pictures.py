"""A picture of every page of ours: in each of its states, at both widths, light, dark and on paper.

    python tests/browser/pictures.py FOLDER [PAGE ...]

writes FOLDER/PAGE-STATE-WIDTH[-dark|-forced].png and FOLDER/PAGE-STATE.pdf. PAGE is the name of a
notebook, or a part of one; class_trainer is the trainer's page, with one who answered wrongly; home
the start, log-in the page of who has to log in, waiting that of a visitor without a seat.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]  # what tests share

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from igmfat_nb.server.password import hash_of, write_hash  # noqa: E402
from igmfat_nb.server.processes import end_server  # noqa: E402
from tests.browser.everyone import VIEWS, look_at  # noqa: E402
from tests.browser.states import NOTEBOOKS, THERE, settle, states_of  # noqa: E402

ROOT = Path(__file__).parent.parent.parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CLASS = "class_trainer"
HOME, LOG_IN, WAITING = "home", "log-in", "waiting"
PASSWORD = "pictures of every page"  # of a server that ends with its pictures
FROM_ELSEWHERE = {"X-Forwarded-For": "192.0.2.1"}  # as a proxy says; who sits here needs no log-in
PATIENCE_MS = 180_000
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")


@contextmanager
def served(*words: str) -> Iterator[dict[str, Any]]:
    """What a server of our own says first: its addresses."""
    command = [sys.executable, "-m", "igmfat_nb", *words, "--json"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(server.stdout.readline())
    finally:
        end_server(server, within_s=120)


def new_page(browser: Browser) -> Page:
    """A reader's page that has all the time it needs."""
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


def take(page: Page, folder: Path, name: str) -> None:
    """Each view of a page as it stands."""
    for width, colours in VIEWS:
        look_at(page, width, colours)
        settle(page)
        ending = "-dark" if colours == "dark" else ""
        page.screenshot(path=folder / f"{name}-{width}{ending}.png", full_page=True)
    page.emulate_media(color_scheme="light", forced_colors="active")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.screenshot(path=folder / f"{name}-1280-forced.png", full_page=True)
    page.emulate_media(forced_colors="none")
    look_at(page, 1280)
    page.pdf(path=folder / f"{name}.pdf", prefer_css_page_size=True)
    print(name, flush=True)


def take_pages(browser: Browser, folder: Path, names: list[str]) -> None:
    """Each page in each of its states."""
    with served("dashboard", "--no-browser") as server:
        for name in names:
            page = new_page(browser)
            page.goto(f"{server['address']}{HOME if name == HOME else f'{name}.ipynb'}")
            page.wait_for_selector(THERE)
            for state in states_of(page):
                take(page, folder, f"{name}-{state}")
            page.close(run_before_unload=True)  # its kernel ends, and its seat is free
            page.context.close()


def take_class(browser: Browser, folder: Path) -> None:
    """A trainer's page, before anybody came and after somebody answered wrongly."""
    with served("workshop", "serve", "--seats", "8") as server:
        trainer = new_page(browser)
        trainer.goto(server["trainer"])
        trainer.wait_for_selector("#seats tbody", state="attached")
        take(trainer, folder, f"{CLASS}-empty")
        page = new_page(browser)
        page.goto(server["join_address"])
        page.get_by_role("button", name="Join").click()
        page.get_by_role("link", name="How does each arm dose?").click()
        page.get_by_label("Show my answers to the trainer").check()
        page.get_by_label("Your answer").fill("60")  # grams in three days
        page.get_by_role("button", name="Check").click()
        trainer.locator(".ig-class-table tbody .ig-seat[data-sign='wrong']").first.wait_for()
        take(trainer, folder, f"{CLASS}-wrong")
        page.close(run_before_unload=True)


def take_doors(browser: Browser, folder: Path) -> None:
    """The log-in, a wrong password, and a visitor for whom no seat is left."""
    with TemporaryDirectory() as place:
        file = Path(place) / "password"
        write_hash(file, hash_of(PASSWORD))
        options = ("--seats", "1", "--trust-proxy", "--password-file", str(file))
        with served("dashboard", "--no-browser", *options) as server:
            page = new_page(browser)
            page.context.set_extra_http_headers(FROM_ELSEWHERE)
            page.goto(server["address"])
            secret = page.locator("#secret")
            secret.wait_for()
            take(page, folder, f"{LOG_IN}-empty")
            secret.fill("wrong")
            secret.press("Enter")
            page.get_by_role("alert").wait_for()
            take(page, folder, f"{LOG_IN}-refused")
            secret.fill(PASSWORD)
            secret.press("Enter")
            page.wait_for_selector(THERE)
            other = page.context.new_page()
            other.goto(server["address"])
            other.get_by_role("link", name="Reload").wait_for()
            take(other, folder, f"{WAITING}-empty")
            page.context.close()


def main(folder: Path, wanted: list[str]) -> None:
    """Take all pictures, or those of the pages that were asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    every = (HOME, *NOTEBOOKS, CLASS, LOG_IN, WAITING)
    names = [one for one in every if not wanted or any(part in one for part in wanted)]
    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        if pages := [name for name in names if name in (HOME, *NOTEBOOKS)]:
            take_pages(browser, folder, pages)
        if CLASS in names:
            take_class(browser, folder)
        if {LOG_IN, WAITING} & {*names}:
            take_doors(browser, folder)
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit("Name a folder: pictures.py FOLDER [PAGE ...]")
    main(Path(sys.argv[1]), sys.argv[2:])
