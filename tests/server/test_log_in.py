"""The door of a real server: who logs in, who does not, and what another site can do."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from igmfat_nb.server.guard import V1
from igmfat_nb.server.page_session import PASS, PageSession

SAMPLE = Path(__file__).parent.parent / "data" / "sample_page.ipynb"
PASSWORD = "correct horse battery"
KERNEL = re.compile(r'"kernelId": "([0-9a-f-]{36})"')


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args, **_kwargs):
        return None


def ask(address, body=None, **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(address, data=body, headers=names)
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def cookie_in(headers):
    return headers["Set-Cookie"].partition(";")[0]


@contextmanager
def served(*options):
    command = [sys.executable, "-m", "igmfat_nb", "dashboard", "--no-browser", "--json"]
    process = subprocess.Popen(
        [*command, "--notebook", str(SAMPLE), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield json.loads(process.stdout.readline())["address"]
    finally:
        process.terminate()
        _out, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints


@pytest.fixture(scope="module")
def open_server():
    with served("--seats", "3") as address:
        yield address


@pytest.fixture(scope="module")
def by_link():
    with served("--base-url", "/igmfat/", "--allowed-host", "ward.example") as link:
        yield link


@pytest.fixture(scope="module")
def by_password(tmp_path_factory):
    file = tmp_path_factory.mktemp("secret") / "password"
    file.write_text(PASSWORD)
    file.chmod(0o600)
    with served("--trust-proxy", "--password-file", str(file)) as address:
        yield address


def free_seats(address, cookie=""):
    return json.loads(ask(f"{address}seats", Cookie=cookie)[2])["free"]


# ── A link ──


@pytest.mark.parametrize(
    "path", ["", "sample_page.ipynb", "seats", "nowhere", "api/kernels", "visit"]
)
def test_without_the_link_nothing_is_open(by_link, path):
    address = by_link.partition("?")[0]

    status, headers, page = ask(address + path)

    assert status == 401
    assert "WWW-Authenticate" in headers
    assert "kernelId" not in page
    assert not PASS.search(page)
    assert ask(address + path, b"{}")[0] == 401


def test_outside_the_prefix_nothing_is_open_either(by_link):
    root = by_link.partition("igmfat/")[0]

    assert ask(root)[0] == 401
    assert ask(f"{root}sample_page.ipynb")[0] == 401


def test_the_link_opens_the_pages_and_leaves_the_address(by_link):
    address = by_link.partition("?")[0]

    status, headers, _page = ask(by_link)
    cookie = cookie_in(headers)

    assert status == 303
    assert headers["Location"] == "/igmfat/"
    for part in ("HttpOnly", "SameSite=Strict", "Path=/igmfat/"):
        assert part in headers["Set-Cookie"]
    assert "Secure" not in headers["Set-Cookie"]
    assert ask(f"{address}seats", Cookie=cookie)[0] == 200
    assert KERNEL.search(ask(address, Cookie=cookie)[2])
    assert ask(address, Cookie="igmfat-1=" + cookie.partition("=")[2])[0] == 401


def test_a_wrong_token_opens_nothing_and_a_link_leads_nowhere_else(by_link):
    address = by_link.partition("?")[0]
    token = by_link.partition("token=")[2]

    assert ask(f"{address}?token=wrong")[0] == 401
    root = address.partition("igmfat/")[0]
    assert ask(f"{root}/evil.example/?token={token}")[1]["Location"] == "/evil.example/"


def test_an_allowed_name_is_answered_and_any_other_refused(by_link):
    address = by_link.partition("?")[0]

    assert ask(by_link, Host="ward.example")[0] == 303
    assert ask(address, Host="ward.example")[0] == 401
    status, _headers, page = ask(by_link, Host="evil.example")
    assert status == 403
    assert "evil" not in page


# ── A password ──


def log_in(address, secret, **headers):
    body = f"secret={secret.replace(' ', '+')}".encode()
    return ask(f"{address}login", body, **headers)


def test_the_right_password_opens_the_pages_behind_tls_by_a_secure_cookie(by_password):
    status, headers, _page = log_in(by_password, PASSWORD, X_Forwarded_Proto="https")

    assert status == 303
    assert "Secure" in headers["Set-Cookie"]
    assert ask(f"{by_password}seats", Cookie=cookie_in(headers))[0] == 200


def test_guesses_of_one_browser_are_slowed_and_its_neighbours_are_not(by_password):
    guesser = cookie_in(ask(by_password, Accept="text/html")[1])
    statuses = [log_in(by_password, f"guess {n}", Cookie=guesser)[0] for n in range(5)]

    # The next two wait for their turns; sent together, the last would wait too long.
    with ThreadPoolExecutor(3) as together:
        late = [
            together.submit(log_in, by_password, "guess", Cookie=guesser) for _again in range(3)
        ]
        neighbour = cookie_in(ask(by_password, Accept="text/html")[1])
        right = log_in(by_password, PASSWORD, Cookie=neighbour)

    assert statuses == [401] * 5
    assert 429 in [one.result()[0] for one in late]
    assert right[0] == 303


def test_the_password_is_no_link(by_password):
    assert "token" not in by_password
    assert ask(f"{by_password}?token=")[0] == 401


def test_another_site_cannot_log_a_browser_in(by_password):
    assert log_in(by_password, PASSWORD, Sec_Fetch_Site="cross-site")[0] == 403


# ── A page of another site ──


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_takes_no_seat(open_server, site):
    visitor = PageSession(open_server)
    first = asyncio.run(visitor.visit())
    assert KERNEL.search(first.body.decode())
    free = free_seats(open_server)

    for cookie in ("", visitor.cookie):
        status, _headers, page = ask(open_server, Cookie=cookie, Sec_Fetch_Site=site)
        assert (status, KERNEL.search(page)) == (200, None)
        shown = PASS.search(page)[1]
        sent = json.dumps({"pass": shown}).encode()
        assert ask(f"{open_server}visit", sent, Sec_Fetch_Site=site)[0] == 403
        assert ask(f"{open_server}visit", sent, Origin="http://evil.example")[0] == 403

    assert free_seats(open_server) == free
    kernel = KERNEL.search(first.body.decode())[1]
    ask(f"{open_server}voila/api/shutdown/{kernel}", b"", Cookie=visitor.cookie)


def test_a_kernel_is_given_when_our_page_asks_with_its_pass(open_server):
    status, headers, page = ask(open_server)

    assert status == 200
    assert headers["Set-Cookie"] is None
    assert not KERNEL.search(page)
    for wrong in (b"{}", b"[]", b"x", b'{"pass": "0.0.0"}', b'{"pass": 1}'):
        assert ask(f"{open_server}visit", wrong)[0] in (400, 403)
    sent = json.dumps({"pass": PASS.search(page)[1]}).encode()
    given, told, _page = ask(f"{open_server}visit", sent)
    assert given == 204
    assert "HttpOnly; Path=/; SameSite=Strict" in told["Set-Cookie"]
    assert ask(f"{open_server}visit", Cookie=cookie_in(told))[0] == 204
    assert ask(f"{open_server}visit")[0] == 403


def test_a_kernel_id_alone_opens_nothing(open_server):
    asyncio.run(_with_the_id_alone(open_server))


async def _with_the_id_alone(address):
    owner, stranger = PageSession(address), PageSession(address)
    page = await owner.visit()
    other = await stranger.visit()
    kernel = KERNEL.search(page.body.decode())[1]

    for cookie in ("", stranger.cookie):
        assert await upgraded(address, kernel, cookie) == 403
        status, _headers, _page = await asyncio.to_thread(
            ask, f"{address}api/kernels/{kernel}", Cookie=cookie
        )
        assert status == 404
        goodbye = f"{address}voila/api/shutdown/{kernel}"
        assert (await asyncio.to_thread(ask, goodbye, b"", Cookie=cookie))[0] == 403
    assert await upgraded(address, kernel, owner.cookie) == 101
    for visitor, shown in ((owner, page), (stranger, other)):
        its = KERNEL.search(shown.body.decode())[1]
        goodbye = f"{address}voila/api/shutdown/{its}"
        assert (await asyncio.to_thread(ask, goodbye, b"", Cookie=visitor.cookie))[0] == 204


async def upgraded(address, kernel, cookie):
    at = f"{address.replace('http', 'ws', 1)}api/kernels/{kernel}/channels?session_id=1"
    try:
        channel = await websocket_connect(
            HTTPRequest(at, headers={"Cookie": cookie}), subprotocols=[V1]
        )
    except HTTPClientError as refused:
        return refused.code
    channel.close()
    return 101


# ── A class and a laboratory ──


def test_thirty_join_within_a_minute_from_one_address_and_a_guesser_is_slowed():
    command = [sys.executable, "-m", "igmfat_nb", "workshop", "serve", "--base-url", "/class/"]
    process = subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, text=True)
    try:
        opened = json.loads(process.stdout.readline())
        address, code = opened["address"], opened["code"]
        status, headers, _page = ask(f"{address}51_workshop_dosing.ipynb")
        assert (status, headers["Location"]) == (302, "/class/")
        assert ask(f"{address}seats", Accept="*/*")[0] == 401
        assert ask(opened["trainer"])[0] == 200
        guesser = cookie_in(ask(address)[1])
        with ThreadPoolExecutor(40) as crowd:
            wrong = [
                crowd.submit(ask, address, b"code=WRONG2", Cookie=guesser) for _guess in range(8)
            ]
            right = [crowd.submit(ask, address, f"code={code}".encode()) for _one in range(30)]
        assert [one.result()[0] for one in right] == [303] * 30
        assert 429 in [one.result()[0] for one in wrong]
    finally:
        process.terminate()
        assert process.wait(60) == 0


def test_jupyterlab_opens_by_password_and_nothing_else(tmp_path):
    file = tmp_path / "password"
    file.write_text(PASSWORD)
    file.chmod(0o600)
    command = [sys.executable, "-m", "igmfat_nb", "lab", "--no-browser", "--json"]
    process = subprocess.Popen(
        [*command, "--base-url", "/lab-of-ward/", "--password-file", str(file)],
        env={name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        address = json.loads(process.stdout.readline())["address"]
        root = address.partition("lab/tree")[0]
        status, headers, _page = ask(address)
        listing = ask(f"{root}api/contents")[0]
    finally:
        process.terminate()
    assert process.wait(60) == 0
    assert "/lab-of-ward/" in root
    assert status == 302
    assert "/lab-of-ward/login" in headers["Location"]
    assert listing == 403


def test_a_refused_option_is_one_sentence(tmp_path):
    for options, sentence in (
        (["--base-url", "http://x"], "The base URL is"),
        (["--allowed-host", "https://x"], "The allowed host is"),
        (["--password-file", str(tmp_path / "none")], "cannot be read: no such file"),
    ):
        command = [sys.executable, "-m", "igmfat_nb", "dashboard", "--no-browser", *options]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert ended.returncode == 2
        assert sentence in ended.stderr
        assert "Traceback" not in ended.stderr


def test_a_flooded_address_waits_and_another_does_not(open_server):
    host, port = re.search(r"//([^:]+):(\d+)", open_server).groups()

    def status_from(source):
        with socket.create_connection((host, int(port)), 20, (source, 0)) as link:
            link.sendall(f"GET /nowhere HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
            return int(link.recv(4096).split()[1])

    with ThreadPoolExecutor(8) as crowd:
        statuses = list(crowd.map(status_from, ["127.0.0.2"] * 900))

    assert 429 in statuses
    assert status_from("127.0.0.3") == 404
