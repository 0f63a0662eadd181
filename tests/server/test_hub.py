"""The hub of deploy/jupyterhub as it runs: two participants log in, and each has a server."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from lesson_steps import at_question, in_one_browser
from polling import let_in, until
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from igmfat_nb.language import _, reading
from igmfat_nb.pages.contents import entry_of

ROOT = Path(__file__).parent.parent.parent
CONFIG = ROOT / "deploy" / "jupyterhub" / "jupyterhub_config.py"
FIRST_LESSON = ROOT / "notebooks" / "50_workshop_eligibility.ipynb"
NOTICE = {"en": "Not for treatment decisions", "it": "Non per decisioni terapeutiche"}
PASSWORD = "synthetic patients"
LONGEST_START_S = 300
V1 = "v1.kernel.websocket.jupyter.org"
# As JupyterHub reads its configuration, without the seconds that its database takes.
JUST_THE_CONFIG = (
    "import sys; from traitlets.config import PyFileConfigLoader as Loader;"
    " Loader(sys.argv[1]).load_config()"
)
HUB = [sys.executable, "-m", "jupyterhub", "-f", str(CONFIG)]


@dataclass(frozen=True)
class Answer:
    """What came back, and from which address in the end."""

    status: int
    path: str
    text: str


class Participant:
    """A browser without scripts: it keeps cookies and follows redirections."""

    def __init__(self, address: str, name: str = "nobody", language: str = "en") -> None:
        self.address, self.name = address, name
        self.cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.cookies))
        self._opener.addheaders.append(("Accept-Language", language))

    def get(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        data = urlencode(form).encode() if form else None
        request = Request(self.address + path, data, headers)
        try:
            with self._opener.open(request, timeout=300) as page:
                return Answer(page.status, urlsplit(page.url).path, page.read().decode())
        except HTTPError as refused:
            with refused:
                return Answer(refused.code, urlsplit(refused.url).path, refused.read().decode())

    def log_in(self, password: str = PASSWORD) -> Answer:
        page = self.get("/hub/login")
        assert NOTICE["en"] in page.text
        token = next(cookie.value for cookie in self.cookies if cookie.name == "_xsrf")
        return self.get("/hub/login", {"username": self.name, "password": password, "_xsrf": token})

    def own_page(self) -> Answer:
        """The page of the server that starts after the log-in."""
        self.log_in()
        deadline, home = time.monotonic() + LONGEST_START_S, f"/user/{self.name}/"
        while time.monotonic() < deadline:
            answer = self.get(home)
            if (answer.status, answer.path) == (200, home):
                let_in(self._opener, self.address + home, answer.text)
                return self.get(home)
            time.sleep(0.5)
        return answer

    def opens_channels(self, path: str) -> int:
        """Status of asking for a kernel's websocket: 101 when it opens."""
        cookie = "; ".join(f"{each.name}={each.value}" for each in self._cookies_for(path))
        headers = {"Cookie": cookie, "Origin": self.address}
        address = self.address.replace("http", "ws", 1) + path
        request = HTTPRequest(address, headers=headers)
        with ThreadPoolExecutor(1) as aside:  # a browser test may have left this thread its loop
            return aside.submit(lambda: asyncio.run(_upgraded(request))).result()

    def _cookies_for(self, path: str) -> list[object]:
        return [cookie for cookie in self.cookies if path.startswith(cookie.path)]


async def _upgraded(request: HTTPRequest) -> int:
    try:
        channel = await websocket_connect(request, subprotocols=[V1])
    except HTTPClientError as refused:
        return refused.code
    channel.close()
    return 101


