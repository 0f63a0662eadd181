"""From the last replicate to the drawn page of a virtual trial: real server, real Chromium.

    .venv/bin/python benchmarks/trial_page.py [--runs 15] [--replicates 28]

28 trials of 356 are 9,968 patients. The clock starts when the page says that all
replicates are done, and stops with the frame after the last change: titre bands,
contrasts, summary, tables and figures lie between. Titres of all these patients
are looked at; what is drawn of them is no more than a screen can show.
"""

import argparse
import shutil
import time
from typing import Any

from page import FLAGS, distribution, machine, served, until
from playwright.sync_api import Page, sync_playwright

from igmfat_nb.widgets.trial.model import TrialModel
from igmfat_nb.widgets.trial.page import trial_panel

TARGET_MS = 150
FIGURES = 2  # of a finished run that plotly draws: power over patients, titres
WATCH = """
() => {
  window.times = [];
  let began = 0, last = 0, timer = 0;
  const done = () => [...document.querySelectorAll('.ig-note')]
    .some((note) => /^([\\d,]+) of \\1 trials/.test(note.textContent));
  new MutationObserver(() => {
    if (!began) { if (done()) began = last = performance.now(); return; }
    requestAnimationFrame(() => setTimeout(() => { last = performance.now(); }));
    clearTimeout(timer);
    timer = setTimeout(() => { window.times.push(last - began); began = 0; }, 600);
  }).observe(document.querySelector('#rendered_cells'), {
    subtree: true, childList: true, characterData: true,
    attributes: true, attributeFilter: ['class', 'd', 'transform'],
  });
}
"""


def measured(page: Page, runs: int, replicates: int) -> list[float]:
    """Milliseconds of each run; every one has another seed, so that all is drawn anew."""
    page.get_by_label("Trials", exact=True).fill(str(replicates))
    page.evaluate(WATCH)
    before = ""
    for turn in range(runs):
        seed = page.get_by_label("Seed", exact=True)
        seed.fill(str(turn + 1))
        seed.press("Enter")
        page.wait_for_timeout(300)
        page.locator(".ig-run").click()
        until(page, f"window.times.length > {turn}")
        drawn = page.locator(".ig-page").first.locator(".js-plotly-plot .main-svg:visible").count()
        assert drawn >= FIGURES, "the figures of a finished run are not there"
        shown = page.locator(".ig-arms").first.inner_text()
        assert shown not in ("", before), "the table is not this run's"
        before = shown
    times: list[float] = page.evaluate("window.times")
    return times


def processor_ms(runs: int, replicates: int) -> list[float]:
    """Processor time of the same without a browser: what a busy machine hides."""
    model, times = TrialModel(replicates=str(replicates)), []
    trial_panel(model)
    begun = [0.0]

    def note(_change: object) -> None:
        if model.done == replicates:
            begun[0] = time.process_time()

    model.observe(note, "left_s")
    for turn in range(runs):
        model.seed = str(turn + 1)
        model.run()
        times.append(1000 * (time.process_time() - begun[0]))
    return times


def main() -> None:
    """Open the page, run the same trial many times, print both distributions."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    add: Any = parser.add_argument
    add("--runs", type=int, default=15)
    add("--replicates", type=int, default=28)
    add("--warm-s", type=float, default=12.0, help="time given to the kernel to get warm")
    given = parser.parse_args()
    print(machine())
    with served("30_trial_simulation", given.warm_s) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(FLAGS)
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)
        page.goto(address)
        page.locator(".ig-run").wait_for()
        page.wait_for_timeout(5000)  # the cells below the panel are drawn, too
        times = measured(page, given.runs, given.replicates)
        browser.close()
    patients = 356 * given.replicates
    print(distribution(f"last replicate to drawn page, {patients:,} patients", times, "runs"))
    processor = processor_ms(given.runs, given.replicates)
    print(distribution("processor time of the kernel for it", processor, "runs"))
    print(f"target {TARGET_MS} ms at the 95th percentile")


if __name__ == "__main__":
    main()
