"""The audit fails where it found a hole, and where it could not look."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).parent.parent
AUDIT = ROOT / ".ci" / "audit.py"
#: A version of long ago whose hole every source knows, and the one that is installed.
KNOWN, INSTALLED = ("pyyaml", "5.3.1"), "tornado"
PACKAGES = 4  # that one, numpy for two Pythons, jinja2
HOLE = "GHSA-8q59-q68h-6hv4"
Knows = Callable[[str, str], bool | None]


@pytest.fixture
def source() -> Iterator[Callable[[Knows], list[str]]]:
    """Start a source that speaks OSV's protocol; what it knows is a function of a package."""
    servers = []

    def start(knows: Knows) -> list[str]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), answering(knows))
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return ["-s", "osv", "--osv-url", f"http://127.0.0.1:{server.server_port}/"]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def answering(knows: Knows) -> type[BaseHTTPRequestHandler]:
    class Source(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            name, version = asked["package"]["name"], asked["version"]
            known = knows(name, version)
            told = {"vulns": [hole_of(name)]} if known else {}
            body = json.dumps(told).encode()
            self.send_response(500 if known is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Source


def hole_of(name: str) -> dict[str, object]:
    events = [{"introduced": "0"}]
    ranges = [{"type": "ECOSYSTEM", "events": events}]
    package = {"name": name, "ecosystem": "PyPI"}
    affected = [{"package": package, "ranges": ranges}]
    return {
        "id": HOLE,
        "summary": "a hole",
        "affected": affected,
        "published": "2021-03-25T00:00:00Z",
    }


@pytest.fixture
def audit(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The audit of a lock with a few lines of ours, two versions of one package among them."""
    wanted = (f"{INSTALLED}==", "numpy==", "jinja2==")
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    lock = [line for line in lines if line.startswith(wanted)]
    assert len(lock) == PACKAGES
    (tmp_path / "requirements.lock").write_text("\n".join(lock))
    (tmp_path / ".ci").mkdir()
    script = shutil.copy(AUDIT, tmp_path / ".ci")

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(script), *options]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def test_all_audited_and_nothing_found_passes(audit, source):
    done = audit(*source(lambda name, version: (name, version) == KNOWN))

    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{PACKAGES} packages audited, no known hole.\n"


def test_a_hole_in_what_is_installed_fails_and_is_named(audit, source):
    done = audit(*source(lambda name, version: (name, version) == KNOWN or name == INSTALLED))

    assert done.returncode == 1
    assert re.fullmatch(rf"{INSTALLED} [\d.]+: {HOLE}\n", done.stderr)


def test_a_source_that_knows_nothing_is_no_audit(audit, source):
    done = audit(*source(lambda _name, _version: False))

    assert done.returncode == 2
    assert done.stderr == "Not audited: the source knows no hole of pyyaml 5.3.1.\n"


def test_a_source_that_fails_for_one_package_is_no_audit(audit, source):
    done = audit(
        *source(lambda name, version: None if name == INSTALLED else (name, version) == KNOWN)
    )

    assert done.returncode == 2
    assert done.stderr.startswith("Not audited: ")


def test_a_source_that_cannot_be_reached_is_no_audit(audit, source):
    options = source(lambda _name, _version: False)
    closed = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = closed.server_port
    closed.server_close()

    done = audit(*options[:-1], f"http://127.0.0.1:{port}/")

    assert done.returncode == 2
    assert done.stderr.startswith("Not audited: ")
    assert "no known" not in done.stdout + done.stderr


@pytest.mark.full
def test_the_list_of_what_is_installed_names_every_package_of_the_lock(tmp_path):
    made = tmp_path / "sbom.json"
    subprocess.run(
        ["make", "--no-print-directory", "-s", "sbom", f"SBOM={made}", "-o", ".venv/.installed"],
        cwd=ROOT,
        check=True,
    )

    listed = json.loads(made.read_text(encoding="utf-8"))
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    wanted = set(re.findall(r"^([a-z]\S*)==([^\s;]+)", lock, re.M))
    assert listed["bomFormat"] == "CycloneDX"
    assert listed["metadata"]["component"]["name"] == "igmfat_nb"
    named = {(one["name"], one.get("version")) for one in listed["components"]}
    assert wanted <= named
