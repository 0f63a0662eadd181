"""A whole class on this machine: thirty page sessions, and some of them in a real browser.

    python benchmarks/workshop.py --seats 30 --browsers 6

Each session joins, opens lesson 51, answers three questions and changes the
explorer's inputs. The first part speaks as a page does, without drawing it; the
second opens the lesson in Chromium, one empty profile a participant, all at once.
"""

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import time

import numpy as np
from playwright.async_api import Browser, async_playwright

from igmfat_nb.server.rehearse import cores, rehearse

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PATIENCE_MS = 240_000
TARGET_S = 2.0


async def participant(browser: Browser, opened: dict, number: int) -> tuple[float, list[float]]:
    """One participant in Chromium: seconds to the lesson, and from each answer to its feedback."""
    context = await browser.new_context()
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(opened["join_address"])
    await page.get_by_role("button", name="Join").click()
    began = time.perf_counter()
    await page.get_by_role("link", name="How does each arm dose?").click()
    await page.get_by_text("Question 8 of 8").wait_for()
    ready_s = time.perf_counter() - began
    answers_s = []
    for question in (1, 2, 3):
        card = page.locator(".ig-card", has_text=f"Question {question} of 8").first
        await card.get_by_label("Your answer").fill(str(1000 + number))
        began = time.perf_counter()
        await card.get_by_role("button", name="Check").click()
        await card.get_by_text(f"{1000 + number:,}").first.wait_for()
        answers_s.append(time.perf_counter() - began)
        await asyncio.sleep(2)
    await context.close()
    return ready_s, answers_s


async def in_chromium(opened: dict, browsers: int) -> list[tuple[float, list[float]]]:
    """All of them at once."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS
        )
        people = (participant(browser, opened, number) for number in range(browsers))
        return list(await asyncio.gather(*people))


def main() -> None:
    """Print both parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seats", type=int, default=30)
    parser.add_argument("--browsers", type=int, default=6)
    asked = parser.parse_args()
    print(f"cores: {cores()}")
    if asked.seats:
        for name, value in rehearse(asked.seats).record().items():
            print(f"{name}: {value}")
    if not asked.browsers:
        return
    command = [sys.executable, "-m", "igmfat_nb", "workshop", "serve", "--json"]
    server = subprocess.Popen(
        [*command, "--seats", str(asked.browsers)], stdout=subprocess.PIPE, text=True
    )
    try:
        found = asyncio.run(in_chromium(json.loads(server.stdout.readline()), asked.browsers))
    finally:
        server.terminate()
        server.wait()
    answers = [seconds for _ready, seconds_of_one in found for seconds in seconds_of_one]
    print(f"in Chromium: {asked.browsers} participants, none lost")
    print(f"lesson ready: median {np.median([one[0] for one in found]):.1f} s")
    p95 = np.quantile(answers, 0.95)
    print(f"answer to feedback: median {np.median(answers):.2f} s, p95 {p95:.2f} s")
    print(f"target {TARGET_S:g} s: {'met' if p95 < TARGET_S else 'missed'}")


if __name__ == "__main__":
    main()
