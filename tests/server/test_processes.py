"""The end of a server, willing or not."""

import subprocess
import sys

from igmfat_nb.server.processes import end_server

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, lambda *_: 0); print(1, flush=True)"
WILLING = "import sys, time; print('oh', file=sys.stderr); print(1, flush=True); time.sleep(60)"


def started(code):
    server = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    server.stdout.readline()
    return server


def test_a_server_that_hears_nobody_is_ended():
    server = started(STUBBORN + "\nwhile True: time.sleep(1)")

    assert end_server(server, within_s=0.5) == ""
    assert server.returncode == -9


def test_what_a_server_said_of_errors_comes_back():
    server = started(WILLING)

    assert end_server(server, within_s=30) == "oh\n"
    assert server.returncode == -15
