"""Files that appear whole or not at all, and what identifies their inputs."""

import hashlib
import os
from contextlib import suppress
from datetime import UTC, datetime
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


def date_of_run() -> str:
    """Date and time for a run record: ``SOURCE_DATE_EPOCH`` where set, else now, in UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")
