"""A batch that is stopped leaves no worker, no kernel and nobody's values in a folder."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

#: Coverage answers TERM itself, and ends the process at once.
WITHOUT_COVERAGE = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}


def as_in_a_terminal() -> None:
    """A test run in the background has signals ignored, and would hand that on."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals of Unix")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_stopped_batch_leaves_nothing(tmp_path, name):
    igmfat = [sys.executable, "-m", "igmfat_nb"]
    cases, out, scratch = (tmp_path / part for part in ("cases", "out", "scratch"))
    scratch.mkdir()
    subprocess.run([*igmfat, "cases", "make", "--n", "8", "--out", str(cases)], check=True)
    batch = subprocess.Popen(
        [*igmfat, "reports", str(cases), "--out", str(out), "--jobs", "2"],
        env={**WITHOUT_COVERAGE, "TMPDIR": str(scratch)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=as_in_a_terminal,
    )
    deadline = time.monotonic() + 120
    while (
        batch.poll() is None and not list(scratch.glob("igmfat-*")) and time.monotonic() < deadline
    ):
        time.sleep(0.1)
    started = psutil.Process(batch.pid).children(recursive=True)

    batch.send_signal(getattr(signal, name))
    _out, said = batch.communicate(timeout=120)

    assert started
    assert batch.returncode in (130, 128 + getattr(signal, name)), said
    assert "Traceback" not in said
    _gone, alive = psutil.wait_procs(started, timeout=20)
    assert alive == []
    assert list(scratch.iterdir()) == []
