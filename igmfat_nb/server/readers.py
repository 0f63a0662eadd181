"""Who reads in which language: one answer for each request, and nothing else of the process.

A reader's own choice comes first, then what the server was told to speak, then
what the browser asks for, then English.
"""

from collections.abc import Awaitable
from dataclasses import dataclass

from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, HTTPServerRequest

from igmfat_nb import language
from igmfat_nb.language import reading

SWITCH = "language"  # the address at which a reader chooses one
CHOICE = "igmfat-language"  # begins the cookie's name; it holds a code, and is nobody's secret
CHOICE_DAYS = 365
NO_STORE = "no-store"


@dataclass(frozen=True, slots=True)
class Readers:
    """The readers of one server.

    Attributes
    ----------
    together : str
        What all read who chose no other language, where that is not the browser's to say:
        a class has one.
    port : int
        A browser gives cookies to every port of a host; 0 where the path alone tells servers
        apart, and their ports change.
    """

    together: str = ""
    port: int = 0

    @property
    def cookie(self) -> str:
        """Name of the cookie with a reader's choice."""
        return f"{CHOICE}-{self.port}" if self.port else CHOICE

    def language_of(self, request: HTTPServerRequest) -> str:
        """Return the language in which a request is answered."""
        kept = request.cookies.get(self.cookie)
        if kept and kept.value in language.languages():
            return kept.value
        told = self.together or language.chosen()
        asked = request.headers.get("Accept-Language", "")
        return told or language.accepted(asked) or language.ENGLISH


class InTheirLanguage(HTTPMessageDelegate):
    """What answers a request, in the language of who asks: its task begins within that."""

    def __init__(self, answer: HTTPMessageDelegate, code: str) -> None:
        self._answer, self._language = answer, code

    def headers_received(
        self,
        start_line: object,
        headers: HTTPHeaders,
    ) -> Awaitable[None] | None:
        """Pass on."""
        with reading(self._language):
            return self._answer.headers_received(start_line, headers)  # type: ignore[arg-type]

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """Pass on."""
        with reading(self._language):
            return self._answer.data_received(chunk)

    def finish(self) -> None:
        """Pass on; here the answer begins."""
        with reading(self._language):
            self._answer.finish()

    def on_connection_close(self) -> None:
        """Pass on."""
        with reading(self._language):
            self._answer.on_connection_close()


class Unkept:
    """What answers in the words of one reader: no cache may give it to another."""

    def set_default_headers(self) -> None:
        """Say so of refusals, too."""
        super().set_default_headers()  # type: ignore[misc]
        self.set_header("Cache-Control", NO_STORE)  # type: ignore[attr-defined]
