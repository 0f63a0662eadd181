"""The one door of a server: every request passes it before any page hears of it.

It asks, in this order: whether the visitor keeps to a pace, whether the server
answers to the name that was asked for, and whether a log-in is needed and was
made. Behind it a page gives a kernel only to a browser with a session: one that
logged in, or one in which a page of ours asked for it with a pass of ours.
"""

import asyncio
import hmac
import json
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.auth.security import passwd_check
from tornado import web
from tornado.httputil import HTTPServerRequest

from igmfat_nb.language import _
from igmfat_nb.server.access import Access, host_of, is_of_our_page
from igmfat_nb.server.pace import LONGEST_DELAY_S, Guesses, Pace, network_of
from igmfat_nb.server.readers import NO_STORE, SWITCH, InTheirLanguage, Readers
from igmfat_nb.server.sessions import LONGEST_IDLE_S, Session, Sessions

LARGEST_BODY = 4096  # bytes
LONGEST_SECRET = 200  # characters
VISIT, BROWSER = "visit", "browser"  # what a pass is for
#: What a page needs before its log-in: nothing of it is anybody's.
PUBLIC_FILES = ("igmfat.css", "page.css", "report-parts.css", "frame.js", "door.js")
REQUESTS_AT_ONCE, REQUEST_EVERY_S = 300, 0.02  # of an address without a session


class Door:
    """Who may come in, who has, and who is to slow down."""

    def __init__(self, access: Access, port: int, readers: Readers) -> None:
        self.access = access
        self.sessions = Sessions()
        self.guesses = Guesses()
        self.requests = Pace(REQUESTS_AT_ONCE, REQUEST_EVERY_S)
        #: Cookies do not tell ports apart, nor paths well enough.
        self.cookie = f"igmfat-{port}"
        self.base_url = access.base_url
        self.readers = readers

    def cookie_of(self, request: HTTPServerRequest) -> str:
        """What the browser keeps of ours."""
        morsel = request.cookies.get(self.cookie)
        return morsel.value if morsel else ""

    def session_of(self, request: HTTPServerRequest) -> Session | None:
        """Session of the browser that asks."""
        return self.sessions.find(self.cookie_of(request))

    def browser_of(self, request: HTTPServerRequest) -> str:
        """The browser's cookie if it is of ours, else nothing."""
        shown = self.cookie_of(request)
        known = self.sessions.find(shown) or self.sessions.is_pass(
            BROWSER, shown, lasts_s=LONGEST_IDLE_S
        )
        return shown if known else ""

    def may_pass(self, request: HTTPServerRequest) -> bool:
        """Whether the visitor has logged in, or need not."""
        session = self.session_of(request)
        if session is not None and session.logged_in:
            return True
        return not self.access.needs_a_log_in(request)

    def keeps_pace(self, request: HTTPServerRequest) -> bool:
        """Whether an address asks no more often than a person with a browser; sessions may."""
        if self.session_of(request) is not None:
            return True
        key = network_of(str(request.remote_ip))
        if self.requests.wait_s(key):
            return False
        self.requests.take(key)
        return True

    def is_right(self, typed: str) -> bool:
        """Whether this is the password, or the token where there is no password."""
        if self.access.password_hash:
            return bool(passwd_check(self.access.password_hash, typed))  # type: ignore[no-untyped-call]
        return hmac.compare_digest(typed.encode("utf-8", "replace"), self.access.token.encode())


class BehindTheDoor(IdentityProvider):
    """Jupyter's question who is there: somebody whom the door has let pass, without a name."""

    def get_user(self, handler: Any) -> User:
        """Give the same nameless visitor to each request, and no cookie."""
        return User("visitor")


