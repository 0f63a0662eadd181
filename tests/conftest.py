"""What every test shares: a browser or one line saying there is none, and repeatable hypotheses."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import settings
from nbval.kernel import RunningKernel

from igmfat_nb.kernels.choice import PROVISIONER

ROOT = Path(__file__).parent.parent
BROWSER_TESTS = ROOT / "tests" / "browser"
#: The page that a server of our notebooks has ready.
MAIN_PAGE = "40_dashboard"
#: Files of the browser's that take longest: begun last, they would keep one core while the
#: other idles.
LONGEST = (
    *("test_everyone.py", "test_class.py", "test_link.py", "test_titration.py", "test_page.py"),
    *("test_in_italian.py", "test_navigation.py", "test_patient.py", "test_altered.py"),
)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PROXY = "configurable-http-proxy"
NO_BROWSER = (
    "Browser tests are skipped: no Chromium is on the path (Debian: apt-get install chromium)."
)
NO_PROXY = (
    "The hub's tests are skipped: configurable-http-proxy is not on the path"
    " (npm install --global configurable-http-proxy)."
)

NO_NGINX = "The tests behind nginx are skipped: it is not on the path (Debian: nginx-light)."

# Notebooks below are material for tests; nbval runs those in notebooks/.
collect_ignore = ["data", "notebooks", "reference"]

# Servers, commands and kernels of the tests would compile all that they import again, each.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

#: Kernels of the notebook tests are forked, as a server's are.
os.environ.setdefault("JUPYTER_DEFAULT_PROVISIONER_NAME", PROVISIONER)

# No deadline: a test says what is right, and benchmarks/ says what is fast.
settings.register_profile("igmfat", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("igmfat")


def chromium_path() -> str | None:
    """The first Chromium on the path."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def nginx_path() -> str | None:
    """The web server; Debian keeps it where only root looks."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def pytest_configure() -> None:
    """Stop at once where a browser is required and missing; let kernels end under coverage."""
    if os.environ.get("IGMFAT_REQUIRE_BROWSER") == "1" and chromium_path() is None:
        message = "IGMFAT_REQUIRE_BROWSER is set, and no Chromium is on the path."
        raise pytest.UsageError(message)
    if os.environ.get("IGMFAT_REQUIRE_HUB") == "1" and shutil.which(PROXY) is None:
        message = "IGMFAT_REQUIRE_HUB is set, and configurable-http-proxy is not on the path."
        raise pytest.UsageError(message)
    if os.environ.get("IGMFAT_REQUIRE_NGINX") == "1" and nginx_path() is None:
        message = "IGMFAT_REQUIRE_NGINX is set, and no nginx is on the path."
        raise pytest.UsageError(message)
    if "COVERAGE_PROCESS_CONFIG" in os.environ:
        RunningKernel.stop = _end_in_order  # a killed kernel writes down nothing it measured


def _end_in_order(kernel: RunningKernel) -> None:
    kernel.km.shutdown_kernel(now=False)
    kernel.kc.stop_channels()
    del kernel.km


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files in the order they are given out; skip what needs a browser where there is none."""
    items.sort(key=_turn)
    if chromium_path() is not None:
        return
    for item in filter(_needs_browser, items):
        item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once that the browser tests or the hub's did not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    for reason in (NO_BROWSER, NO_PROXY, NO_NGINX):
        if any(reason in str(report.longrepr) for report in skipped):
            terminalreporter.write_line(reason, yellow=True)


def _turn(item: pytest.Item) -> tuple[bool, int, int]:
    """Browsers last, since a test's loop must not run in theirs; of them first the longest.

    The rest in an order of no meaning: files that wait for servers stand in one folder, and
    would be under way together while nothing is worked out.
    """
    name, in_a_page = item.path.name, _in_a_page(item)
    place = LONGEST.index(name) if in_a_page and name in LONGEST else len(LONGEST)
    return in_a_page, place, crc32(item.nodeid.partition("::")[0].encode())


def _in_a_page(item: pytest.Item) -> bool:
    return BROWSER_TESTS in item.path.parents


def _needs_browser(item: pytest.Item) -> bool:
    return _in_a_page(item) or item.get_closest_marker("browser") is not None


@pytest.fixture(scope="session")
def proxy_on_the_path() -> None:
    """Skip the hub's tests where its proxy, which comes from npm, is not installed."""
    if shutil.which(PROXY) is None:
        pytest.skip(NO_PROXY)


@pytest.fixture(scope="session")
def nginx() -> str:
    """Where nginx is; skip the tests behind it where it is not installed."""
    path = nginx_path()
    if path is None:
        pytest.skip(NO_NGINX)
    return path


@contextmanager
def started_command(*words: str) -> Iterator[dict[str, Any]]:
    """A server of ours by its command; what it says of itself once it answers."""
    command = [sys.executable, "-m", "igmfat_nb", *words, "--json"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield json.loads(line)
    finally:
        process.terminate()
        _out, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints


@pytest.fixture(scope="session")
def started() -> Callable[..., Any]:
    """Start a server of ours by its command."""
    return started_command


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is; only tests that are skipped without one ask for it."""
    path = chromium_path()
    assert path is not None
    return path


@dataclass(frozen=True)
class Server:
    """A dashboard server that a test started."""

    address: str
    process: subprocess.Popen[str]
    log: Path

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(120)


@contextmanager
def running_server(
    notebook: str | Path, log: Path, *options: str, environment: dict[str, str] | None = None
) -> Iterator[Server]:
    """A server of a notebook on a free port of this computer."""
    command = [sys.executable, "-m", "igmfat_nb", "dashboard", "--no-browser", "--json"]
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*command, "--notebook", str(notebook), *options],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        line = process.stdout.readline()
        assert line, log.read_text()
        yield Server(json.loads(line)["address"], process, log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(120)


StartServer = Callable[..., Server]


@pytest.fixture(scope="session")
def server_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """Give the server of a notebook; asked again with the same words, the same server."""
    with ExitStack() as stack:
        running: dict[tuple[str, ...], Server] = {}

        def start(notebook: str | Path, *options: str) -> Server:
            key = (str(notebook), *options)
            if key not in running or running[key].process.poll() is not None:
                log = tmp_path_factory.mktemp("server") / "log.txt"
                running[key] = stack.enter_context(running_server(notebook, log, *options))
            return running[key]

        yield start


@pytest.fixture(scope="session")
def altered_package(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give the environment of a package that speaks one language more (translations/altered)."""
    from translations.altered import package_in

    return package_in(tmp_path_factory.mktemp("altered"))


@pytest.fixture(scope="session")
def two_languages(
    altered_package: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Give a server of our pages in English and in a language of nobody's."""
    log = tmp_path_factory.mktemp("two") / "log.txt"
    with running_server(MAIN_PAGE, log, environment=altered_package) as server:
        yield server


PageOf = Callable[[str | Path], str]


@pytest.fixture(scope="session")
def page_of(server_of: StartServer, tmp_path_factory: pytest.TempPathFactory) -> PageOf:
    """Give the address of a notebook's page; a server has all of ours, one all tests made."""
    made = tmp_path_factory.mktemp("made")

    def address(notebook: str | Path) -> str:
        if isinstance(notebook, str):
            return f"{server_of(MAIN_PAGE).address}{notebook}.ipynb"
        name = f"made_{len(list(made.glob('*.ipynb')))}.ipynb"
        shutil.copy(notebook, made / name)
        return f"{server_of(made / 'made_0.ipynb').address}{name}"

    return address
