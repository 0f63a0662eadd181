"""Who may come in: the names that the server answers to, and when it asks for a log-in."""

import re
import secrets
import socket
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address

from tornado.httputil import HTTPServerRequest

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _

ROOT = "/"
TOKEN_BYTES = 24
#: Headers that a proxy adds: who sends one does not come from this computer's browser.
BY_A_PROXY = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})")


@dataclass(frozen=True)
class Access:
    """How the server is reached, and by what visitors prove that they belong.

    Attributes
    ----------
    host : str
        Name or address that the server listens on.
    allowed_hosts : tuple of str
        Names beyond that address under which visitors may ask.
    base_url : str
        Path in front of every address; begins and ends with a slash.
    trust_proxy : bool
        Whether a proxy on this computer says who asks, and whether by TLS.
    password_hash : str
        Hash of the password; without one the token is the log-in.
    token : str
        What the link holds; nobody can guess it.
    by_hub : bool
        Whether a hub asks for the log-in instead, under names of its own.
    """

    host: str = "127.0.0.1"
    allowed_hosts: tuple[str, ...] = ()
    base_url: str = ROOT
    trust_proxy: bool = False
    password_hash: str = ""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES), repr=False)
    by_hub: bool = False

    @property
    def is_only_here(self) -> bool:
        """Whether nothing but this computer's own browser is expected."""
        return is_loopback(self.host) and not self.trust_proxy and self.base_url == ROOT

    @cached_property
    def _names(self) -> frozenset[str]:
        own = {self.host, *self.allowed_hosts}
        if is_any_address(self.host):
            own.add(socket.gethostname())
        return frozenset(name.lower() for name in own)

    def answers_to(self, host: str) -> bool:
        """Whether a visitor may ask under this name; a page elsewhere can point its own here.

        Parameters
        ----------
        host : str
            Without a port. An address is safe where any is listened on: only names can be bent.
        """
        if self.by_hub or host in self._names:
            return True
        if is_loopback(host):
            return is_loopback(self.host) or is_any_address(self.host)
        return is_any_address(self.host) and _is_address(host)

    def needs_a_log_in(self, request: HTTPServerRequest) -> bool:
        """Whether who asks must have logged in."""
        if self.by_hub:
            return False
        by_proxy = any(name in request.headers for name in BY_A_PROXY)
        here = is_loopback(host_of(request)) and is_loopback(str(request.remote_ip))
        return by_proxy or not (self.is_only_here and here)

    def take_over(self, request: HTTPServerRequest) -> None:
        """Believe a proxy on this computer about the visitor's address and TLS."""
        if not (self.trust_proxy or self.by_hub) or not is_loopback(str(request.remote_ip)):
            return
        last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if _is_address(last):
            request.remote_ip = last
        scheme = request.headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip()
        if scheme in ("http", "https"):
            request.protocol = scheme

    def public_address(self) -> str:
        """Address that visitors type; nothing where no proxy or no name of it is known."""
        if not (self.trust_proxy and self.allowed_hosts):
            return ""
        return f"https://{self.allowed_hosts[0]}{self.base_url}"


def is_loopback(host: str) -> bool:
    """Whether ``host`` can be reached from this computer only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_any_address(host: str) -> bool:
    """Whether a server at ``host`` listens on every address of this computer."""
    return host == "" or (_is_address(host) and ip_address(host).is_unspecified)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def host_of(request: HTTPServerRequest) -> str:
    """Name under which a visitor asks, without its port; nothing when none is said."""
    said = request.headers.get("Host", "").strip().lower()
    if said.startswith("["):
        return said[1:].partition("]")[0]
    return said.rpartition(":")[0] if said.count(":") == 1 else said


def is_of_our_page(request: HTTPServerRequest, *, may_be_typed: bool = False) -> bool:
    """Whether a page of ours asks, as far as the browser says; another site's cannot deny it.

    Parameters
    ----------
    may_be_typed : bool
        Whether an address that a person typed or kept counts as well.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin" or (may_be_typed and site == "none")
    origin = request.headers.get("Origin")
    return origin in (None, "null") or str(origin).partition("://")[2].lower() == (
        request.headers.get("Host", "").lower()
    )


def read_base_url(typed: str) -> str:
    """Path prefix with a slash at both ends; anything else than plain segments is refused."""
    text = typed.strip()
    if not text.startswith("/"):
        text = f"/{text}"
    if not _PREFIX.fullmatch(text) or ".." in text.split("/") or "." in text.split("/"):
        message = _("The base URL is “{typed}”; expected a path such as /igmfat/.")
        raise UnreadableInput(message.format(typed=typed[:60]))
    return text if text.endswith("/") else f"{text}/"


def read_hosts(typed: tuple[str, ...]) -> tuple[str, ...]:
    """Names or addresses without scheme and port."""
    for name in typed:
        if not (_NAME.fullmatch(name) or _is_address(name)):
            message = _(
                "The allowed host is “{typed}”; expected a name or an address, without scheme and"
                " port."
            )
            raise UnreadableInput(message.format(typed=name[:60]))
    return tuple(name.lower() for name in typed)
