"""Run every command that the documents show, as it stands there.

python .ci/documented.py [--only NAME] [--list]

In the blocks every line and every piece of Python is run, one after the other in an empty
folder with the files whose content the document shows. A server is started, must say its
address, and is ended; a cluster stays up until its document is done. What a sentence names
(`igmfat score`, `make docs`, `python benchmarks/…`) is asked: whether it is there and knows
the options given. What is neither run nor asked is printed with its reason.
``--list`` only says which is which.
"""

import argparse
import itertools
import os
import re
import select
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pexpect

from igmfat_nb.server.processes import end_server

ROOT = Path(__file__).parent.parent
SERVERS = ("dashboard", "lab", "workshop serve")
#: Beginning of a command → why it is neither run nor asked.
LEFT_OUT = {
    "conda ": "no channel can be reached where this is built",
    "py ": "Windows",
    r".venv\Scripts": "Windows",
    "npm install": ".ci/run installs the proxy",
    "export IGMFAT_HUB_PASSWORD": "tests/server/test_hub.py starts the hub",
    ". .venv/bin/activate": "done here for all of them",
    ".venv/bin/jupyterhub": "tests/server/test_hub.py starts the hub",
    "pip install": "by .ci/full from the wheel and the sdist, by make install from the lock",
}
#: What another machine has, and this one in its place.
INSTEAD = {"--host 192.0.2.7": "--host 127.0.0.1"}
PROGRAMS = r"(?:igmfat|make|python|pytest|conda|py|npm|export|pip|lint-imports|mypy)(?= |$)"
COMMAND = re.compile(rf"{PROGRAMS}|\.venv[/\\]|\.ci/|bash |eval |_IGMFAT_COMPLETE")
SHELLS = {"zsh_source": "zsh", "fish_source": "fish"}
PASSWORD = "eight words that nobody types at a ward"  # noqa: S105
LONGEST_S, START_S = 1800, 300


@dataclass(frozen=True)
class Shown:
    """A command, and whether it stands in a block to be typed or is named in a sentence."""

    text: str
    typed: bool


def shown_in(text: str) -> list[Shown]:
    """What a reader would type or is told of, once each, without the words beside it."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", text, re.S | re.M)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    typed = [re.sub(r"\s+#.*", "", line) for line in lines if line]
    sentences = re.sub(r"^ *```.*?^ *```", "", text, flags=re.S | re.M)
    spans = [span for span in re.findall(r"`([^`\n]+)`", sentences) if COMMAND.match(span)]
    named = [span for span in dict.fromkeys(spans) if span not in typed]
    return [Shown(line, True) for line in typed] + [Shown(span, False) for span in named]


def blocks_of(text: str, kind: str) -> list[str]:
    """The blocks of one language."""
    found = re.findall(rf"^( *)```{kind}\n(.*?)^ *```", text, re.S | re.M)
    return ["\n".join(line.removeprefix(i) for line in b.splitlines()) for i, b in found]


def main() -> int:
    """Run all; 1 where any failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append", help="a document, such as analyst")
    parser.add_argument("--list", action="store_true", help="say what is run, asked, left out")
    given = parser.parse_args()
    counted: Counter[str] = Counter()
    before: dict[tuple[Shown | str, ...], str] = {}
    for path in documents():
        text, name = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
        shown, python = shown_in(text), blocks_of(text, "python")
        if given.only and path.stem not in given.only:
            continue
        if not shown and not python:
            print(f"{name}: shows no command")
        elif same := before.get((*shown, *python)):
            print(f"{name}: the {len(shown)} commands of {same}")
        else:
            before[(*shown, *python)] = name
            print(f"{name}: {len(shown)} commands", flush=True)
            with tempfile.TemporaryDirectory(prefix="igmfat-documented-") as scratch:
                Document(Path(scratch), text, counted, given.list).go()
    print(", ".join(f"{n} {what}" for what, n in counted.items()))
    return int(counted["FAILED"] > 0)


def documents() -> list[Path]:
    """Every document of the project but the changelog, which tells of other days."""
    found = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
    found += sorted(ROOT.glob("deploy/**/*.md"))
    return sorted((p for p in found if p.name != "CHANGELOG.md"), key=lambda p: p.stem != "README")


