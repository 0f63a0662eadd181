"""The manual: the documentation as ``make docs`` built it, served without another host.

Only files that were there at the start answer, each by its own name: no folder is
listed, no link followed. Its pages have scripts of their own within them, which our
policy refuses; there, and nowhere else, those scripts are let in, by their digests.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from tornado import web
from voila.handler import BaseVoilaHandler

from igmfat_nb.server.folder import PACKAGE
from igmfat_nb.server.settings import CONTENT_SECURITY_POLICY

MANUAL, FIRST = "manual", "index.html"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
#: One that is run: neither a file's nor data.
_INLINE = re.compile(rb"<script(?![^>]*(?:src=|json))[^>]*>(.*?)</script>", re.S)
_OF_PAGES = "script-src 'self' blob:"


def manual_folder() -> Path | None:
    """Where the manual was built: inside the package when installed, else at the top; or None."""
    for folder in (PACKAGE / "site", PACKAGE.parent / "site"):
        if (folder / FIRST).is_file():
            return folder
    return None


def manual_files(folder: Path | None) -> dict[str, Path]:
    """Every file that may be asked for, by its path below the manual's address."""
    if folder is None:
        return {}
    files = (path for path in folder.rglob("*") if path.suffix in TYPES)
    return {
        path.relative_to(folder).as_posix(): path
        for path in files
        if path.is_file() and path.resolve() == folder.resolve() / path.relative_to(folder)
    }


def policy_of(page: bytes) -> str:
    """The pages' content security policy, with the scripts of this page and without blobs."""
    inside = _INLINE.findall(page)
    digests = {f"'sha256-{b64encode(sha256(text).digest()).decode()}'" for text in inside}
    ours = " ".join(["script-src 'self'", *sorted(digests)])
    return CONTENT_SECURITY_POLICY.replace(_OF_PAGES, ours)


class Manual(BaseVoilaHandler):  # type: ignore[misc]
    """A file of the manual, as it is."""

    def initialize(self, files: Mapping[str, Path], **kwargs: Any) -> None:
        """Keep what may be asked for."""
        super().initialize(**kwargs)
        self.files = files

    @web.authenticated
    def get(self, name: str) -> None:
        """Answer with the file, 404 for anything else."""
        if name not in self.files:
            raise web.HTTPError(404)
        content = self.files[name].read_bytes()
        kind = self.files[name].suffix
        self.set_header("Content-Type", TYPES[kind])
        self.set_header("Cache-Control", "no-cache")  # a newer manual is seen at once
        if kind == ".html":
            self.set_header("Content-Security-Policy", policy_of(content))
        self.finish(content)


def manual_pages(base_url: str, configuration: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Where the manual is; where none was built, no address is."""
    files = manual_files(manual_folder())
    if not files:
        return []
    first = {"url": f"{base_url}{MANUAL}/{FIRST}", "permanent": False}
    return [
        (f"{base_url}{MANUAL}/?", web.RedirectHandler, first),
        (rf"{base_url}{MANUAL}/(.+)", Manual, {**configuration, "files": files}),
    ]
