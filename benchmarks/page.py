"""How fast a page is there, and how fast it answers: real server, real Chromium.

    .venv/bin/python benchmarks/page.py
    .venv/bin/python benchmarks/page.py --notebook 40_dashboard \
        --figure ".js-plotly-plot .main-svg" --press "Fill in a synthetic patient" \
        --change "Weight, actual=81|82" --at-each-stroke

"Usable" means: the inputs and the drawn figure are in the page. The first visit
is that of a browser with an empty profile, the next ones come back with that
profile, as a browser does (a private window keeps no compiled code and is
slower). The kernel is warm for all; before anything is typed the next visitor's
is warm again too, since its start is work for one of two cores. An answer has
come when nothing on the page changes any more after a value was typed, and Enter
pressed where the field waits for it (the last change is what counts). Nothing is
asked of the page while it answers: that would slow it down.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Playwright, sync_playwright

from igmfat_nb.server.processes import end_server

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "tests" / "data" / "sample_page.ipynb"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
VISITS = ("first visit", "next visit", "third visit")
TARGETS = {"first visit": 0.8, "next visit": 0.5, "third visit": 0.5, "answer": 0.060}  # seconds
QUIET_MS = 200
LOOKS_EVERY_MS = 400
PATIENCE = 150  # looks
SETTLES_MS = 1000  # of a reader's look at the page before it closes

# Runs before the page's own scripts. Times are those of the page: its navigation is 0.
WATCH = """
(([inputs, figure, quiet]) => {
  const look = () => {
    const there = document.querySelector(inputs) && document.querySelector(figure);
    if (there) window.usable = performance.now(); else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  window.answers = [];
  window.listen = () => {
    let began = 0, last = 0, timer = 0;
    new MutationObserver(() => {
      if (!began) return;
      requestAnimationFrame(() => { last = performance.now(); });
      clearTimeout(timer);
      timer = setTimeout(() => { window.answers.push(last - began); began = 0; }, quiet);
    }).observe(document.querySelector('#rendered_cells'), {
      subtree: true, childList: true, characterData: true,
      attributes: true, attributeFilter: ['d', 'transform'],
    });
    // A page that reads at every keystroke answers before Enter: the clock starts with the typing.
    const entered = ({ type, key }) => {
      if (type === 'input' || key === 'Enter') began ||= performance.now();
    };
    addEventListener('input', entered, true);
    addEventListener('keydown', entered, true);
  };
})(%s);
"""


@contextmanager
def served(notebook: str, warm_s: float) -> Iterator[str]:
    """Address of a server of our own, its kernel warm; ended afterwards."""
    command = [sys.executable, "-m", "igmfat_nb", "dashboard", "--no-browser", "--json"]
    server = subprocess.Popen(
        [*command, "--notebook", notebook], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        line = server.stdout.readline() if server.stdout else ""
        if not line:
            sys.exit("The server did not start.")
        time.sleep(warm_s)
        yield json.loads(line)["address"]
    finally:
        end_server(server, within_s=30, by=signal.SIGINT)


def visit(context: BrowserContext, address: str, options: argparse.Namespace) -> tuple[Page, float]:
    """Open the page; returns it with the seconds until it was usable."""
    page = context.new_page()
    page.add_init_script(WATCH % json.dumps([options.inputs, options.figure, QUIET_MS]))
    page.goto(address, wait_until="commit")
    until(page, "window.usable")
    return page, page.evaluate("window.usable") / 1000


def answers_s(page: Page, options: argparse.Namespace) -> list[float]:
    """Seconds from typing to the last change, for values typed in turn."""
    time.sleep(options.warm_s)
    for name in options.press:
        page.get_by_role("button", name=name, exact=True).first.click()
        page.wait_for_timeout(1000)
    label, _equals, typed = options.change.partition("=")
    values = typed.split("|")
    field = page.get_by_label(label, exact=True).first
    page.evaluate("window.listen()")
    for turn in range(options.changes):
        before = len(page.evaluate("window.answers"))
        field.fill(values[turn % len(values)])
        if not options.at_each_stroke:
            field.press("Enter")
        until(page, f"window.answers.length > {before}")
    answers: list[float] = page.evaluate("window.answers")
    return [milliseconds / 1000 for milliseconds in answers]


def until(page: Page, true: str) -> None:
    """Look now and then whether something holds, instead of at every frame."""
    for _look in range(PATIENCE):
        page.wait_for_timeout(LOOKS_EVERY_MS)
        try:
            if page.evaluate(true):
                return
        except Error as error:  # its clock began anew: no figure
            sys.exit(f"The page was loaded again: too busy a machine for --warm-s. {error}")
    sys.exit(f"The page did not answer: {true}")


def measured(options: argparse.Namespace) -> dict[str, list[float]]:
    """Three visits each by browsers with a new profile, then the answers."""
    figures: dict[str, list[float]] = {name: [] for name in (*VISITS, "answer")}
    with served(options.notebook, options.warm_s) as address, sync_playwright() as playwright:
        for turn in range(options.visits):
            with new_browser(playwright) as context:
                for name in VISITS:
                    page, usable_s = visit(context, address, options)
                    figures[name].append(usable_s)
                    page.wait_for_timeout(SETTLES_MS)
                    if not turn and name == VISITS[-1]:
                        figures["answer"] = answers_s(page, options)
                    page.close()
                    time.sleep(options.warm_s)
    return figures


@contextmanager
def new_browser(playwright: Playwright) -> Iterator[BrowserContext]:
    """A browser that has never been anywhere; its profile goes with it."""
    with TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=shutil.which("chromium"),
            args=list(FLAGS),
            viewport={"width": 1280, "height": 900},
        )
        try:
            yield context
        finally:
            context.close()


def percentile(values: list[float], share: float) -> float:
    """The value below which ``share`` of them lie, the next larger one of those measured."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def machine() -> str:
    """What a reader must know of the machine before believing a figure."""
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, load {load:.1f} before: a busy machine measures its other work"


def distribution(name: str, values_ms: list[float], times: str) -> str:
    """Median, 95th percentile and longest in one line."""
    return (
        f"{name}, {len(values_ms)} {times}: median {statistics.median(values_ms):.0f} ms,"
        f" 95th percentile {percentile(values_ms, 0.95):.0f} ms, longest {max(values_ms):.0f} ms"
    )


def report(figures: dict[str, list[float]]) -> Iterator[str]:
    """One line for each promise."""
    for name in VISITS:
        values = figures[name]
        each = ", ".join(f"{value:.2f}" for value in values)
        yield (
            f"{name}: usable in {statistics.median(values):.2f} s (median of {each});"
            f" target {TARGETS[name]:g} s"
        )
    values = [1000 * value for value in figures["answer"]]
    yield (
        f"{distribution('input to redraw', values, 'changes')};"
        f" target {1000 * TARGETS['answer']:.0f} ms at the 95th percentile"
    )


def parsed(arguments: list[str] | None = None) -> argparse.Namespace:
    """What to open and what to type."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    add: Any = parser.add_argument
    add("--notebook", default=str(SAMPLE), help="name or path; default: the tests' sample page")
    add("--inputs", default="#rendered_cells input[type=text]", help="selector of an input")
    add("--figure", default=".js-plotly-plot .scatterlayer .trace path.js-line", help="selector")
    add("--press", action="append", default=[], metavar="NAME", help="button to press first")
    add("--change", default="Weight, actual=81|79|80", metavar="LABEL=A|B", help="what is typed")
    add("--at-each-stroke", action="store_true", help="the field is read without Enter")
    add("--visits", type=int, default=3)
    add("--changes", type=int, default=40)
    add("--warm-s", type=float, default=6.0, help="time given to the kernels to get warm")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    print(machine())
    for line in report(measured(parsed())):
        print(line)