class GuardedApplication(web.Application):
    """Every address behind the door."""

    door: Door
    #: What is shown to who has to log in.
    log_in: type[web.RequestHandler]
    #: Hears whether the browser on a connection has a session.
    tell_of: Callable[..., None] | None = None

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> Any:
        """Give the page that was asked for, or the one that says why not, in the reader's words."""
        answer = self._answer_to(request, **kwargs)
        return InTheirLanguage(answer, self.door.readers.language_of(request))

    def _answer_to(self, request: HTTPServerRequest, **kwargs: Any) -> Any:
        door = self.door
        door.access.take_over(request)
        if self.tell_of is not None:
            self.tell_of(request, is_known=door.session_of(request) is not None)
        if not door.keeps_pace(request):
            return self._instead(request, TooFast)
        if not door.access.answers_to(host_of(request)):
            return self._instead(request, OtherName)
        at_log_in = request.path == f"{door.base_url}login" and door.access.needs_a_log_in(request)
        if at_log_in or not (self._is_public(request) or door.may_pass(request)):
            return self._instead(request, self.log_in)
        return super().find_handler(request, **kwargs)

    def _instead(self, request: HTTPServerRequest, page: type[web.RequestHandler]) -> Any:
        return self.get_handler_delegate(request, page, {"door": self.door})

    def _is_public(self, request: HTTPServerRequest) -> bool:
        """Whether the address is open to those who have yet to log in."""
        path = request.path.removeprefix(self.door.base_url)
        if path.startswith("igmfat/"):
            return path.rpartition("/")[2] in PUBLIC_FILES
        return path.partition("/")[0] in (SWITCH, *self.settings["open_to_all"])


def door_of(handler: web.RequestHandler) -> Door:
    """The door that a request has passed."""
    return cast("GuardedApplication", handler.application).door


class DoorPage(web.RequestHandler):
    """What the pages at the door have in common."""

    def initialize(self, door: Door) -> None:
        """Keep the door."""
        self.door = door

    def set_default_headers(self) -> None:
        """Say the same about these pages as about all others, and keep none."""
        for name, value in self.settings["headers"].items():
            self.set_header(name, value)
        self.set_header("Cache-Control", NO_STORE)

    def check_xsrf_cookie(self) -> None:
        """Need no token: what is sent here is a secret itself, or a pass of ours."""

    def let_in(self, session: Session) -> None:
        """Give the browser its session's cookie."""
        set_our_cookie(self, self.door, session.key)

    def remember_browser(self) -> None:
        """Give a browser that has nothing of ours a cookie of its own, by which it is counted."""
        if not self.door.browser_of(self.request):
            set_our_cookie(self, self.door, self.door.sessions.new_pass(BROWSER))

    def page(self, template: str, **values: Any) -> str:
        """A page from its template."""
        return rendered(self, template, **values)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with our own page, without a word about the inside."""
        self.finish(self.page("error.html", status_code=status_code, message="", bare=True))


def rendered(handler: web.RequestHandler, template: str, **values: Any) -> str:
    """A page from its template."""
    environment = handler.settings["voila_jinja2_env"]
    return cast("str", environment.get_template(template).render(**values))


def set_our_cookie(handler: web.RequestHandler, door: Door, value: str) -> None:
    """Keep a value in the browser, out of reach of scripts, other sites and, behind TLS, wires."""
    handler.set_cookie(
        door.cookie,
        value,
        path=door.base_url,
        httponly=True,
        samesite="Strict",
        secure=handler.request.protocol == "https",
    )


class TooFast(DoorPage):
    """The answer to an address that asks too often."""

    def prepare(self) -> None:
        """Say so, in as few bytes as possible."""
        self.set_status(429)
        self.set_header("Retry-After", "1")
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(_("Too many requests. Please wait a moment."))


class OtherName(DoorPage):
    """The answer to a visitor who asks for another server's name."""

    def prepare(self) -> None:
        """Refuse; the name is not repeated."""
        self.set_status(403)
        message = _(
            "This server does not answer to the name in the address. Who runs it can allow the"
            " name: --allowed-host."
        )
        self.finish(self.page("error.html", status_code=403, message=message, bare=True))


