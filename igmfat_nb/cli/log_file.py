"""``--log-file``: what a command says on standard error, kept with the time of each line."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from igmfat_nb import __version__
from igmfat_nb.errors import UnreadableInput
from igmfat_nb.files import append, claim, reason_of
from igmfat_nb.language import _


class Kept:
    """Standard error that is also written to a file, line by line; a bar's lines are not."""

    def __init__(self, shown: TextIO, path: Path) -> None:
        self._shown, self._path, self._begun = shown, path, ""
        self._ended = False

    def write(self, text: str) -> int:
        """Show, and keep every whole line."""
        written = self._shown.write(text)
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            self._try(line.rpartition("\r")[2])
        return written

    def end(self, line: str) -> None:
        """Write the last line."""
        self._try(line)

    def _try(self, line: str) -> None:
        """Keep a line; a file that takes no more ends the log and not the command."""
        if self._ended:
            return
        try:
            self.keep(line)
        except OSError as error:
            self._ended = True
            message = _("{file} ends here; it cannot be written: {reason}.")
            said = message.format(file=self._path, reason=reason_of(error))
            self._shown.write(f"{said}\n")

    def keep(self, line: str) -> None:
        """Write one line with its time to the file alone."""
        if line.strip():
            now = datetime.now().astimezone().isoformat(timespec="seconds")
            append(self._path, f"{now} {line.rstrip()}\n".encode())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shown, name)


@contextmanager
def kept_in(path: Path | None, command: str) -> Iterator[None]:
    """Keep what is said while a command runs, when it began and how it ended.

    Raises
    ------
    UnreadableInput
        If the file cannot be written.
    """
    if path is None:
        yield
        return
    claim(path, "")
    shown, began_s = sys.stderr, time.monotonic()
    kept = Kept(shown, path)
    code: object = 0
    try:
        kept.keep(_("igmfat {version} {name} begins").format(version=__version__, name=command))
    except OSError as error:
        message = _("{file} cannot be written: {reason}.")
        raise UnreadableInput(message.format(file=path, reason=reason_of(error))) from error
    sys.stderr = kept
    try:
        yield
    except SystemExit as stop:
        code = stop.code or 0
        raise
    except BaseException as error:
        code = type(error).__name__
        raise
    finally:
        sys.stderr = shown
        line = _("{name} ends with {code} after {seconds} s")
        seconds = f"{time.monotonic() - began_s:.1f}"
        kept.end(line.format(name=command, code=code, seconds=seconds))
