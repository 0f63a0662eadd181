"""Files that appear whole or not at all, and what identifies their inputs."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import get_ident

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _


def write_whole(path: Path, content: str | bytes) -> None:
    """Write beside the target under a temporary name, then rename."""
    raw = content.encode("utf-8") if isinstance(content, str) else content
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{get_ident()}.part")
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


def read_whole(path: Path) -> bytes:
    """Read an input file; every refusal is a sentence."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or _("no such file")).lower()
        message = _("{file} cannot be read: {reason}.")
        raise UnreadableInput(message.format(file=path, reason=reason)) from error


def sha256(content: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary name beside the target; rename it at the end, or leave nothing.

    Raises
    ------
    UnreadableInput
        If the target cannot be written.
    """
    temporary = path.with_name(f".{path.name}.part")
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
