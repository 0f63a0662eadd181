"""From `igmfat dashboard` to a dose: cold process, warm disk, real Chromium.

    .venv/bin/python benchmarks/first_page.py [--starts 5]

Each start is a server of its own and a browser with an empty profile, which is open already, as a
reader's is. The clock starts with the command. "Usable" means: a weight was typed, and its
standard dose is shown.
"""

import argparse
import json
import signal
import statistics
import subprocess
import sys
import time

from page import machine, new_browser
from playwright.sync_api import Page, sync_playwright

from igmfat_nb.server.processes import end_server

TARGET_S = 2.5
WEIGHT_KG, DOSE = "80", "400 mL"  # 250 mg/kg at 50 g/L
STAGES = ("address", "page", "usable")
COMMAND = (sys.executable, "-m", "igmfat_nb", "dashboard", "--no-browser", "--json")
SETTLES_S, ENDS_S = 3.0, 30.0


def start(page: Page) -> dict[str, float]:
    """Seconds from the command to each stage."""
    began = time.perf_counter()
    server = subprocess.Popen(COMMAND, stdout=subprocess.PIPE, text=True)
    try:
        line = server.stdout.readline() if server.stdout else ""
        if not line:
            sys.exit("The server did not start.")
        reached = {"address": time.perf_counter() - began}
        page.goto(json.loads(line)["address"], wait_until="commit")
        page.locator("body[data-ig-ready]").wait_for(state="attached")
        reached["page"] = time.perf_counter() - began
        page.get_by_label("Weight, actual", exact=True).first.fill(WEIGHT_KG)
        page.locator(f".ig-big:has-text('{DOSE}')").first.wait_for()
        return reached | {"usable": time.perf_counter() - began}
    finally:
        time.sleep(SETTLES_S)  # what is only starting would be ended halfway
        end_server(server, within_s=ENDS_S, by=signal.SIGINT)


def main() -> None:
    """One line a stage."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--starts", type=int, default=5)
    options = parser.parse_args()
    print(machine(), flush=True)
    starts = []
    with sync_playwright() as playwright:
        for _start in range(options.starts):
            with new_browser(playwright) as browser:
                starts.append(start(browser.pages[0]))
    for stage in STAGES:
        values = [one[stage] for one in starts]
        each = ", ".join(f"{value:.2f}" for value in values)
        print(f"{stage}: {statistics.median(values):.2f} s (median of {each})")
    met = statistics.median(one["usable"] for one in starts) <= TARGET_S
    print(f"usable within {TARGET_S:g} s: {'met' if met else 'missed'}")


if __name__ == "__main__":
    main()
