"""The password of a server: read from a file that holds its hash, or asked for at the terminal."""

import os
import stat
from pathlib import Path

import click
from jupyter_server.auth.security import passwd

from igmfat_nb.errors import IgmFatError
from igmfat_nb.files import reason_of
from igmfat_nb.language import _

SHORTEST, LONGEST = 8, 200  # characters
LARGEST_FILE = 4096  # bytes
HASHED = "argon2:$argon2"
OTHERS = stat.S_IRWXO


class NoPassword(IgmFatError):
    """There is no password that could be used."""


def hash_in(path: Path) -> str:
    """Hash of the password in a file; one in plain text is replaced by its hash there.

    Raises
    ------
    NoPassword
        If the file is not there, open to everybody, or holds no usable password.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            held = file.read(LARGEST_FILE + 1)
        text = held.decode("utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = reason_of(error, _("it is not text"))
        message = _("The password file {file} cannot be read: {reason}.")
        raise NoPassword(message.format(file=path, reason=reason)) from error
    if os.name == "posix" and mode & OTHERS:
        message = _("The password file {file} is open to every user: chmod 600 closes it.")
        raise NoPassword(message.format(file=path))
    if text.startswith(HASHED):
        return text
    hashed = hash_of(text)
    write_hash(path, hashed)
    return hashed


def hash_of(password: str) -> str:
    """Hash of a password that is long enough (argon2id)."""
    if not SHORTEST <= len(password) <= LONGEST or "\n" in password:
        message = _("The password has {n} characters; expected {least} to {most}, in one line.")
        raise NoPassword(message.format(n=len(password), least=SHORTEST, most=LONGEST))
    return str(passwd(password))  # type: ignore[no-untyped-call]


def write_hash(path: Path, hashed: str) -> None:
    """Write a hash, for the owner's eyes only; a link is not followed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{hashed}\n")
    except OSError as error:
        message = _("The hash of the password cannot be written to {file}: {reason}.")
        reason = reason_of(error)
        raise NoPassword(message.format(file=path, reason=reason)) from error


def ask_for_hash() -> str:
    """Ask for a password twice, and return its hash."""
    return hash_of(click.prompt(_("Password"), hide_input=True, confirmation_prompt=True, err=True))
