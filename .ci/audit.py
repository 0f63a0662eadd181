"""Whether a known hole is in what requirements.lock installs; unknown is no answer.

    python .ci/audit.py [OPTIONS OF PIP-AUDIT]

pip-audit says "no known vulnerabilities" also where it was told nothing: a package that its
source does not know is skipped, and a source that knows nothing skips them all. Here a package
that was not audited is a failure; and beside the lock a version is asked for that has had a
known hole for years, so that a source which does not name that one is not believed.

Exit code 0: all was audited, and nothing was found. 1: a hole. 2: not all could be audited.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

LOCK = Path(__file__).parent.parent / "requirements.lock"
#: CVE-2020-14343: whoever loads YAML with it runs what stands in it.
KNOWN = ("pyyaml", "5.3.1")
PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", re.MULTILINE)
FOUND, NOT_AUDITED = 1, 2


def main(options: Sequence[str]) -> int:
    """Audit, say what was found, and return the exit code."""
    wanted = set(PINNED.findall(LOCK.read_text(encoding="utf-8")))
    if not wanted:
        return _said(f"Not audited: {LOCK.name} names no package.", NOT_AUDITED)
    answers: dict[tuple[str, str], list[str]] = {}
    # By themselves: a resolver would refuse two versions of one package.
    for batch in ({KNOWN}, *_one_version_each(wanted)):
        told = _audited(batch, options)
        if isinstance(told, str):
            return _said(f"Not audited: {told}", NOT_AUDITED)
        answers |= told
    if not answers.get(KNOWN):
        name, version = KNOWN
        return _said(f"Not audited: the source knows no hole of {name} {version}.", NOT_AUDITED)
    if missing := sorted(wanted - set(answers)):
        names = ", ".join(f"{name} {version}" for name, version in missing)
        return _said(f"Not audited, {len(missing)} of {len(wanted)}: {names}.", NOT_AUDITED)
    found = {one: answers[one] for one in sorted(wanted) if answers[one]}
    for (name, version), holes in found.items():
        _said(f"{name} {version}: {', '.join(holes)}", FOUND)
    if found:
        return FOUND
    print(f"{len(wanted)} packages audited, no known hole.")
    return 0


def _one_version_each(wanted: set[tuple[str, str]]) -> list[set[tuple[str, str]]]:
    """The lock holds two versions of some, for two Pythons."""
    batches: list[dict[str, str]] = []
    for name, version in sorted(wanted):
        free = next((one for one in batches if name not in one), None)
        if free is None:
            free = {}
            batches.append(free)
        free[name] = version
    return [set(batch.items()) for batch in batches]


def _audited(
    packages: set[tuple[str, str]], options: Sequence[str]
) -> dict[tuple[str, str], list[str]] | str:
    """Names of the holes of each package that was audited; or why there is no answer."""
    with TemporaryDirectory(prefix="igmfat-audit-") as folder:
        listed = Path(folder) / "requirements.txt"
        listed.write_text("".join(f"{name}=={version}\n" for name, version in sorted(packages)))
        asked = ["--requirement", str(listed), "--no-deps", "--disable-pip", "--format", "json"]
        command = [sys.executable, "-m", "pip_audit", *asked, "--progress-spinner", "off"]
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    try:
        told: Mapping[str, Any] = json.loads(done.stdout)
        entries = told["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (done.stderr.strip().splitlines() or [f"pip-audit ended with {done.returncode}"])[-1]
        return last[:300]
    return {
        (entry["name"], entry["version"]): [hole["id"] for hole in entry["vulns"]]
        for entry in entries
        if "skip_reason" not in entry
    }


def _said(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
