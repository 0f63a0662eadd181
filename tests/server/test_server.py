"""What the server lets through, where it listens and what it writes, without starting one."""

import json
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tornado.websocket import WebSocketClosedError

from igmfat_nb.cli import main
from igmfat_nb.errors import MissingInput
from igmfat_nb.server.access import is_loopback
from igmfat_nb.server.folder import PACKAGE, notebook_named
from igmfat_nb.server.guard import FAILURE, failure_in, is_well_formed, without_traceback
from igmfat_nb.server.launcher import CannotListen, has_desktop, listening_sockets
from igmfat_nb.server.log import MOST_LINES, FewLines, OneLine, is_news
from igmfat_nb.server.pages import asset_addresses
from igmfat_nb.server.settings import LONGEST_SOCKET_PATH, Serving, kernel_transport
from igmfat_nb.widgets.parts.appearance import BY_VOILA, SERVED

KERNEL_ID = "0c26bb39-ca82-4530-99e9-867d686d6423"


def frame(*parts: bytes) -> bytes:
    """A frame of the v1 protocol, put together from its description."""
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    numbers = [len(offsets), *offsets]
    return b"".join(number.to_bytes(8, "little") for number in numbers) + b"".join(parts)


def message(kind: str = "comm_msg", channel: bytes = b"shell") -> bytes:
    return frame(channel, json.dumps({"msg_type": kind}).encode(), b"{}", b"{}", b"{}")


def said(kind: str, content: dict[str, object]) -> list[bytes]:
    return [json.dumps({"msg_type": kind}).encode(), b"{}", b"{}", json.dumps(content).encode()]


def test_a_frame_of_the_protocol_is_well_formed():
    assert is_well_formed(message())
    assert is_well_formed(message("kernel_info_request", b"control"))


@pytest.mark.parametrize(
    "forged",
    [
        "text instead of bytes",
        b"",
        b"\xff" * 64,
        (2**63).to_bytes(8, "little") + message()[8:],
        (5).to_bytes(8, "little") + message()[8:],
        message()[:-1],
        message() + b" ",
        message(channel=b"iopub"),
        frame(b"shell", b"not json", b"{}", b"{}", b"{}"),
        frame(b"shell", b"[" * 100_000, b"{}", b"{}", b"{}"),
        frame(b"shell", b"[]", b"{}", b"{}", b"{}"),
        frame(b"shell", b'{"msg_type": 1}', b"{}", b"{}", b"{}"),
        frame(b"shell", b"{}", b"{}", b"{}"),
    ],
    ids=lambda forged: repr(forged[:12]),
)
def test_a_forged_frame_is_not(forged):
    assert not is_well_formed(forged)


@given(st.binary(max_size=200), st.integers(0, 130), st.binary(min_size=1, max_size=8))
def test_no_bytes_make_the_check_fail(noise, at, change):
    whole = message()

    assert is_well_formed(noise) in (True, False)
    assert is_well_formed(whole[:at] + change + whole[at + len(change) :]) in (True, False)


def test_a_traceback_becomes_one_sentence():
    content = {"ename": "ValueError", "evalue": "80 kg", "traceback": ["in /srv/x.py"]}

    header, _parent, _metadata, told = without_traceback(said("error", content))

    assert json.loads(header)["msg_type"] == "error"
    assert json.loads(told) == {"ename": "Failure", "evalue": FAILURE, "traceback": []}


@pytest.mark.parametrize(
    ("kind", "content", "becomes"),
    [
        ("stream", {"name": "stderr", "text": "Traceback (most recent call last):"}, "error"),
        ("stream", {"name": "stdout", "text": "a \x1b[31mred\x1b[0m stack"}, "error"),
        ("comm_msg", {"data": {"outputs": [{"traceback": ["x"]}]}}, "error"),
        ("comm_info_reply", {"status": "error", "traceback": ["x"]}, "comm_info_reply"),
    ],
)
def test_a_traceback_is_found_wherever_it_travels(kind, content, becomes):
    header, _parent, _metadata, told = without_traceback(said(kind, content))

    assert json.loads(header)["msg_type"] == becomes
    assert json.loads(told)["evalue"] == FAILURE


def test_a_warning_is_dropped_and_the_rest_passes():
    printed = said("stream", {"name": "stdout", "text": "431 mL"})
    update = said("comm_msg", {"data": {"method": "update"}})

    assert without_traceback(said("stream", {"name": "stderr", "text": "a warning"})) is None
    assert without_traceback(printed) is printed
    assert without_traceback(update) is update


def test_the_log_names_the_failure_and_its_place_but_no_value():
    stack = "File \x1b[32m/srv/igmfat_nb/units.py:33\x1b[0m in dose\nValueError: weight is 80 kg"

    line = failure_in(said("error", {"traceback": [stack]}))

    assert line == "ValueError at igmfat_nb/units.py:33"
    assert failure_in(said("error", {"traceback": []})) == "unknown"


def test_no_kernel_id_is_logged_not_even_in_a_stack():
    formatter = OneLine()
    try:
        raise KeyError(KERNEL_ID)
    except KeyError as error:
        stack = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", 30, "x", 1, "kernel %s", (KERNEL_ID,), stack)

    written = formatter.format(record)

    assert "kernel (session): KeyError at test_server.py" in written
    assert KERNEL_ID not in written