class Document:
    """The commands of one document, in a folder of their own."""

    def __init__(self, folder: Path, text: str, counted: Counter[str], only_list: bool) -> None:
        self.folder, self.text, self.counted, self.only_list = folder, text, counted, only_list
        programs = Path(sys.executable).parent
        self.igmfat = str(programs / "igmfat")
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": path, "HOME": str(folder)}
        self.cluster: list[subprocess.Popen[str]] = []
        self.port = free_port()

    def go(self) -> None:
        """Run, ask or leave out each; end what stayed up."""
        if not self.only_list:
            self.prepare()
        try:
            for one in shown_in(self.text):
                self.one(one)
            for code in blocks_of(self.text, "python"):
                python = [sys.executable, "-c", code]
                self.say("run", code.splitlines()[0], lambda python=python: self.call(python))
        finally:
            for process in self.cluster:
                end_server(process, within_s=60)

    def prepare(self) -> None:
        """Write what a document shows as a file's content, and what a class hands in."""
        for case in blocks_of(self.text, "json"):
            (self.folder / "SIM-001.json").write_text(case, encoding="utf-8")
        for table in blocks_of(self.text, "toml"):
            (self.folder / "ours.toml").write_text(table, encoding="utf-8")
        (self.folder / "handed-in").mkdir()
        (self.folder / "handed-in" / "one.json").write_text(summary(), encoding="utf-8")

    def one(self, shown: Shown) -> None:
        """Run it, ask for it, or say why not."""
        command = shown.text
        if whys := [why for one, why in LEFT_OUT.items() if command.startswith(one)]:
            self.say("left out", f"{command}: {whys[0]}", None)
            return
        shell = next((s for word, s in SHELLS.items() if word in command), "bash")
        if not shutil.which(shell):
            self.say("left out", f"{command}: no {shell} on this machine", None)
        elif not shown.typed or re.match(r"make|(bash )?\.ci/", command):
            self.say("asked", command, lambda: self.ask(command))
        else:
            self.say("run", command, lambda: self.run(command, shell))

    def say(self, what: str, command: str, do: Callable[[], str] | None) -> None:
        """Do it, and say what came of it."""
        began_s = time.monotonic()
        trouble = do() if do and not self.only_list else ""
        self.counted["FAILED" if trouble else what] += 1
        took = (
            f" ({time.monotonic() - began_s:.0f} s)" if what == "run" and not self.only_list else ""
        )
        print(f"  {'FAILED' if trouble else what}: {command}{took} {trouble}", flush=True)

    def run(self, command: str, shell: str) -> str:
        """Run one command; return what went wrong, or nothing."""
        for there, here in {**INSTEAD, "8786": str(self.port)}.items():
            command = command.replace(there, here)
        if "/dask " in command:
            return self.start(command.replace(".venv/bin/", ""))
        if command.startswith("igmfat password"):
            return self.type_password(command)
        if any(command.startswith(f"igmfat {name}") for name in SERVERS):
            return self.serve(command)
        return self.call([shell, "-c", command])

    def call(self, words: list[str], folder: Path | None = None) -> str:
        """Run a program to its end."""
        done = subprocess.run(
            words, cwd=folder or self.folder, env=self.environment, timeout=LONGEST_S,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        said = f"exit code {done.returncode}: {done.stdout[-200:]}{done.stderr[-500:]}"
        return said if done.returncode else ""

    def start(self, command: str) -> str:
        """Start a part of a cluster, which stays until the document is done."""
        words = ["bash", "-c", f"exec {command}"]
        part = subprocess.Popen(
            words, cwd=self.folder, env=self.environment, text=True, stderr=subprocess.DEVNULL
        )
        self.cluster.append(part)
        time.sleep(5)
        return "" if part.poll() is None else f"ended with {part.returncode}"

    def type_password(self, command: str) -> str:
        """Answer it at a terminal."""
        child = pexpect.spawn(command, cwd=str(self.folder), env=self.environment, timeout=START_S)
        for _time in range(2):
            child.expect(":")
            child.sendline(PASSWORD)
        child.expect(pexpect.EOF)
        child.close()
        return f"exit code {child.exitstatus}: {child.before!r}" if child.exitstatus != 0 else ""

    def serve(self, command: str) -> str:
        """Start a server, wait for its address, end it."""
        words = f"exec {re.sub(r' --port [0-9]+', f' --port {free_port()}', command)} --json"
        words += "" if "--no-browser" in words or "workshop" in words else " --no-browser"
        server = subprocess.Popen(
            ["bash", "-c", words], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        come, _out, _bad = select.select([server.stdout], [], [], START_S)
        line = server.stdout.readline() if come and server.stdout else "no address came "
        said = end_server(server, within_s=START_S)
        good = "http" in line and server.returncode == 0
        return "" if good else f"exit code {server.returncode}: {line}{said[-500:]}"

    def ask(self, command: str) -> str:
        """Whether a command is there and knows the options given."""
        program, *rest = command.removeprefix("bash ").removeprefix(".venv/bin/").split()
        if program == "igmfat":
            return self.call([*words_of(command), "--help"])
        if program == "make":
            return self.call(["make", "-n", *rest], ROOT)
        if program.startswith(".ci/"):
            return self.call(["bash", "-n", program], ROOT)
        if program == "python":
            return self.ask_script(rest)
        if program == "pytest" and rest:
            return self.call([sys.executable, "-m", "pytest", "-q", "--collect-only", *rest], ROOT)
        found = shutil.which(program, path=self.environment["PATH"])
        return "" if found else "is not installed"

    def ask_script(self, words: list[str]) -> str:
        """Whether a script is there, and its own help names the options."""
        script = ROOT / words[0]
        if not script.is_file():
            return "no such file"
        options = {word for word in words if word.startswith("--")}
        if not options and "argparse" not in script.read_text(encoding="utf-8"):
            return ""  # it takes no options: nothing to ask
        asked = subprocess.run(
            [sys.executable, script, "--help"], capture_output=True, text=True, check=False
        )
        unknown = sorted(options - set(re.findall(r"--[a-z-]+", asked.stdout)))
        return f"does not know {', '.join(unknown)}" if unknown or asked.returncode else ""


def words_of(command: str) -> list[str]:
    """The words of its first program: nothing of a sentence's command is run.

    >>> words_of("igmfat score CASE|FOLDER > table.csv")
    ['igmfat', 'score', 'CASE']
    """
    signs = shlex.shlex(command, posix=True, punctuation_chars="|&;<>")
    signs.whitespace_split = True
    return list(itertools.takewhile(lambda word: word[0] not in "|&;<>", signs))


def summary() -> str:
    """What a participant hands in."""
    from igmfat_nb.workshop.lessons import lesson_named
    from igmfat_nb.workshop.model import LessonModel
    from igmfat_nb.workshop.record import summary_json

    model = LessonModel(lesson_named("51"), seat="ab" * 16, clock=lambda: 0.0)
    model.submit("51-protein", "20")
    return summary_json(model.record, "2026-11-23T14:00:00+00:00")


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
