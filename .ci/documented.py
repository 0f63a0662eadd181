"""Run every ``igmfat`` command that README and the guides show, as it stands there.

python .ci/documented.py [--only NAME]

Each document has a folder with the files that its commands name. A server is started,
must say its address, and is ended. What needs a person or another machine is listed.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
CASES = ROOT / "igmfat_nb" / "teaching_cases"
SERVERS = ("dashboard", "lab", "workshop serve")
#: Beginning of a command → why it is not run.
NOT_RUN = {
    "igmfat password": "asks at a terminal (tests/server/test_log_in.py answers it)",
    "igmfat workshop collect": "needs a class's summaries (tests/workshop has them)",
    "igmfat reports cases/ --out out/ --scheduler": "needs a cluster (tests/reports has one)",
}
#: What another machine has, and this one in its place.
INSTEAD = {"--host 192.0.2.7": "--host 127.0.0.1", "--password-file password.hash": ""}
LONGEST_S, START_S = 1800, 120


def commands_of(text: str) -> list[str]:
    """What a reader would type, without the words beside it."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", text, re.S | re.M)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [re.sub(r"\s+#.*", "", line) for line in lines if line.startswith("igmfat ")]


def prepare(folder: Path, igmfat: str) -> None:
    """Write the files that the commands name."""
    subprocess.run([igmfat, "examples", "--out", "."], cwd=folder, check=True, capture_output=True)
    for name in ("SIM-001.json", "CASE.json"):
        shutil.copy(folder / "course.json", folder / name)
    shutil.copy(folder / "sweep.csv", folder / "table.csv")
    (folder / "ours.toml").write_text("[cohort]\nseed = 7\n", encoding="utf-8")
    (folder / "cases").mkdir()
    for path in sorted(CASES.glob("*.json"))[:3]:
        shutil.copy(path, folder / "cases")


def run(command: str, folder: Path, environment: dict[str, str]) -> str:
    """Run one command; return what went wrong, or nothing."""
    for there, here in INSTEAD.items():
        command = command.replace(there, here)
    if any(command.startswith(f"igmfat {name}") for name in SERVERS):
        return serve(command, folder, environment)
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, timeout=LONGEST_S,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else f"exit code {done.returncode}: {done.stderr[-500:]}"


def serve(command: str, folder: Path, environment: dict[str, str]) -> str:
    """Start a server, wait for its address, end it."""
    words = f"exec {re.sub(r' --port [0-9]+', '', command)} --json"
    words += "" if "--no-browser" in words or "workshop" in words else " --no-browser"
    server = subprocess.Popen(
        ["bash", "-c", words], cwd=folder, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    signal.alarm(START_S)
    line = server.stdout.readline() if server.stdout else ""
    signal.alarm(0)
    server.terminate()
    _out, said = server.communicate(timeout=120)
    good = "http" in line and server.returncode == 0
    return "" if good else f"exit code {server.returncode}: {line}{said[-500:]}"


def main() -> int:
    """Run all; 1 where any failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append", help="a document, such as analyst")
    only = parser.parse_args().only
    programs = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    failed = 0
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
    for path in documents:
        commands = commands_of(path.read_text(encoding="utf-8"))
        if not commands or (only and path.stem not in only):
            continue
        print(f"{path.relative_to(ROOT)}: {len(commands)} commands", flush=True)
        with tempfile.TemporaryDirectory(prefix="igmfat-documented-") as scratch:
            prepare(Path(scratch), str(programs / "igmfat"))
            for command in commands:
                if whys := [why for one, why in NOT_RUN.items() if command.startswith(one)]:
                    print(f"  not run: {command}: {whys[0]}")
                    continue
                trouble = run(command, Path(scratch), environment)
                failed += bool(trouble)
                print(f"  {'FAILED' if trouble else 'ran'}: {command} {trouble}", flush=True)
    print(f"{failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
