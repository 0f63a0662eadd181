"""The switch of the frame: where a reader chooses a language."""

from tornado import web

from igmfat_nb.language import languages
from igmfat_nb.server.access import is_of_our_page
from igmfat_nb.server.door import DoorPage
from igmfat_nb.server.readers import CHOICE_DAYS


class Switch(DoorPage):
    """Keeps a choice; open to all, also to those who have yet to log in."""

    async def post(self, code: str) -> None:
        """Keep the choice; a form, which is sent without a script, starts again."""
        if not is_of_our_page(self.request):
            raise web.HTTPError(403)
        if code not in languages():
            raise web.HTTPError(404)
        self._keep(code)
        if "text/html" in self.request.headers.get("Accept", ""):
            self.redirect(self.door.base_url, status=303)
        else:
            self.set_status(204)

    def _keep(self, code: str) -> None:
        self.set_cookie(
            self.door.readers.cookie,
            code,
            path=self.door.base_url,
            expires_days=CHOICE_DAYS,
            httponly=True,
            samesite="Lax",
            secure=self.request.protocol == "https",
        )
