"""One script in place of the hundred small ones that a page of Voilà asks for.

Voilà's page is JupyterLab cut into pieces, fetched one by one as each turns out
to be needed. A piece only registers itself, so all of them can come at once, in
one file that a browser keeps for good. One that is missing here, after an update
say, is fetched as before.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

PAGE_CODE = "page-code.js"
WIDGET_MANAGER = "jupyterlab-manager"
TWO_SECONDS = re.compile(rb"(Date\.now\(\)-\w<)2e3")

#: Pieces that a page of ours runs, as a browser asked for them (voila 0.5.13).
# fmt: off
VOILA = (
    5764, 8135, 3992, 9582, 8925, 7883, 7556, 6049, 1670, 6573, 3311, 4135, 1621, 3916, 3649, 8487,
    9684, 4041, 143, 7155, 3144, 1601, 4972, 9890, 5312, 6468, 3459, 630, 5688, 2930, 73, 1187,
    4173, 7483, 431, 3989, 8766, 9151, 4729, 6382, 5044, 7598, 9081, 7770, 3249, 4653, 8862, 9981,
    5767, 4222, 8773, 3307, 6008, 8017, 457, 9212, 4371, 2829, 7259, 6074, 4875, 4486, 6305, 7393,
    225, 614, 1996, 2121, 2772, 2296, 7245, 5992,
)
# fmt: on
#: The same of the widgets (anywidget 0.11, ipywidgets 8.1, voila's manager).
WIDGETS = {
    "anywidget": (2, 528),
    f"@jupyter-widgets/{WIDGET_MANAGER}": (7, 704, 170, 84, 32, 452, 967, 160, 718, 121),
    "@voila-dashboards/widgets-manager8": (883, 496),
}


def page_code(static_paths: Sequence[str], extension_paths: Sequence[str]) -> bytes:
    """Every piece in one script; each keeps to itself.

    Parameters
    ----------
    static_paths, extension_paths : sequence of str
        Folders with Voilà's own scripts and with those of the widgets, first found first taken.
    """
    pieces = [
        *_found(static_paths, (f"{number}.voila.js" for number in VOILA)),
        *(
            piece
            for name, numbers in WIDGETS.items()
            for piece in _found(
                extension_paths, (f"{name}/static/{number}.*.js" for number in numbers)
            )
        ),
    ]
    return b"\n".join(b"(()=>{" + extension_code(path) + b"\n})();" for path in pieces)


def extension_code(path: Path) -> bytes:
    """A script, which waits a minute for a widget and not two seconds.

    The page's main thread can be busy for longer than that on a slow machine, and
    a widget that was given up is never drawn. The replacement has the length of
    what it replaces.
    """
    code = path.read_bytes()
    return TWO_SECONDS.sub(rb"\g<1>6e4", code) if WIDGET_MANAGER in path.parts else code


def _found(folders: Sequence[str], patterns: Iterable[str]) -> Iterator[Path]:
    for pattern in patterns:
        matches = (match for folder in folders for match in sorted(Path(folder).glob(pattern)))
        yield from [*matches][:1]