class LogIn(DoorPage):
    """The log-in: asked of everybody who needs one and has none, whatever the address."""

    async def get(self) -> None:
        """Take the token out of a link, or ask for what opens the server."""
        token = self.get_query_argument("token", "")
        if not token:
            self._ask()
            return
        await self._try(token, self._address_without_token())

    async def post(self) -> None:
        """Take what was typed."""
        if self.request.path != f"{self.door.base_url}login":
            self._ask()
            return
        if not is_of_our_page(self.request):
            raise web.HTTPError(403)
        await self._try(self.get_body_argument("secret", ""), self.door.base_url)

    head = put = patch = delete = options = lambda self: self._ask()

    async def _try(self, secret: str, then: str) -> None:
        door, who = self.door, who_guesses(self)
        if not await may_guess(door.guesses, *who):
            self._ask(429)
            return
        loop = asyncio.get_running_loop()
        if not await loop.run_in_executor(None, door.is_right, secret[:LONGEST_SECRET]):
            self._ask(wrong=True)
            return
        door.guesses.was_right(*who)
        self.let_in(door.sessions.open(logged_in=True))
        self.redirect(then, status=303)

    def _address_without_token(self) -> str:
        """Where the link leads, on this server."""
        query = parse_qsl(self.request.query)
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        path = "/" + self.request.path.lstrip("/\\")
        if path == f"{self.door.base_url}login":
            path = self.door.base_url
        return f"{path}?{rest}" if rest else path

    def _ask(self, status: int = 401, *, wrong: bool = False) -> None:
        """Ask for the log-in; a script gets a sentence, a person a form."""
        self.set_status(status)
        if status == 401:
            self.set_header("WWW-Authenticate", 'Cookie realm="igmfat"')
        else:
            self.set_header("Retry-After", str(round(LONGEST_DELAY_S)))
        if "text/html" not in self.request.headers.get("Accept", "text/html"):
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(_("A log-in is needed."))
            return
        self.remember_browser()
        self.finish(
            self.page(
                "login.html",
                words=log_in_words(self.door.access),
                trouble=(
                    _("Too many wrong attempts. Please wait {n} seconds.").format(
                        n=round(LONGEST_DELAY_S)
                    )
                    if status == 429
                    else _("This is not right.")
                    if wrong
                    else ""
                ),
                from_elsewhere=not is_of_our_page(self.request, may_be_typed=True),
            )
        )


def log_in_words(access: Access) -> dict[str, str]:
    """Words of the log-in."""
    return {
        "title": _("Log-in"),
        "secret": _("Password") if access.password_hash else _("Token"),
        "log_in": _("Log in"),
        "why": _("These pages are open to those who log in.")
        if access.password_hash
        else _("The link that opens these pages holds the token; who started the server has it."),
        "open": _("Already logged in: open the page"),
    }


def who_guesses(handler: "DoorPage") -> tuple[str, str]:
    """Browser and address of a guess."""
    return handler.door.browser_of(handler.request), str(handler.request.remote_ip)


async def may_guess(guesses: Guesses, browser: str, address: str) -> bool:
    """Wait for the guesser's turn; False where that would take too long."""
    wait_s = guesses.wait_s(browser, address)
    if wait_s > LONGEST_DELAY_S:
        return False
    guesses.take(browser, address)
    await asyncio.sleep(wait_s)
    return True


class Visit(DoorPage):
    """Where the script of our own page asks for a session, with the pass that the page holds."""

    async def get(self) -> None:
        """Say whether the browser kept the cookie."""
        if self.door.session_of(self.request) is None:
            raise web.HTTPError(403)
        self.set_status(204)

    async def post(self) -> None:
        """Open a session; a browser that has one keeps it."""
        if not is_of_our_page(self.request):
            raise web.HTTPError(403)
        if not self.door.sessions.is_pass(VISIT, json_body(self).get("pass")):
            raise web.HTTPError(403)
        if self.door.session_of(self.request) is None:
            self.let_in(self.door.sessions.open())
        self.set_status(204)


def json_body(handler: web.RequestHandler) -> dict[str, Any]:
    """The JSON object that was sent, or 400."""
    try:
        body = json.loads(handler.request.body[:LARGEST_BODY])
    except (ValueError, RecursionError) as error:
        raise web.HTTPError(400) from error
    if not isinstance(body, dict):
        raise web.HTTPError(400)
    return body
