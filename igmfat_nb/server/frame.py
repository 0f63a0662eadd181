"""The frame of every page: what its templates say, where its navigation leads, what it loads."""

from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from igmfat_nb.language import _, current, languages, mark, own_name
from igmfat_nb.notation import NOTICE, kept_together
from igmfat_nb.pages.contents import GROUPS, HELP, PAGES, Entry, entry_of
from igmfat_nb.server.folder import notebooks_in
from igmfat_nb.server.guard import FAILURE
from igmfat_nb.server.manual import FIRST, MANUAL, manual_folder
from igmfat_nb.server.readers import SWITCH

HOME = "home"
#: What the foot of a page says where a hub gives everybody a server.
HUB_FOOTER = mark("runs on this workshop's server, sends nothing to any other")


class FrameOfReader(Mapping[str, Any]):
    """The frame in the language of who reads; made once in each.

    Parameters
    ----------
    made : callable
        Gives the frame in the language of the context.
    """

    def __init__(self, made: Callable[[], dict[str, Any]]) -> None:
        self._made = made
        self._frames: dict[str, dict[str, Any]] = {}

    @property
    def here(self) -> dict[str, Any]:
        """The frame in the language of the context."""
        language = current()
        if language not in self._frames:
            self._frames[language] = self._made()
        return self._frames[language]

    def __getitem__(self, name: str) -> Any:
        return self.here[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.here)

    def __len__(self) -> int:
        return len(self.here)


def page_frame(base_url: str, addresses: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """What every page of ours says and loads, for the templates.

    Parameters
    ----------
    base_url : str
        Ends in a slash.
    addresses : mapping
        Address of every file that a page loads, by its name.
    folder : Path
        Whose notebooks are served; the navigation leads to no other.
    """
    return {
        "base_url": base_url,
        "home": f"{base_url}{HOME}",
        "manual": f"{base_url}{MANUAL}/{FIRST}" if manual_folder() else "",
        "assets": dict(addresses),
        "version": version("igmfat_nb"),
        "lang": current(),
        "title": _("IgM-FAT protocol explorer"),
        "name": "IgM-FAT",
        "what": _("protocol explorer"),
        "notice": _(NOTICE),
        "words": _frame_words(),
        "skip": _("Skip to the content"),
        "print": _("Print"),
        "loading": _("Preparing the page …"),
        "noscript": _("This page needs JavaScript."),
        "footer": _("runs on this computer, sends nothing anywhere"),
        "reload": _("Reload"),
        "not_found": _("There is no such page here."),
        "problem": _("This page cannot be shown."),
        "waiting": _("Waiting for a seat"),
        "door": {
            "asks": _("Another page has led here. Open this page?"),
            "open": _("Open"),
            "refused": _("The page cannot be opened: please allow cookies for it, and reload."),
        },
        "sentences": _sentences(),
        "languages": _switch(base_url),
    } | navigation(base_url, folder)


def navigation(
    base_url: str, folder: Path, leads_to: Callable[[Entry], bool] = lambda _line: True
) -> dict[str, Any]:
    """Groups with their pages, each page's own title and what follows it, all of them served.

    Parameters
    ----------
    leads_to : callable, optional
        Whether a line belongs into the navigation of this server.
    """
    there = {path.stem for path in notebooks_in(folder)}
    lines = [one for one in PAGES if one.notebook in there and leads_to(one)]
    shown = {one.notebook for one in lines}
    return {
        "groups": [
            {"key": key, "name": _(name), "pages": pages}
            for key, name in GROUPS.items()
            if (pages := [_link(base_url, one) for one in lines if one.group == key])
        ],
        "titles": {one.notebook: _(one.title) for one in reversed(PAGES)},
        "then": {
            one.notebook: _link(base_url, onward)
            for one in reversed(lines)
            if one.then in shown and (onward := entry_of(one.then))
        },
        "there": sorted(there),
        "help": address_of(base_url, HELP) if HELP in shown else "",
        "sources": address_of(base_url, "01_protocol_card") if "01_protocol_card" in shown else "",
    }


def address_of(base_url: str, notebook: str, section: str = "") -> str:
    """Where a notebook's page is."""
    return f"{base_url}{notebook}.ipynb{'#' if section else ''}{section}"


def _link(base_url: str, line: Entry) -> dict[str, str]:
    return {
        "notebook": "" if line.section else line.notebook,
        "title": _(line.title),
        "about": kept_together(_(line.about)) if line.about else "",
        "address": address_of(base_url, line.notebook, line.section),
    }


def _switch(base_url: str) -> list[dict[str, Any]]:
    """What the reader can choose; nothing where there is one language only."""
    codes = languages()
    return [
        {"code": code, "name": own_name(code), "address": f"{base_url}{SWITCH}/{code}"}
        for code in (codes if len(codes) > 1 else ())
    ]


def _frame_words() -> dict[str, str]:
    return {
        "all_pages": _("All pages"),
        "menu": _("Menu"),
        "help": _("Help"),
        "language": _("Language"),
        "scope": _("Scope"),
        "home": _("Back to the start"),
        "start": _("Start"),
        "onward": _("Next"),
        "sources": _("Sources and limits"),
        "opened": _("opened {when}, your clock"),
    }


def _sentences() -> dict[str, str]:
    return {
        "failure": _(FAILURE),
        "waits": _(
            "Waiting for the answer to what you typed. Until it comes, the results are hidden:"
            " they belong to what was entered before."
        ),
        "ended": _(
            "This session has ended. What is on the screen stays as it was; reload to go on."
        ),
        "endedWaiting": _(
            "This session has ended. What you typed last was not answered, so the results are"
            " hidden. Reload to go on."
        ),
        "lost": _(
            "No connection to the server. What is on the screen does not change until it is back."
        ),
        "lostWaiting": _(
            "No connection to the server. Waiting for the answer to what you typed; until it"
            " comes, the results are hidden. What you typed is sent again by itself."
        ),
        "keep": _("Save what was entered"),
        "again": _("Start again with what was entered"),
        "isKept": _("What you entered is kept in this tab only."),
        "lacksLast": _("The file lacks what you typed last."),
        "lacksRow": _("The file lacks the row in the form, which is not entered yet."),
        "nothing": _("Nothing was entered that could be saved."),
        "kept": _("Entered on a page whose session ended. Not a case file: type it again."),
        "left": _("Not brought over into this language; please enter it again:"),
        "close": _("Close"),
        "cell": _("This part could not be worked out, and what follows it is missing."),
    }
