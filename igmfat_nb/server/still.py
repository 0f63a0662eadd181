"""Pages without a kernel: there at once, and no seat is taken."""

from typing import Any

from tornado import web
from voila.handler import BaseVoilaHandler

from igmfat_nb.pages.contents import START
from igmfat_nb.server.door import NO_STORE, rendered
from igmfat_nb.server.frame import HOME
from igmfat_nb.server.home import home_words


class StillPage(BaseVoilaHandler):  # type: ignore[misc]
    """A template filled once, when the server starts."""

    def initialize(self, template: str, notebook: str, **kwargs: Any) -> None:
        """Keep the template, the notebook that the page stands for, and what it says."""
        super().initialize(voila_configuration=kwargs.pop("voila_configuration"))
        self.template, self.notebook, self.words = template, notebook, kwargs

    @web.authenticated
    def get(self) -> None:
        """Answer with the page."""
        self.set_header("Cache-Control", NO_STORE)
        self.finish(rendered(self, self.template, notebook=self.notebook, **self.words))


def still_pages(
    frame: dict[str, Any], base_url: str, configuration: dict[str, Any]
) -> list[tuple[Any, ...]]:
    """Where these pages are: the start page under its own name and its notebook's."""
    home = {"template": "home.html", "notebook": START, **home_words(frame)}
    return [
        (base_url + where, StillPage, {**configuration, **still})
        for where, still in ((HOME, home), (rf"{START}\.ipynb", home))
    ]
