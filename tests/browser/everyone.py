"""What shuts a reader out, asked of a page as it stands; ``everyone.js`` looks."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

LOOKS = (
    files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"),
    (Path(__file__).parent / "everyone.js").read_text(encoding="utf-8"),
)
VIEWS = ((1280, "light"), (1280, "dark"), (400, "light"), (400, "dark"))
DRAWN_MS = 600
NARROW = 320  # pixels; also what 400 % of a 1280 pixel window leaves


def ask(page: Page, question: str) -> Any:
    """Ask a page, by the developer's door: no script of the page, so no policy of it asks."""
    if not page.evaluate("'everyone' in window"):
        for script in LOOKS:
            page.evaluate(script)
    return page.evaluate(f"everyone.{question}()")


def look_at(page: Page, width: int, colours: Any = "light") -> None:
    """Turn a page to a width and to light or dark."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=colours)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def barriers(page: Page) -> list[str]:
    """What axe finds that is more than minor, at both widths, light and dark."""
    found = []
    for width, colours in VIEWS:
        look_at(page, width, colours)
        found += [f"{width} {colours} {one}" for one in ask(page, "barriers")]
    look_at(page, 1280)
    return found


def too_wide(page: Page) -> list[str]:
    """What stands out of a narrow window, so that the page scrolls sideways."""
    look_at(page, NARROW)
    found: list[str] = ask(page, "tooWide")
    look_at(page, 1280)
    return found


def skipped_by_tab(page: Page) -> list[str]:
    """What Tab does not reach in the order of the document, from the top to the end."""
    if page.locator("svg a").count():
        page.wait_for_timeout(DRAWN_MS)  # a figure brings its links anew with its width
    names: list[str] = ask(page, "tabbable")
    ask(page, "toTheTop")
    for at, name in enumerate(names):
        page.keyboard.press("Tab")
        while ask(page, "inFigure"):
            page.keyboard.press("Tab")
        if (here := ask(page, "here")) != str(at):
            return [f"{at} {name}: Tab is at {here}"]
    return []
