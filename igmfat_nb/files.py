"""Files that appear whole or not at all, and what identifies their inputs.

A file from outside is read only where it is one that ends: a pipe without a
writer would be waited for, and a device has no end.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from threading import get_ident
from typing import BinaryIO

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.notation import number_text

#: The largest input: a table of a million patients with some further columns.
MOST_BYTES = 268_435_456
_PIECE_BYTES = 1 << 20
_BINARY = getattr(os, "O_BINARY", 0)  # Windows would read line ends otherwise


def write_whole(path: Path, content: str | bytes) -> None:
    """Write beside the target under a temporary name, then rename."""
    raw = content.encode("utf-8") if isinstance(content, str) else content
    temporary = _beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(raw)
        temporary.replace(path)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        message = _("{file} cannot be written: {reason}.")
        raise UnreadableInput(message.format(file=path, reason=reason)) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    """A temporary name that no other process or thread uses."""
    return path.with_name(f".{path.name}.{os.getpid()}-{get_ident()}.part")


def open_file(path: Path) -> BufferedReader:
    """Open an input file for its bytes; a pipe, a device or a folder is an ``OSError``."""
    # Without waiting: a pipe opens at once, and is then seen to be one.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    kind = os.fstat(descriptor).st_mode
    if stat.S_ISREG(kind):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISDIR(kind):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    raise OSError(errno.EINVAL, _("it is a pipe or a device, not a file"))


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file, some at a time."""
    while piece := file.read(_PIECE_BYTES):
        yield piece


def read_whole(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """Read an input file of at most so many bytes.

    Raises
    ------
    UnreadableInput
        If it cannot be read, is no file that ends, or is larger.
    """
    content: list[bytes] = []
    try:
        with open_file(path) as file:
            for piece in pieces(file):
                content.append(piece)
                if len(content) * _PIECE_BYTES > most_bytes + _PIECE_BYTES:
                    break
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    whole = b"".join(content)
    if len(whole) > most_bytes:
        message = _("{file} is larger than {most} bytes.")
        raise UnreadableInput(message.format(file=path, most=number_text(most_bytes)))
    return whole


def unreadable(path: Path, error: Exception) -> UnreadableInput:
    """Say why a file cannot be read."""
    reason = (getattr(error, "strerror", None) or _("no such file")).lower()
    message = _("{file} cannot be read: {reason}.")
    return UnreadableInput(message.format(file=path, reason=reason))


def sha256(content: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 of an input file, which may be too large to hold."""
    try:
        with open_file(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary name beside the target; rename it at the end, or leave nothing.

    Raises
    ------
    UnreadableInput
        If the target cannot be written.
    """
    temporary = _beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(path)
    except OSError as error:
        message = _("{file} cannot be written: {reason}.")
        raise UnreadableInput(message.format(file=path, reason=reason_of(error))) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def reason_of(error: OSError) -> str:
    """Why the system refused, in a word or two."""
    return (error.strerror or str(error) or type(error).__name__).lower()
