"""A picture of every page of ours: in each of its states, at both widths, light, dark and on paper.

    python tests/browser/pictures.py FOLDER [PAGE ...]

writes FOLDER/PAGE-STATE-WIDTH[-dark].png and FOLDER/PAGE-STATE.pdf. PAGE is the name of a notebook,
or a part of one.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]  # what tests share

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from tests.browser.everyone import VIEWS, look_at  # noqa: E402
from tests.browser.states import NOTEBOOKS, THERE, settle, states_of  # noqa: E402

ROOT = Path(__file__).parent.parent.parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")


@contextmanager
def served() -> Iterator[str]:
    """Address of a server of our own."""
    command = [sys.executable, "-m", "igmfat_nb", "dashboard", "--no-browser", "--json"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(server.stdout.readline())["address"]
    finally:
        server.terminate()
        server.wait(120)


def take(page: Page, folder: Path, name: str) -> None:
    """Each view of a page as it stands."""
    for width, colours in VIEWS:
        look_at(page, width, colours)
        settle(page)
        ending = "-dark" if colours == "dark" else ""
        page.screenshot(path=folder / f"{name}-{width}{ending}.png", full_page=True)
    look_at(page, 1280)
    page.pdf(path=folder / f"{name}.pdf", prefer_css_page_size=True)
    print(name, flush=True)


def main(folder: Path, wanted: list[str]) -> None:
    """Take all pictures, or those of the pages that were asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [one for one in NOTEBOOKS if not wanted or any(part in one for part in wanted)]
    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)))
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for name in names:
            context = browser.new_context(locale="en-GB", reduced_motion="reduce")
            page = context.new_page()
            page.goto(f"{address}{name}.ipynb")
            page.wait_for_selector(THERE)
            for state in states_of(page):
                take(page, folder, f"{name}-{state}")
            page.close(run_before_unload=True)  # its kernel ends, and its seat is free
            context.close()
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit("Name a folder: pictures.py FOLDER [PAGE ...]")
    main(Path(sys.argv[1]), sys.argv[2:])
