"""Pages without a kernel: there at once, and no seat is taken."""

from collections.abc import Callable
from typing import Any

from tornado import web
from voila.handler import BaseVoilaHandler

from igmfat_nb.pages.contents import HELP, START
from igmfat_nb.server.door import rendered
from igmfat_nb.server.frame import HOME, FrameOfReader
from igmfat_nb.server.home import glossary_words, home_words
from igmfat_nb.server.readers import Unkept

Words = Callable[[FrameOfReader], dict[str, Any]]


class StillPage(Unkept, BaseVoilaHandler):  # type: ignore[misc]
    """A template, filled when it is asked for: a reader's language is their own."""

    def initialize(
        self, template: str, notebook: str, words: Words, frame: FrameOfReader, **kwargs: Any
    ) -> None:
        """Keep the template, the notebook that the page stands for, and what says its words."""
        super().initialize(**kwargs)
        self.template, self.notebook, self.words, self.frame = template, notebook, words, frame

    @web.authenticated
    def get(self) -> None:
        """Answer with the page."""
        said = self.words(self.frame)
        self.finish(rendered(self, self.template, notebook=self.notebook, **said))


def still_pages(
    frame: FrameOfReader, base_url: str, configuration: dict[str, Any]
) -> list[tuple[Any, ...]]:
    """Where these pages are: the start page under its own name, too."""
    home = {"template": "home.html", "notebook": START, "words": home_words}
    words = {"template": "glossary.html", "notebook": HELP, "words": glossary_words}
    pages = [(HOME, home), (rf"{START}\.ipynb", home), (rf"{HELP}\.ipynb", words)]
    return [
        (base_url + where, StillPage, {**configuration, **still, "frame": frame})
        for where, still in pages
    ]
