"""Options of every command that serves pages: where it listens, and who may come in."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from igmfat_nb.cli.options import Refused, Whole, refusing
from igmfat_nb.language import _, mark

if TYPE_CHECKING:
    from igmfat_nb.server.access import Access

HIGHEST_PORT = 65_535

port_option = click.option("--port", type=Whole(1, HIGHEST_PORT), help=_("Default: a free one."))
OPTIONS = (
    click.option("--host", default="127.0.0.1", show_default=True, help=_("Address to listen on.")),
    click.option(
        "--allowed-host",
        "allowed_hosts",
        multiple=True,
        metavar=mark("NAME"),
        help=_("Name beyond that address under which visitors may ask; repeatable."),
    ),
    click.option(
        "--base-url", default="/", show_default=True, help=_("Path in front of every address.")
    ),
    click.option(
        "--trust-proxy",
        is_flag=True,
        help=_("A web server on this computer stands in front: trust what it says of the visitor."),
    ),
)
PASSWORD_OPTIONS = (
    click.option(
        "--password-file",
        type=click.Path(path_type=Path),
        help=_("Log in by the password whose hash is in this file, instead of by a link."),
    ),
    click.option("--ask-password", is_flag=True, help=_("Ask for the password at the terminal.")),
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@refusing
def password(file: Path) -> None:
    """Ask for a password, and write its hash to FILE for --password-file."""
    from igmfat_nb.server.password import ask_for_hash, write_hash

    write_hash(file, ask_for_hash())
    click.echo(_("The hash of the password is in {file}.").format(file=file), err=True)


def access_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options, and give the command what they say as ``access``."""
    return _with(command, (*OPTIONS, *PASSWORD_OPTIONS))


def class_access_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Those of a class: its code is the log-in."""
    return _with(command, OPTIONS)


def _with(command: Callable[..., Any], options: tuple[Any, ...]) -> Callable[..., Any]:
    @refusing
    @wraps(command)
    def run(
        *args: Any,
        host: str,
        allowed_hosts: tuple[str, ...],
        base_url: str,
        trust_proxy: bool,
        password_file: Path | None = None,
        ask_password: bool = False,
        **kwargs: Any,
    ) -> Any:
        from igmfat_nb.server.access import Access, read_base_url, read_hosts

        access = Access(
            host=host,
            allowed_hosts=read_hosts(allowed_hosts),
            base_url=read_base_url(base_url),
            trust_proxy=trust_proxy,
            password_hash=_hash(password_file, asked=ask_password),
        )
        return command(*args, access=access, **kwargs)

    for option in reversed(options):
        run = option(run)
    return run


def _hash(file: Path | None, *, asked: bool) -> str:
    if file is None and not asked:
        return ""
    from igmfat_nb.server.password import ask_for_hash, hash_in

    if file is not None and asked:
        raise Refused(_("Give --password-file or --ask-password, not both."))
    return ask_for_hash() if file is None else hash_in(file)


def warn_about(access: "Access") -> None:
    """Say that what is typed crosses the network in clear, where it does."""
    from igmfat_nb.server.access import is_loopback

    if not is_loopback(access.host):
        sentence = _(
            "Other computers can reach this server at {host}. They must log in, but nothing is"
            " encrypted: use it on a network you trust, with synthetic patients, or put a web"
            " server with TLS in front (--trust-proxy; deploy/nginx)."
        )
        click.echo(sentence.format(host=access.host), err=True)
