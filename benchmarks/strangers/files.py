"""Files from outside that no command can use, each taken in a process of its own."""

import json
import os
import resource
import signal
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from strangers.asking import Look, Row

HANGS_AFTER_S, MIB = 60, 1 << 20
LONGEST_SENTENCE = 1000  # characters of a line
QUICK_KINDS, QUICK_STEP = ("summary", "design"), 8


@dataclass(frozen=True)
class Taken:
    """How a command took a file.

    Attributes
    ----------
    name : str
        Command and file.
    wrong : str
        What it did instead of ending with one sentence and exit code 2, or nothing.
    seconds, mib : float
        Processor time, and memory beyond that of a command without a file.
    """

    name: str
    wrong: str
    seconds: float
    mib: float


def resident_mib() -> float:
    """Memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / MIB


def taken(name: str, arguments: list[str]) -> Taken:
    """Run a command on a file in a forked process, and measure that."""
    from test_odd_files import run

    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        wrong, before_mib = "", resident_mib()  # not all of ours is the child's
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(HANGS_AFTER_S)
            ended = run(arguments)
            said = ended.stderr.strip().splitlines()
            if ended.exit_code != 2 or not isinstance(ended.exception, SystemExit):
                wrong = f"exit code {ended.exit_code}, {ended.exception!r}"
            elif not said or "Traceback" in ended.stderr or max(map(len, said)) > LONGEST_SENTENCE:
                wrong = "no sentence"
        except BaseException:
            wrong = traceback.format_exc()
        os.write(writer, json.dumps([before_mib, wrong[:10_000]]).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        before_mib, wrong = json.loads(answer.read() or '[0, ""]')
    _process, status, used = os.wait4(child, 0)
    if status:
        wrong = f"{wrong} the process ended with status {status}"
    mib = max(0.0, used.ru_maxrss / 1024 - before_mib)
    return Taken(name, wrong, used.ru_utime + used.ru_stime, mib)


def files(look: Look) -> Iterator[Row]:
    """Every odd file alone by every command that would take it, and those of cases as a batch."""
    import odd_files
    from test_odd_files import ALONE, MEMORY, PROCESSOR_S, filled_in, run

    folder = look.folder
    (folder / "good.csv").write_text(odd_files.TABLE)
    (folder / "good.json").write_text(json.dumps(odd_files.CASE))
    (folder / "other.json").write_text("{}")
    (folder / "nonsense.yaml").write_text("nonsense: 1\n")
    asked = f"one sentence and exit code 2, {PROCESSOR_S} s, {MEMORY // MIB} MiB"
    for kind in QUICK_KINDS if look.quick else odd_files.KINDS:
        odd = odd_files.odd_files(folder / kind, kind)[:: QUICK_STEP if look.quick else 1]
        commands = ALONE[kind][:1] if look.quick else ALONE[kind]
        for command in commands:  # what a command imports is not what a file costs
            for name in ("good.csv", "good.json", "other.json", "nonsense.yaml"):
                run(filled_in(command, folder / name, folder))
        ones = [
            taken(f"{command[0]} {file.name}", filled_in(command, file, folder))
            for command in commands
            for file in odd
        ]
        wrong = [f"{one.name}: {one.wrong}" for one in ones if one.wrong]
        longest_s, most_mib = max(one.seconds for one in ones), max(one.mib for one in ones)
        yield Row(
            f"{len(odd)} odd files as {kind}, {len(commands)} commands",
            f"{len(wrong)} otherwise; longest {longest_s:.2f} s, largest {most_mib:.0f} MiB"
            + "".join(f"; {one}" for one in wrong[:3]),
            asked,
            held=not wrong and longest_s <= PROCESSOR_S and most_mib <= MEMORY / MIB,
        )
    if not look.quick:
        yield batch(folder)


def batch(folder: Path) -> Row:
    """One good case among all odd ones."""
    from test_odd_files import run

    odd = sorted((folder / "case").iterdir())
    ended = run(["next", *odd, folder / "good.json"])
    answered = len(ended.stdout.splitlines())
    return Row(
        f"a batch of one good case and {len(odd)} odd ones",
        f"{answered} answered, {len(ended.stderr.strip().splitlines()) - 1} refused by name",
        f"1 and {len(odd)}",
        held=(answered, ended.exit_code) == (1, 2)
        and ended.stderr.strip().endswith(f"{len(odd)} of {len(odd) + 1} case files were refused."),
    )