@pytest.mark.parametrize(
    "said",
    ["weight '80.5'", 'GET /?weight=80.5 from "a\nward"', "a\r\nb \x1b[31m 80.5", "“80.5”"],
)
def test_a_line_of_others_is_one_line_without_what_was_typed(said):
    record = logging.LogRecord("tornado.application", 40, "/srv/tornado/web.py", 1, said, (), None)

    written = OneLine().format(record)

    assert "tornado.application" in written
    assert "80.5" not in written
    assert "ward" not in written
    assert written.isprintable()


def test_control_characters_are_written_out():
    path = str(Path(PACKAGE) / "server" / "x.py")
    record = logging.LogRecord(
        "x", 30, path, 1, "a\n12:00:00 WARNING forged\x1b[2J\u202e", (), None
    )

    assert "a\\n12:00:00 WARNING forged\\x1b[2J\\u202e" in OneLine().format(record)


def test_the_log_does_not_grow_with_an_attack():
    now_s = [0.0]
    few = FewLines(lambda: now_s[0])
    record = logging.LogRecord("x", 30, "x", 1, "attack", (), None)

    written = sum(few(record) for _line in range(100_000))
    now_s[0] = 61.0

    assert written == MOST_LINES
    assert few(record)
    assert "(99970 lines before this one were left out)" in OneLine().format(record)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_loopback_is_this_computer(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "ward-7", "::"])  # noqa: S104
def test_anything_else_is_not(host):
    assert not is_loopback(host)


def test_sockets_of_kernels_are_files_where_their_paths_are_short(monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/t")
    assert kernel_transport() == "ipc"

    monkeypatch.setattr("tempfile.tempdir", "/" + "x" * LONGEST_SOCKET_PATH)
    assert kernel_transport() == "tcp"


def test_a_notebook_is_found_by_name_with_and_without_its_ending(tmp_path):
    (tmp_path / "a.ipynb").touch()

    assert notebook_named("a", tmp_path) == notebook_named("a.ipynb", tmp_path)
    assert notebook_named(str(tmp_path / "a.ipynb")) == tmp_path / "a.ipynb"


def test_a_notebook_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    (tmp_path / "10_eligibility.ipynb").touch()
    (tmp_path / ".hidden.ipynb").touch()

    with pytest.raises(MissingInput, match=r"no notebook “x”. Notebooks: 10_eligibility\."):
        notebook_named("x", tmp_path)


def test_a_port_in_use_is_refused_and_the_usual_one_gives_way(tmp_path, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr("igmfat_nb.server.launcher.PREFERRED_PORT", port)

        with pytest.raises(CannotListen, match=rf"port {port}: address already in use\."):
            listening_sockets(Serving(tmp_path / "a.ipynb", port=port))
        (free,) = listening_sockets(Serving(tmp_path / "a.ipynb"))

        with free:
            assert free.getsockname()[1] != port


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["dashboard", "--notebook", "nowhere"], "There is no notebook “nowhere”."),
        (["dashboard", "--port", "70000"], "70000"),
        (["dashboard", "--host", "203.0.113.1", "--port", "8080"], "cannot listen at 203.0.113.1"),
        (["lab", "--host", "203.0.113.1"], "cannot listen at 203.0.113.1"),
    ],
)
def test_what_cannot_be_served_is_one_sentence_and_exit_code_2(arguments, sentence):
    refused = CliRunner().invoke(main, arguments)

    assert refused.exit_code == 2
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr
    assert refused.stdout == ""


def test_a_host_that_others_can_reach_is_warned_of():
    refused = CliRunner().invoke(main, ["dashboard", "--host", "203.0.113.1", "--port", "8080"])

    assert refused.stderr.startswith("Other computers can reach this server at 203.0.113.1")


def test_a_text_browser_never_takes_over_the_terminal(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    assert not has_desktop()

    monkeypatch.setenv("DISPLAY", ":0")
    assert has_desktop()


def test_addresses_of_files_change_with_their_content():
    first = asset_addresses("/", {"page.css": b"a{}", "page.js": b"1"})
    second = asset_addresses("/", {"page.css": b"a{}", "page.js": b"2"})

    # sha256 of "a{}", its first twelve digits: printf 'a{}' | sha256sum
    assert first["page.css"] == "/igmfat/5f546eb4606b/page.css"
    assert second["page.css"] == first["page.css"]
    assert second["page.js"] != first["page.js"]


@pytest.mark.parametrize(
    "start",
    [
        "import igmfat_nb.server.workshop",
        "import igmfat_nb.widgets.parts.figure",
        "import igmfat_nb.kernels.single_threaded",
        "from igmfat_nb.cli import main; main(['cases', '--help'], standalone_mode=False)",
        "from igmfat_nb.reports.jobs import Job, build; build(Job('a.ipynb', b'', {}, '', ''))",
    ],
    ids=["server", "page", "fork server", "command", "report"],
)
def test_no_process_of_ours_builds_a_grammar_of_web_addresses(start):
    # Its parser generator is loaded by nothing else; it takes two seconds of every start.
    code = (
        f"import sys\ntry:\n  {start}\nexcept SystemExit: pass\n"
        "import jsonschema; sys.exit('lark' in sys.modules)"
    )

    ended = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, SERVED: BY_VOILA}, timeout=120
    )

    assert ended.returncode == 0


def test_a_page_that_closes_while_it_is_told_something_is_no_news():
    def said(error):
        info = (type(error), error, None)
        return logging.LogRecord(
            "asyncio", logging.ERROR, "", 0, "Task exception was never retrieved", (), info
        )

    assert not is_news(said(WebSocketClosedError()))
    assert is_news(said(OSError("disk full")))
