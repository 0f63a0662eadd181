"""From a typed value to the redrawn page of a week's course: real server, real Chromium.

    .venv/bin/python benchmarks/titration_page.py

A course of seven titres and six doses is open. An early titre is corrected again
and again, which recomputes everything. Two moments are measured from the key
press: when the doses, chances and the curve are redrawn, and when the table day
by day, which follows them, is there too. Until then both are empty, never old.
"""

import argparse
import json
import shutil
import time
from typing import Any

from page import FLAGS, distribution, machine, served, until
from playwright.sync_api import Page, sync_playwright

from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.workspace.model import Workspace
from igmfat_nb.widgets.workspace.view import workspace_view

TARGET_MS = 120
TITRES = (38, 79, 88, 91, 97, 95, 103)
DOSES = (431, 146, 83, 63, 21, 35)
CASE = {
    "schema": "igmfat-case/1",
    "subject": "SIM-021",
    "sex": "male",
    "age_years": 64,
    "height_cm": 175,
    "weight_kg": 80,
    "haematocrit": 0.3,
    "titres": [{"time_h": 24 * day, "igm_mg_dl": titre} for day, titre in enumerate(TITRES)],
    "doses": [
        {"start_h": 24 * day + 2, "volume_ml": volume, "duration_h": 13.5}
        for day, volume in enumerate(DOSES)
    ],
    "vasopressor_stopped_h": None,
}
# Times are of the frame after the change: what a reader sees.
WATCH = """
() => {
  const curve = () => document.querySelector('.js-plotly-plot .scatterlayer');
  const days = () => document.querySelector('.ig-daily');
  window.times = [];
  let began = 0, drawn = 0;
  const after = (act) => requestAnimationFrame(() => setTimeout(act));
  const press = (event) => { if (event.key === 'Enter') { began = performance.now(); drawn = 0; } };
  addEventListener('keydown', press, true);
  const redrawn = { subtree: true, childList: true, attributes: true, attributeFilter: ['d'] };
  new MutationObserver(() => {
    const start = began;
    if (start) after(() => { drawn = performance.now() - start; });
  }).observe(curve(), redrawn);
  new MutationObserver(() => {
    if (!began || !document.querySelector('.ig-course')) return;
    const start = began; began = 0;
    after(() => {
      const whole = performance.now() - start;
      setTimeout(() => window.times.push([drawn, whole]), 60);
    });
  }).observe(days(), { subtree: true, childList: true });
}
"""


def measured(page: Page, changes: int) -> list[list[float]]:
    """Milliseconds to the curve and to the table, for each correction of the second titre."""
    page.locator(".ig-desk input[type=file]").set_input_files(
        {
            "name": "case.json",
            "mimeType": "application/json",
            "buffer": json.dumps(CASE).encode(),
        }
    )
    page.locator(".ig-course tbody tr").nth(len(TITRES) - 1).wait_for()
    page.wait_for_timeout(1500)
    page.evaluate(WATCH)
    page.locator(".ig-entry-titres-1").click()
    field = page.get_by_label("IgM measured", exact=True)
    for turn in range(changes):
        field.fill(str(75 + turn % 9))
        field.press("Enter")
        until(page, f"window.times.length > {turn}")
    times: list[list[float]] = page.evaluate("window.times")
    return times


def processor_ms(changes: int) -> list[list[float]]:
    """Processor time of the same corrections without a browser: what a busy machine hides."""
    model = CourseModel()
    page = workspace_view(Workspace(ExplorerModel(with_course=False), model, step="course"))
    model.open_file(json.dumps(CASE))
    times = []
    for turn in range(changes):
        start = time.process_time()
        model.change_row("titres", 1, "igm", str(75 + turn % 9))
        # The days come last: worked out once more, and taken off.
        whole = time.process_time() - start
        start = time.process_time()
        if model.outcome.answer:
            model.outcome.answer.rows()
        times.append([1000 * (whole - time.process_time() + start), 1000 * whole])
    page.close()
    return times


def main() -> None:
    """Open the page, correct a titre many times, print both distributions."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    add: Any = parser.add_argument
    add("--changes", type=int, default=40)
    add("--warm-s", type=float, default=6.0, help="time given to the kernels to get warm")
    options = parser.parse_args()
    print(machine())
    with (
        served("21_individualised_dosing", options.warm_s) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(FLAGS)
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)
        page.goto(address)
        page.wait_for_selector(".ig-desk button")
        time.sleep(options.warm_s)
        times = measured(page, options.changes)
        browser.close()
    processor = processor_ms(options.changes)
    for what, column in (("doses and curve", 0), ("the whole page", 1)):
        seen, worked = ([both[column] for both in part] for part in (times, processor))
        print(distribution(f"input to {what}", seen, "changes"))
        print(distribution(f"processor time of {what}", worked, "changes"))
    print(f"target {TARGET_MS} ms at the 95th percentile")


if __name__ == "__main__":
    main()
