"""Steps through a lesson in a browser, in one of the session's or in one apart."""

from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


def at_question(page, number):
    """Walk to a question and return its card."""
    page.get_by_role("button", name=f"Question {number},").click()
    page.locator(f".ig-title:has-text('Question {number} of')").wait_for()
    return page.locator(".ig-quest")


def in_one_browser(chromium, play, patience_s):
    """Play in a thread of its own: another test's browser may still be open in this one."""

    def played():
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            context = browser.new_context()
            page = context.new_page()
            page.set_default_timeout(1000 * patience_s)
            play(page)
            page.goto("about:blank")
            page.wait_for_timeout(500)
            browser.close()

    with ThreadPoolExecutor(1) as aside:
        aside.submit(played).result()
