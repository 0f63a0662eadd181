"""Whether this computer is fit for the package: one check a line."""

import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from igmfat_nb.errors import IgmFatError
from igmfat_nb.files import reason_of
from igmfat_nb.kernels.choice import forked
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text

Status = Literal["ok", "warning", "failed"]
PACKAGE = "igmfat_nb"
MIB = 2**20
LEAST_MIB, COMFORTABLE_MIB = (
    100,
    1000,
)  # of disk: one report with its notebook; a class and its pack
SEAT_MIB = {"fork": 40, "spawn": 80}  # as `igmfat workshop rehearse` measures them, rounded up
CLASS = 30
BROWSER_S = 30
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
FONT_FILES = (".ttf", ".otf", ".ttc", ".pfb")
_AT_LEAST = re.compile(r"([\w.\-]+)\s*>=\s*([\d.]+)")


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what was looked at, how it stands, and the figure or the remedy."""

    name: str
    status: Status
    detail: str


def examine() -> list[Check]:
    """Every check, in the order of the list; one that breaks off has failed."""
    return [_examined(name, check) for name, check in CHECKS.items()]


def record(checks: list[Check]) -> dict[str, Any]:
    """As a JSON document."""
    return {"ok": is_fit(checks), "checks": [asdict(check) for check in checks]}


def is_fit(checks: list[Check]) -> bool:
    """Whether nothing failed; a warning is no failure."""
    return all(check.status != "failed" for check in checks)


def _examined(name: str, check: Callable[[], tuple[Status, str]]) -> Check:
    try:
        return Check(name, *check())
    except Exception as error:
        return Check(name, "failed", f"{type(error).__name__}: {error}"[:300])


def versions() -> tuple[Status, str]:
    """Python, and each package that this one asks for."""
    wrong = []
    for line in metadata.requires(PACKAGE) or ():
        found = _AT_LEAST.match(line)
        if found and ";" not in line and (complaint := _complaint(*found.groups())):
            wrong.append(complaint)
    if wrong:
        return "failed", _("not as required: {packages}").format(packages=", ".join(wrong))
    python = ".".join(map(str, sys.version_info[:3]))
    sentence = _("igmfat {own}, Python {python}, all required packages")
    return "ok", sentence.format(own=metadata.version(PACKAGE), python=python)


def _complaint(package: str, least: str) -> str:
    try:
        there = metadata.version(package)
    except metadata.PackageNotFoundError:
        return _("{package} is missing").format(package=package)
    if _numbers(there) >= _numbers(least):
        return ""
    sentence = _("{package} is {there}, needs {least}")
    return sentence.format(package=package, there=there, least=least)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])


def fonts() -> tuple[Status, str]:
    """Whether a browser on this computer has letters to draw pages and PDFs with."""
    if sys.platform in ("win32", "darwin"):
        return "ok", _("those of the system")
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    count = sum(
        path.suffix.lower() in FONT_FILES
        for folder in folders
        if folder.is_dir()
        for path in folder.rglob("*")
    )
    if not count:
        return "warning", _("none found; PDF reports would be empty (Debian: fonts-dejavu)")
    return "ok", _("{n} files").format(n=number_text(count))


def chromium() -> tuple[Status, str]:
    """The browser that prints reports."""
    from igmfat_nb.reports.pdf import chromium as path_of

    try:
        path = path_of()
    except IgmFatError as error:
        return "warning", str(error)
    command = [path, "--version"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=BROWSER_S, check=False)  # noqa: S603
    if done.returncode:
        sentence = _("{name} does not start (exit code {code})")
        return "warning", sentence.format(name=Path(path).name, code=done.returncode)
    return "ok", " ".join(done.stdout.split())[:80]


def port() -> tuple[Status, str]:
    """The usual port of `igmfat dashboard`; it takes another where this one is busy."""
    from igmfat_nb.server.settings import PREFERRED_PORT

    try:
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", PREFERRED_PORT))
    except OSError as error:
        sentence = _("{port} is not free ({reason}); the pages take another")
        reason = reason_of(error)
        return "warning", sentence.format(port=PREFERRED_PORT, reason=reason)
    return "ok", _("{port} is free").format(port=PREFERRED_PORT)


def disk() -> tuple[Status, str]:
    """Whether temporary files can be written, and how much room there is."""
    try:
        with tempfile.TemporaryFile() as file:
            file.write(bytes(MIB))
            file.flush()
        free_mib = shutil.disk_usage(tempfile.gettempdir()).free / MIB
    except OSError as error:
        sentence = _("temporary files cannot be written: {reason}")
        return "failed", sentence.format(reason=reason_of(error))
    shown = _("{n} MiB free for temporary files").format(n=number_text(free_mib))
    if free_mib < LEAST_MIB:
        return "failed", shown
    return ("ok" if free_mib >= COMFORTABLE_MIB else "warning"), shown


def dose() -> tuple[Status, str]:
    """Two doses against those worked by hand.

    Standard: 80 kg at 250 mg/kg are 20 g of protein, 400 mL at 50 g/L. Mass balance: 62 mg/dL
    missing in 40 dL, over a recovery of 0.8, at 6 mg/mL are 516.7 mL, rounded 517.
    """
    from igmfat_nb.bedside.dose_rule import DoseRule
    from igmfat_nb.bedside.dosing import personalised_volume_ml, standard_volume_ml

    rule = DoseRule(recovery=0.8)
    found = (
        float(standard_volume_ml(80.0)),
        float(personalised_volume_ml(38.0, weight_kg=80.0, plasma_volume_ml=4000.0, rule=rule)),
    )
    return _compared(found, (400.0, 517.0), "mL", 0.0)


def curve() -> tuple[Status, str]:
    """A titre after an infusion against the textbook's two exponentials.

    Rate constants whose exponents are 0.1 and 0.01 per hour, 1,200 mg into 10 dL over 12 h:
    after 12 and 24 hours 10 x [5/9/0.1 x (1 - e^-1.2) + 4/9/0.01 x (1 - e^-0.12)] mg/dL, and
    the same with each term faded by e^-1.2 and e^-0.12.
    """
    import numpy as np

    from igmfat_nb.kinetics import Infusions, Kinetics, State, Synthesis, titre_at

    kinetics = Kinetics(10.0, 0.02, 0.04, 0.05, 1.0)
    nothing = State(np.zeros(1), np.zeros(1))
    infusion = Infusions(np.array([0.0]), np.array([1200.0]), np.array([12.0]))
    titres = titre_at([12.0, 24.0], nothing, kinetics, Synthesis.constant(0.0), infusion)
    return _compared(tuple(titres[:, 0]), TEXTBOOK_MG_DL, "mg/dL", 1e-6)


#: Worked in 30 digits from the formula above; a test works it again.
TEXTBOOK_MG_DL = (89.0801274639, 56.2676035460)


def _compared(
    found: tuple[float, ...], known: tuple[float, ...], unit: str, tolerance: float
) -> tuple[Status, str]:
    shown = _("{values} {unit}, as known").format(values=_list(known), unit=unit)
    if all(abs(a - b) <= tolerance for a, b in zip(found, known, strict=True)):
        return "ok", shown
    sentence = _("{found} {unit} instead of {known} {unit}")
    return "failed", sentence.format(found=_list(found), known=_list(known), unit=unit)


def _list(values: tuple[float, ...]) -> str:
    return "; ".join(number_text(value, 7) for value in values)


def seats() -> tuple[Status, str]:
    """How many pages fit into the memory that is free, a fifth of it kept."""
    from igmfat_nb.server.processes import available_mib
    from igmfat_nb.server.rehearse import RESERVE

    free_mib = available_mib()
    kind = "fork" if forked() else "spawn"
    if free_mib is None:
        return "ok", _("not known on this system; `igmfat workshop rehearse` tries")
    fit = int(free_mib * (1 - RESERVE) // SEAT_MIB[kind])
    sentence = _("{fit} fit at {seat} MiB each into {free} MiB of memory")
    shown = sentence.format(fit=number_text(fit), seat=SEAT_MIB[kind], free=number_text(free_mib))
    if not fit:
        return "failed", shown
    return ("ok" if fit >= CLASS else "warning"), shown


CHECKS: dict[str, Callable[[], tuple[Status, str]]] = {
    mark("versions"): versions,
    mark("fonts"): fonts,
    mark("chromium"): chromium,
    mark("port"): port,
    mark("disk"): disk,
    mark("dose"): dose,
    mark("curve"): curve,
    mark("seats"): seats,
}
