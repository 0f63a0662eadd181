"""What the manual's performance page says: a short set of the benchmarks, as they said it.

make figures
python benchmarks/figures.py --only reports.py    # renew one, on the machine of the others

Runs each command of ``SET`` once, one after the other, and writes what it printed, how
long it took, on which machine and when to ``docs/performance.json``. The page is made
of that file alone (``docs/hooks.py``): no number there is written by hand.
"""

import argparse
import json
import os
import platform
import re
import resource
import shlex
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
OUT = ROOT / "docs" / "performance.json"
#: What it is about, and the command.
SET = (
    ("Titres over time, beside general solvers", "kinetics.py --patients 1000"),
    ("A table of patients (aim: 100,000 rows in 5 s and 1 GiB)", "cohort.py --most 1000000"),
    ("Measured titres of a patient", "titration.py --cases 5"),
    ("Virtual trials", "trial.py --replicates 50 --patients 50000"),
    ("Reports", "reports.py --count 4"),
    ("Tables of courses", "event_tables.py --subjects 50 500"),
    ("From the command to the first dose on a page (aim: 2.5 s)", "first_page.py --starts 6"),
    (
        "The patient's page (aims: first visit 0.8 s, the next 0.5 s; redrawn within 60 ms, 95 %)",
        "page.py --notebook 40_dashboard --figure '.js-plotly-plot .main-svg'"
        " --press 'Fill in a synthetic patient' --change 'Weight, actual=81|82' --at-each-stroke"
        " --changes 40",
    ),
    (
        "The page of a week's course, an early titre corrected (aim: 120 ms, 95 %)",
        "titration_page.py --changes 20",
    ),
    ("The page of a virtual trial (aim: 150 ms, 95 %)", "trial_page.py --runs 10"),
    (
        "A class of thirty, not drawn (aims: page 5 s, feedback 2 s, 95 %; 40 MiB a seat)",
        "workshop.py --seats 30 --browsers 0",
    ),
)
LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow")
#: What names one machine or its owner.
OF_A_MACHINE = re.compile(r"(?<![\w.:/\-])/(?:work|root|home|Users|opt|tmp|var)/\w")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append", help="a benchmark's file; repeatable")
    only = parser.parse_args().only
    known = json.loads(OUT.read_text(encoding="utf-8")) if only and OUT.is_file() else {}
    if known and known["machine"] != machine():
        raise SystemExit("the stored figures are of another machine: renew all")
    stored = {run["command"]: run for run in known.get("runs", [])}
    began_s = time.monotonic()
    for about, command in SET:
        if not only or command.split()[0] in only:
            stored[f"python benchmarks/{command}"] = measured(about, command)
            in_order = [f"python benchmarks/{one}" for _about, one in SET]
            write([stored[one] for one in in_order if one in stored])
    print(f"{OUT.relative_to(ROOT)} written after {time.monotonic() - began_s:.0f} s")
    print("make docs shows it")


def write(runs: list[dict[str, Any]]) -> None:
    """Store the runs, unless they name this machine."""
    text = json.dumps({"machine": machine(), "runs": runs}, ensure_ascii=False, indent=2) + "\n"
    if found := OF_A_MACHINE.search(text) or (platform.node() in text and platform.node()):
        raise SystemExit(f"not written: it names this machine ({found})")
    OUT.write_text(text, encoding="utf-8")


def measured(about: str, command: str) -> dict[str, Any]:
    """What a command printed, its seconds by the clock and of processor time, and the load."""
    print(f"{about}: python benchmarks/{command}", flush=True)
    load = os.getloadavg()[0]
    began_s, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    script, *options = shlex.split(command)
    program = [sys.executable, f"benchmarks/{script}", *options]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stderr[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "about": about,
        "date": datetime.now(UTC).date().isoformat(),
        "version": version("igmfat_nb"),
        "command": f"python benchmarks/{command}",
        "seconds": round(time.monotonic() - began_s, 1),
        "processor_seconds": round(processor_s, 1),
        "load_before": round(load, 1),
        "said": done.stdout.rstrip().splitlines(),
    }


def machine() -> dict[str, Any]:
    """What the figures depend on; no name and no path."""
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "processor": processor(),
        "memory_gib": round(memory_bytes / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    } | {name: version(name) for name in LIBRARIES}


def processor() -> str:
    """The model's name where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"


if __name__ == "__main__":
    main()
