"""A file or a folder of the reader's computer, opened in the browser: bytes go to the kernel."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets as tl

from igmfat_nb.language import _


class FileOpener(anywidget.AnyWidget):
    """A button that asks for a file, or for a folder whose files it hands on, no subfolder's.

    Parameters
    ----------
    label : str
    wanted : str
        Regular expression, of Python and JavaScript alike, that a whole file name matches.
    opened : callable
        Called with the folder's name, empty for a single file, and ``{file name: content}``.
    folder : bool
        Whether a whole folder is asked for.
    """

    _esm = Path(__file__).parent / "file_opener.js"
    label = tl.Unicode().tag(sync=True)
    wanted = tl.Unicode().tag(sync=True)
    folder = tl.Bool(False).tag(sync=True)
    words = tl.Dict().tag(sync=True)

    def __init__(
        self,
        label: str,
        wanted: str,
        opened: Callable[[str, dict[str, bytes]], None],
        *,
        folder: bool = False,
    ) -> None:
        words = {
            "none": _("There is no file of this kind."),
            "large": _("This is larger than 30 MB; use the command line."),
        }
        super().__init__(label=label, wanted=wanted, folder=folder, words=words)
        self._opened = opened
        self._files: dict[str, bytes] = {}
        self.on_msg(self._hear)

    def _hear(self, _widget: object, message: object, buffers: Sequence[Any]) -> None:
        """Gather one file a message; the last one hands them on."""
        if not isinstance(message, dict) or not buffers:
            return
        name, left = message.get("file"), message.get("left")
        if not isinstance(name, str) or not re.fullmatch(self.wanted, name):
            return
        if message.get("first") is True:
            self._files = {}
        self._files[name] = bytes(buffers[0])
        if left == 0:
            files, self._files = self._files, {}
            self._opened(str(message.get("folder", "")), files)
