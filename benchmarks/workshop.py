"""A whole class on this machine: page sessions without drawing, and real windows in Chromium.

    python benchmarks/workshop.py --seats 30 --browsers 0       # undrawn, as `workshop rehearse`
    python benchmarks/workshop.py --seats 0 --browsers 30       # thirty real pages

In Chromium each participant has an empty profile. They arrive one after the other within
`--arrive` seconds, join, open lesson 51, and read for a while before each answer (`--think`, drawn
evenly from half to one and a half of it, seeded). Each answers three questions with a number that
nobody else types, opens the explorer, and changes its weight three times, again to a number of
their own. What is shown must be theirs: each field still holds what they typed, the feedback
repeats it, and the standard dose is five times their weight. A page that shows another's number is
mixed up; one that stops answering is lost. All stay until the last is done.

Browser and server share the machine, so a time holds the drawing of thirty windows as well.
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field

import numpy as np
from playwright.async_api import Browser, Error, Page, async_playwright

from igmfat_nb.server.processes import end_server
from igmfat_nb.server.rehearse import rehearse

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PATIENCE_MS = 240_000
TARGET_S = 2.0
ANSWERS, MOVES = 3, 3
OWN = re.compile(r"\b[1-9],\d{3}\.\d\b")  # how feedback repeats a number typed here


@dataclass
class Person:
    """What one participant saw."""

    number: int
    ready_s: float = float("nan")
    explorer_s: float = float("nan")
    answers_s: list[float] = field(default_factory=list)
    moves_s: list[float] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    lost: str = ""

    def expect(self, shown: str, mine: str) -> None:
        """Note what is not one's own."""
        if shown != mine:
            self.mixed.append(f"{shown} instead of {mine}")


async def attend(page: Page, person: Person, opened: dict, think: "Think") -> None:
    """Join, open the lesson, answer, explore."""
    await page.goto(opened["join_address"])
    await page.get_by_role("button", name="Join").click()
    began = time.perf_counter()
    await page.get_by_role("link", name="How does each arm dose?").click()
    await page.get_by_role("button", name="Question 8").wait_for()
    person.ready_s = time.perf_counter() - began
    for turn in range(ANSWERS):
        await think()
        await shown(page, turn)
        await answer(page, person, f"{1000 + 10 * person.number + turn}.5")
    await think()
    await shown(page, 0)
    await explore(page, person, think)
    for turn in range(ANSWERS):  # nothing of anybody else has come in meanwhile
        await shown(page, turn)
        field_now = await page.get_by_label("Your answer").input_value()
        person.expect(field_now, f"{1000 + 10 * person.number + turn}.5")


async def shown(page: Page, turn: int) -> None:
    """Walk to a question."""
    await page.get_by_role("button", name=f"Question {turn + 1}").click()
    await page.locator(f".ig-title:has-text('Question {turn + 1} of')").wait_for()


async def answer(card: Page, person: Person, mine: str) -> None:
    """Type, check, and read the feedback."""
    await card.get_by_label("Your answer").fill(mine)
    began = time.perf_counter()
    await card.get_by_role("button", name="Check").click()
    told = card.locator(".ig-fb")
    await told.wait_for()
    person.answers_s.append(time.perf_counter() - began)
    person.expect(" ".join(OWN.findall(await told.inner_text())), f"{float(mine):,.1f}")


async def explore(card: Page, person: Person, think: "Think") -> None:
    """Open the dose explorer below a question and change the weight."""
    began = time.perf_counter()
    await card.get_by_role("button", name="Explore this patient freely").click()
    weight = card.get_by_role("textbox", name=re.compile("^Weight")).first
    await weight.wait_for()
    person.explorer_s = time.perf_counter() - began
    dose = card.locator(".ig-big").first
    for step in range(MOVES):
        await think()
        kilograms = 50 + person.number + 33 * step
        before = await dose.inner_text()
        await weight.fill(str(kilograms))
        began = time.perf_counter()
        while (shown := await dose.inner_text()) == before:
            await asyncio.sleep(0.02)
            if time.perf_counter() - began > PATIENCE_MS / 1000:
                raise TimeoutError
        person.moves_s.append(time.perf_counter() - began)
        person.expect(shown.partition("mL")[0].strip(), f"{5 * kilograms:,}")


class Think:
    """Reading before typing: a seeded pause around a mean."""

    def __init__(self, mean_s: float, number: int) -> None:
        self.mean_s, self.rng = mean_s, np.random.default_rng(number)

    async def __call__(self) -> None:
        """Pause."""
        await asyncio.sleep(self.rng.uniform(0.5, 1.5) * self.mean_s)


async def participant(
    browser: Browser, opened: dict, number: int, options: argparse.Namespace, last: asyncio.Barrier
) -> Person:
    """One participant from arrival to leaving."""
    person = Person(number)
    await asyncio.sleep(options.arrive * number / options.browsers)
    context = await browser.new_context()
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    try:
        await attend(page, person, opened, Think(options.think, number))
        trouble = await page.evaluate("document.body.dataset.igTrouble || ''")
        person.lost = trouble and f"the page says {trouble}"
    except (Error, TimeoutError) as error:
        person.lost = str(error).partition("\n")[0] or type(error).__name__
    await last.wait()  # every seat stays taken until all are done
    await context.close()
    return person


async def in_chromium(opened: dict, options: argparse.Namespace) -> list[Person]:
    """All of them."""
    last = asyncio.Barrier(options.browsers)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS
        )
        people = (
            participant(browser, opened, number, options, last)
            for number in range(options.browsers)
        )
        return list(await asyncio.gather(*people))


def say(people: list[Person]) -> None:
    """Print what was lost, mixed up, and how long it took."""
    for person in people:
        if person.lost or person.mixed:
            print(f"  participant {person.number}: {person.lost} {'; '.join(person.mixed)}")
    lost = sum(bool(person.lost) for person in people)
    print(f"lost: {lost}, mixed up: {sum(len(person.mixed) for person in people)}")
    answers = [seconds for person in people for seconds in person.answers_s]
    moves = [seconds for person in people for seconds in person.moves_s]
    print_times("lesson ready", [person.ready_s for person in people])
    print_times("answer to feedback", answers)
    print_times("explorer opened", [person.explorer_s for person in people])
    print_times("explorer's input to dose", moves)
    met = not lost and bool(answers) and np.quantile(answers, 0.95) < TARGET_S
    print(f"answer to feedback below {TARGET_S:g} s, none lost: {'met' if met else 'missed'}")


def print_times(name: str, seconds: list[float]) -> None:
    """Print count, median and 95th percentile of what was reached."""
    known = [one for one in seconds if one == one]
    if known:
        p50, p95 = np.quantile(known, [0.5, 0.95])
        print(f"{name}: {len(known)} times, median {p50:.2f} s, p95 {p95:.2f} s")


def main() -> None:
    """Print both parts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seats", type=int, default=30, help="undrawn sessions; 0: none")
    parser.add_argument("--browsers", type=int, default=6, help="windows in Chromium; 0: none")
    parser.add_argument("--arrive", type=float, default=60.0, help="s from first to last arrival")
    parser.add_argument("--think", type=float, default=10.0, help="s of reading before an answer")
    asked = parser.parse_args()
    print(f"cores: {len(os.sched_getaffinity(0))}")
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
        people = asyncio.run(in_chromium(json.loads(server.stdout.readline()), asked))
    finally:
        end_server(server, within_s=60)
    print(
        f"in Chromium: {asked.browsers} participants, arriving within {asked.arrive:g} s,"
        f" reading {asked.think:g} s before each answer"
    )
    say(people)


if __name__ == "__main__":
    main()