@dataclass
class Hub:
    """A hub that a test started."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path
    seen: set[int] = field(default_factory=set)

    def wait(self) -> None:
        until = time.monotonic() + LONGEST_START_S
        while True:
            try:
                if Participant(self.address).get("/hub/login").status == 200:
                    return
            except URLError:
                pass
            running = self.process.poll() is None and time.monotonic() < until
            assert running, self.log.read_text()
            time.sleep(0.3)

    def started(self) -> set[int]:
        """Ids of everything that came from it: proxy, servers, kernels."""
        pairs = subprocess.run(
            ["ps", "-eo", "pid=,ppid="], check=True, capture_output=True, text=True
        ).stdout.split()
        parents = dict(zip(map(int, pairs[::2]), map(int, pairs[1::2]), strict=True))
        found = {self.process.pid}
        while True:
            more = {child for child, parent in parents.items() if parent in found} - found
            if not more:
                self.seen |= found
                return found
            found |= more

    def stop(self) -> None:
        """As Ctrl-C or a service manager would."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(90)


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return state.stdout.strip()[:1] not in ("", "Z")


@pytest.fixture(scope="module")
def hub(proxy_on_the_path: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("hub")
    outside, inner, proxy_api = (f"http://127.0.0.1:{port}" for port in free_ports(3))
    environment = {
        **os.environ,
        "IGMFAT_HUB_PASSWORD": PASSWORD,
        "IGMFAT_HUB_NAMES": "alice, bob",
        "IGMFAT_HUB_STATE": str(folder / "state"),
        "IGMFAT_HUB_BIND": outside,
        "IGMFAT_HUB_INNER": inner,
        "IGMFAT_HUB_PROXY_API": proxy_api,
    }
    log = folder / "log.txt"
    with log.open("wb") as written:
        process = subprocess.Popen(
            HUB, cwd=folder, env=environment, stdout=written, stderr=subprocess.STDOUT
        )
    running = Hub(outside, process, log)
    try:
        running.wait()
        yield running
    finally:
        running.started()
        running.stop()
        for pid in filter(alive, running.seen):  # only where a test has failed
            os.kill(pid, signal.SIGKILL)


def test_only_the_right_password_and_a_listed_name_come_in(hub):
    wrong = Participant(hub.address, "alice").log_in("another password")
    unlisted = Participant(hub.address, "mallory").log_in()

    assert wrong.status == 403
    assert "Invalid username or password" in wrong.text
    assert unlisted.status == 403
    assert not Participant(hub.address).get("/user/alice/").path.startswith("/user/")


WHO = ".ig-who b"


def logged_in(hub, page, name):
    """Log in, and wait for the first lesson; the page before says goodbye while it may."""
    page.goto("about:blank")
    page.wait_for_timeout(500)
    page.context.clear_cookies()
    page.goto(hub.address + "/hub/login")
    for field_id, text in (("#username_input", name), ("#password_input", PASSWORD)):
        page.fill(field_id, text)
    page.click("#login_submit")
    page.locator(".ig-quest .ig-title").wait_for()


@pytest.mark.browser
@pytest.mark.full
def test_two_people_at_one_browser_do_not_find_each_others_answers(hub, chromium):
    def play(page):
        logged_in(hub, page, "alice")
        card = at_question(page, 2)
        card.get_by_label("Your answer").fill("4.2")
        card.get_by_role("button", name="Check").click()
        card.get_by_text("a gram has 1,000 milligrams").wait_for()
        page.goto(hub.address + "/user/alice/21_individualised_dosing.ipynb")
        page.get_by_role("button", name="Case ▾").click()
        page.get_by_role("button", name="An outlying titre on day 3").click()
        page.locator(WHO, has_text="surprising-titre").wait_for()
        page.get_by_role("button", name="Case ▾").click()
        page.get_by_label("Keep this case in this browser").check()
        until(page, "Object.keys(localStorage).some((key) => key.includes('case'))")

        logged_in(hub, page, "bob")
        at_question(page, 2)
        page.wait_for_timeout(1000)
        assert page.get_by_text("a gram has 1,000 milligrams").count() == 0
        assert page.get_by_label("Your answer").input_value() == ""
        page.goto(hub.address + "/user/bob/21_individualised_dosing.ipynb")
        page.locator(WHO, has_text="No patient yet").wait_for()
        page.wait_for_timeout(1000)
        assert page.get_by_text("surprising-titre").count() == 0

        logged_in(hub, page, "alice")
        at_question(page, 2)
        page.get_by_text("a gram has 1,000 milligrams").wait_for()
        page.goto(hub.address + "/user/alice/21_individualised_dosing.ipynb")
        page.locator(WHO, has_text="surprising-titre").wait_for()

    with ThreadPoolExecutor(2) as both:  # a server takes seconds to start: not one after the other
        list(both.map(Participant.log_in, (Participant(hub.address, n) for n in ("alice", "bob"))))
    in_one_browser(chromium, play, LONGEST_START_S)


def test_two_participants_have_a_server_each_and_not_the_others(hub):
    alice, bob = Participant(hub.address, "alice"), Participant(hub.address, "bob", "it-IT")

    with ThreadPoolExecutor(2) as both:
        pages = dict(
            zip(("alice", "bob"), both.map(Participant.own_page, (alice, bob)), strict=True)
        )

    kernels = {}
    for name, page in pages.items():
        assert page.status == 200, hub.log.read_text()
        code = {"alice": "en", "bob": "it"}[name]  # each reads what their browser asks for
        with reading(code):
            assert f"<title>{_(entry_of(FIRST_LESSON.stem).title)}" in page.text
            assert NOTICE[code] in page.text
        assert f'<html lang="{code}"' in page.text
        found = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page.text, re.S)
        session = json.loads(found[1])
        assert session["baseUrl"] == f"/user/{name}/"
        kernels[name] = f"/user/{name}/api/kernels/{session['kernelId']}"

    # Each reaches their own kernel, as a page's script and as its websocket.
    same_origin = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}
    assert alice.get(kernels["alice"], **same_origin).status == 200
    assert alice.opens_channels(kernels["alice"] + "/channels") == 101

    # Nobody else does, logged in or not, not even knowing its id.
    for stranger in (bob, Participant(hub.address)):
        assert stranger.get("/user/alice/").path.startswith("/hub/")
        assert stranger.get(kernels["alice"]).status == 403
        assert stranger.opens_channels(kernels["alice"] + "/channels") == 403
        goodbye = kernels["alice"].replace("api/kernels", "voila/api/shutdown")
        assert stranger.get(goodbye, {"bye": "1"}, **same_origin).status == 403
    assert bob.get("/user/alice/").status == 403

    # What Jupyter would let them run or read is not there for the owner either.
    for shut in ("api/contents", "api/terminals", "lab", "tree"):
        assert alice.get(f"/user/alice/{shut}").status in (403, 404)

    # The page's goodbye ends its kernel.
    goodbye = kernels["alice"].replace("api/kernels", "voila/api/shutdown")
    assert alice.get(goodbye, {"bye": "1"}, **same_origin).status == 204
    assert alice.get(kernels["alice"], **same_origin).status == 404

    # The end of the hub is the end of the proxy, of both servers and of their kernels.
    everything = hub.started()
    assert len(everything) >= 5
    hub.stop()
    assert not list(filter(alive, everything))


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("PASSWORD", "", "Set IGMFAT_HUB_PASSWORD to a password of at least 8 characters"),
        ("SEATS", "many", "IGMFAT_HUB_SEATS is a whole number from 1, not “many”."),
        ("NOTEBOOK", "99_none", "There is no notebook “99_none”."),
    ],
)
def test_a_hub_set_up_wrongly_says_so_in_one_sentence(tmp_path, setting, value, sentence):
    environment = {
        **os.environ,
        "IGMFAT_HUB_PASSWORD": PASSWORD,
        "IGMFAT_HUB_STATE": str(tmp_path / "state"),
        f"IGMFAT_HUB_{setting}": value,
    }

    ended = subprocess.run(
        [sys.executable, "-c", JUST_THE_CONFIG, str(CONFIG)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith(sentence)
    assert ended.stderr.count("\n") == 1
    assert not (tmp_path / "state").exists()
