"""Files that appear whole or not at all, for their owner alone, and what identifies their inputs.

A file from outside is read only where it is one that ends: a pipe without a
writer would be waited for, and a device has no end.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from threading import get_ident
from typing import BinaryIO

from igmfat_nb.errors import ImplausibleInput, UnreadableInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text

#: The largest input: a table of a million patients with some further columns.
MOST_BYTES = 268_435_456
_PIECE_BYTES = 1 << 20
_BINARY = getattr(os, "O_BINARY", 0)  # Windows would read line ends otherwise
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK
OWNER_ONLY = stat.S_IRUSR | stat.S_IWUSR
_OWN_FOLDER = OWNER_ONLY | stat.S_IXUSR
#: What a system says most often, so that it can be translated; another word stays as it is.
REASONS = (
    mark("address already in use"),
    mark("cannot assign requested address"),
    mark("file exists"),
    mark("file name too long"),
    mark("is a directory"),
    mark("no space left on device"),
    mark("no such file or directory"),
    mark("not a directory"),
    mark("permission denied"),
    mark("read-only file system"),
    mark("too many levels of symbolic links"),
    mark("too many open files"),
)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write beside the target under a temporary name, then rename; as ``replacing`` says."""
    raw = content.encode("utf-8") if isinstance(content, str) else content
    with replacing(path) as temporary:
        temporary.write_bytes(raw)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give an empty file beside the target; rename it at the end, or leave nothing.

    It is its owner's alone, whatever it replaces: it may hold patients' values. A
    target that is a link, a pipe or a device is refused.

    Raises
    ------
    UnreadableInput
        If the target cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{get_ident()}.part")  # nobody else's
    try:
        _refuse_what_leads_elsewhere(path)
        make_folder(path.parent)
        temporary.unlink(missing_ok=True)
        os.close(os.open(temporary, _NEW, OWNER_ONLY))
        yield temporary
        temporary.replace(path)
    except OSError as error:
        message = _("{file} cannot be written: {reason}.")
        raise UnreadableInput(message.format(file=path, reason=reason_of(error))) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def claim(path: Path, content: str) -> None:
    """Write a small file that is not there yet; what is there stays.

    Raises
    ------
    UnreadableInput
        If it cannot be written.
    """
    try:
        make_folder(path.parent)
        with os.fdopen(os.open(path, _NEW, OWNER_ONLY), "wb") as file:
            file.write(content.encode("utf-8"))
    except FileExistsError:
        return
    except OSError as error:
        message = _("{file} cannot be written: {reason}.")
        raise UnreadableInput(message.format(file=path, reason=reason_of(error))) from error


def append(path: Path, content: bytes) -> None:
    """Add to a file of ours that is there; a link is an ``OSError``."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | _NO_LINK | _BINARY), "ab") as file:
        file.write(content)


def make_folder(path: Path) -> None:
    """Make a folder for its owner alone, and those above it, where there is none."""
    for missing in reversed([one for one in path.parents if not one.exists()]):
        missing.mkdir(_OWN_FOLDER, exist_ok=True)
    path.mkdir(_OWN_FOLDER, exist_ok=True)


def fill_folder(
    folder: Path, texts: Mapping[str, str], written: Callable[[int], object] = lambda _n: None
) -> None:
    """Write all files or none, into a folder that holds nothing else: no two sets mix.

    Files that are there already as they would be written stay. ``written`` hears of each file.

    Raises
    ------
    ImplausibleInput
        If the folder holds something else.
    UnreadableInput
        If it cannot be written.
    """
    before = folder.exists()
    try:
        make_folder(folder)
        for path in sorted(folder.iterdir()):
            if path.name not in texts or path.read_bytes() != texts[path.name].encode():
                message = _("{folder} is not empty: it contains {file}. Choose another folder.")
                raise ImplausibleInput(message.format(folder=folder, file=path.name))
    except OSError as error:
        message = _("{folder} cannot be written: {reason}.")
        raise UnreadableInput(message.format(folder=folder, reason=reason_of(error))) from error
    done: list[Path] = []
    try:
        for name, text in texts.items():
            write_whole(folder / name, text)
            done.append(folder / name)
            written(1)
    except BaseException:
        for path in done:
            path.unlink(missing_ok=True)
        if not before:
            folder.rmdir()
        raise


def folder_within(folder: Path, name: str) -> Path:
    """A folder of ours in one that was named: there, a link is not followed.

    Raises
    ------
    UnreadableInput
        If it is a link, or cannot be made.
    """
    within = folder / name
    try:
        if within.is_symlink():
            raise OSError(errno.ELOOP, _a_link())
        make_folder(within)
    except OSError as error:
        message = _("{file} cannot be written: {reason}.")
        raise UnreadableInput(message.format(file=within, reason=reason_of(error))) from error
    return within


def _refuse_what_leads_elsewhere(path: Path) -> None:
    if path.is_symlink():
        raise OSError(errno.ELOOP, _a_link())
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.EINVAL, _no_file())


def _no_file() -> str:
    return _("it is a pipe or a device, not a file")


def _a_link() -> str:
    return _("it is a link, and outputs do not follow links")


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
    raise OSError(errno.EINVAL, _no_file())


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
    message = _("{file} cannot be read: {reason}.")
    return UnreadableInput(message.format(file=path, reason=reason_of(error, _("no such file"))))


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


def reason_of(error: Exception, otherwise: str = "") -> str:
    """Why the system refused, in a word or two; ``otherwise`` where it does not say."""
    said = getattr(error, "strerror", None) or otherwise or str(error) or type(error).__name__
    return _(said.lower())
