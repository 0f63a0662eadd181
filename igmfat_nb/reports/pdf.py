"""A report on paper: printed by a Chromium that is already on this machine."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from igmfat_nb.errors import MissingInput
from igmfat_nb.files import write_whole
from igmfat_nb.language import _

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_SECONDS = 120
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--export-tagged-pdf",  # headings, tables and figures are such for a screen reader, too
    "--generate-pdf-document-outline",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # the file needs no host: none can be asked
    "--virtual-time-budget=10000",  # the figures draw before the page is printed
)


def chromium() -> str:
    """Path of a Chromium, or a sentence saying that there is none."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        message = _(
            "Printing a PDF needs Chromium or Chrome, and neither was found; print the HTML"
            " report from any browser instead."
        )
        raise MissingInput(message)
    return found


def print_pdf(html: Path, out: Path) -> None:
    """Print an HTML file to A4.

    Raises
    ------
    MissingInput
        If there is no Chromium, or it could not print.
    """
    browser = chromium()
    with tempfile.TemporaryDirectory(prefix="igmfat-pdf-") as folder:
        printed = Path(folder) / "report.pdf"
        sandbox = ["--no-sandbox"] if _is_root() else []
        options = [*_OPTIONS, *sandbox, f"--user-data-dir={folder}/profile"]
        command = [browser, *options, f"--print-to-pdf={printed}", html.resolve().as_uri()]
        try:
            done = subprocess.run(  # noqa: S603
                command,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
                cwd=folder,
                # It aborts where the path of its socket in the temporary folder is too long.
                env={**os.environ, "TMPDIR": "."},
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise MissingInput(_not_printed(browser, type(error).__name__)) from error
        if not printed.is_file():
            raise MissingInput(_not_printed(browser, str(done.returncode)))
        write_whole(out, printed.read_bytes())


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _not_printed(browser: str, reason: str) -> str:
    message = _("{browser} did not print the report ({reason}).")
    return message.format(browser=Path(browser).name, reason=reason)
