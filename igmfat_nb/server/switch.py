"""The switch of the frame: where a reader chooses a language."""

from tornado import web

from igmfat_nb.language import languages
from igmfat_nb.server.access import is_of_our_page
from igmfat_nb.server.door import DoorPage
from igmfat_nb.server.readers import CHOICE, CHOICE_DAYS


class Switch(DoorPage):
    """Keeps a choice; open to all, also to those who have yet to log in."""

    async def get(self, code: str) -> None:
        """Keep the choice, and start again; a page of ours stays, and loads itself again."""
        self._choose(code)
        self.redirect(self.door.base_url, status=303)

    async def post(self, code: str) -> None:
        """Keep the choice."""
        self._choose(code)
        self.set_status(204)

    def _choose(self, code: str) -> None:
        if not is_of_our_page(self.request, may_be_typed=True):
            raise web.HTTPError(403)
        if code not in languages():
            raise web.HTTPError(404)
        self.set_cookie(
            CHOICE,
            code,
            path=self.door.base_url,
            expires_days=CHOICE_DAYS,
            httponly=True,
            samesite="Lax",
            secure=self.request.protocol == "https",
        )
