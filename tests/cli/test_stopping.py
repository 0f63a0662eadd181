"""A command that is told to end leaves no worker, no kernel, no browser and nobody's values.

Each is stopped in the middle: when its temporary files are there and what it started runs. Values
that no other patient has are then looked for in every file outside its target.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

#: Coverage answers TERM itself, and ends the process at once.
WITHOUT_COVERAGE = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
IGMFAT = [sys.executable, "-m", "igmfat_nb"]
SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT")
#: Of a planted patient: a subject's code, and a weight typed on a page.
PLANTED = b"planted-7391"
CASE = Path(__file__).parents[2] / "igmfat_nb" / "reports" / "example_case.json"

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals of Unix")


def as_in_a_terminal() -> None:
    """A test run in the background has signals ignored, and would hand that on."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def cases(folder, count):
    """Case files of patients with a planted code."""
    (folder / "cases").mkdir()
    text = CASE.read_text(encoding="utf-8")
    subject = text.partition('"subject": "')[2].partition('"')[0]
    for number in range(count):
        planted = text.replace(f'"{subject}"', f'"{PLANTED.decode()}-{number}"')
        (folder / "cases" / f"case-{number}.json").write_text(planted, encoding="utf-8")
    return folder / "cases"


def design(folder):
    made = subprocess.run([*IGMFAT, "trial", "--example"], capture_output=True, check=True)
    (folder / "design.yaml").write_bytes(made.stdout)
    return folder / "design.yaml"


def table(folder):
    (folder / "table.csv").write_text("\n".join(["weight_text", *map(str, range(70, 78)), ""]))
    return folder / "table.csv"


def reports(folder, jobs):
    return ["reports", str(cases(folder, 6)), "--out", str(folder / "out"), "--jobs", str(jobs)]


def trial(folder, jobs):
    run = ["trial", "run", str(design(folder)), "--replicates", "5000", "--quiet"]
    return [*run, "--out", str(folder / "out"), "--workers", str(jobs)]


def one_report(folder, *more):
    case = cases(folder, 1) / "case-0.json"
    return ["report", str(case), "--out", str(folder / "out" / "report.html"), *more]


COMMANDS = {
    "reports, one after the other": lambda f: reports(f, 1),
    "reports, two at a time": lambda f: reports(f, 2),
    "report": one_report,
    "PDF": lambda f: one_report(f, "--pdf"),
    "sweep": lambda f: [
        *("sweep", "11_dose_calculator", str(table(f)), "--out", str(f / "out"), "--jobs", "1")
    ],
    "pack": lambda f: ["workshop", "pack", "--out", str(f / "pack.zip")],
    "trial, one after the other": lambda f: trial(f, 1),
    "trial, two at a time": lambda f: trial(f, 2),
    "server": lambda _f: ["dashboard", "--no-browser"],
    "lab": lambda _f: ["lab", "--no-browser"],
}


def command_line(process):
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # it has ended meanwhile
        return ""


def begun(name, scratch, out, process):
    """Whether it is in the middle of its work."""
    below = psutil.Process(process.pid).children(recursive=True)
    if name == "PDF":
        return any("print-to-pdf" in command_line(one) for one in below)
    if name.startswith("trial"):
        return (out / "manifest.jsonl").exists()
    return bool(below) and any(scratch.iterdir())


#: Started together they take long, and end as one after the other does.
LONG = ("reports, two at a time", "sweep")


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.full) if name in LONG else name for name in COMMANDS],
)
def test_a_stopped_command_leaves_nothing(tmp_path, name):
    stopped(tmp_path, name, SIGNALS[0])


@pytest.mark.full
@pytest.mark.parametrize("number", SIGNALS[1:])
@pytest.mark.parametrize("name", ["reports, one after the other", "reports, two at a time"])
def test_the_other_signals_do_the_same(tmp_path, name, number):
    stopped(tmp_path, name, number)


def stopped(folder, name, number):
    """Start a command, end it by a signal in the middle, and look for what it left."""
    scratch, home, out = (folder / part for part in ("scratch", "home", "out"))
    scratch.mkdir()
    home.mkdir()
    words = COMMANDS[name](folder)
    process = subprocess.Popen(
        [*IGMFAT, *words],
        env={**WITHOUT_COVERAGE, "TMPDIR": str(scratch), "HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=as_in_a_terminal,
    )
    started = in_the_middle(name, scratch, out, process)

    process.send_signal(getattr(signal, number))
    _out, said = process.communicate(timeout=240)

    assert process.returncode in (0, 130, 128 + getattr(signal, number)), said
    assert "Traceback" not in said
    _gone, alive = psutil.wait_procs(started, timeout=30)
    assert [one.cmdline() for one in alive] == []
    assert list(scratch.iterdir()) == []
    left = [path for path in home.rglob("*") if path.is_file()]
    assert [path for path in left if PLANTED in path.read_bytes()] == []
    assert [path for path in left if "history" in path.name] == []
    assert list(out.rglob(".*.part")) == []


def in_the_middle(name, scratch, out, process):
    """Wait until it works; what it has started."""
    deadline = time.monotonic() + 180
    while process.poll() is None and time.monotonic() < deadline:
        if begun(name, scratch, out, process):
            time.sleep(0.5)
            return psutil.Process(process.pid).children(recursive=True)
        time.sleep(0.05)
    raise AssertionError((process.poll(), process.stderr.read() if process.stderr else ""))
