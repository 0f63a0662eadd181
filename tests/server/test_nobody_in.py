"""The command that tries what SECURITY.md promises: it can say that they did not hold."""

import subprocess
import sys
from pathlib import Path

COMMAND = Path(__file__).parent.parent.parent / "benchmarks" / "nobody_in.py"


def last_line_of(*options):
    words = [sys.executable, str(COMMAND), "--quick", "--only", "addresses", *options]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=300)
    assert ended.stderr == ""
    return ended.returncode, ended.stdout.splitlines()[-1]


def test_a_figure_alone_holds():
    assert last_line_of() == (0, "held")


def test_a_stranger_with_a_log_in_is_seen():
    code, said = last_line_of("--with-log-in")

    assert code == 1
    assert said.startswith("not held: ")
    assert said.endswith("addresses without a log-in")
