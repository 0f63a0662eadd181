"""One archive for a class; the same bytes for the same ``SOURCE_DATE_EPOCH``."""

import io
import os
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

from igmfat_nb.case import case_text
from igmfat_nb.errors import MissingInput, UnreadableInput
from igmfat_nb.language import _, mark
from igmfat_nb.teaching_cases import library
from igmfat_nb.workshop.lessons import LESSONS, numbered_title
from igmfat_nb.workshop.pack.documents import key_page, printed_page, slides
from igmfat_nb.workshop.pack.run import HANDOUTS, filled_in
from igmfat_nb.workshop.question import Lesson

EPOCH = "SOURCE_DATE_EPOCH"
EARLIEST_ZIP_S = 315_532_800  # 1980-01-01, the first day that a zip archive knows
LATEST_ZIP_S = 4_354_819_198
READ_ONLY_FOR_OTHERS = 0o644 << 16
Files = dict[str, bytes]
OPENING = "opening"
HANDOUT_TITLES = {
    OPENING: mark("Why IgM, and what can go wrong"),
    "standard": mark("Standard arm"),
    "personalised": mark("Personalised arm"),
    "timetable": mark("Timetable"),
}


def pack(folder: Path, *, workers: int = 2, done: Callable[[str], object] = str) -> bytes:
    """Make the archive: ``participants/``, ``key/``, ``slides/``, ``handout/``.

    Parameters
    ----------
    folder : Path
        Where the lesson notebooks are.
    workers : int
        Notebooks run at the same time.
    done : callable
        Called with the name of what is ready.
    """
    moment = _moment()
    jobs: list[Callable[[], Files]] = [_lesson_job(folder, lesson) for lesson in LESSONS]
    jobs += [_handout_job(name) for name in HANDOUT_TITLES]
    files: Files = _cases()
    with ThreadPoolExecutor(workers) as pool:
        for made in pool.map(lambda job: job(), jobs):
            files |= made
            done(", ".join(made))
    return _archive(files, moment)


def _lesson_job(folder: Path, lesson: Lesson) -> Callable[[], Files]:
    source = _source(folder, lesson)

    def make() -> Files:
        plain = filled_in(source, {"solutions": False}, run=False)
        solved = filled_in(source, {"solutions": True}, run=True)
        title = numbered_title(lesson)
        return {
            f"participants/{source.name}": (nbformat.writes(plain) + "\n").encode(),  # type: ignore[no-untyped-call]
            f"key/{source.stem}.html": key_page(solved, title).encode(),
            f"slides/{source.stem}.html": slides(solved, title).encode(),
        }

    return make


def _handout_job(name: str) -> Callable[[], Files]:
    def make() -> Files:
        notebook = filled_in(HANDOUTS, {"page": name}, run=True)
        title = _(HANDOUT_TITLES[name])
        made = {f"handout/{name}.html": printed_page(notebook, title).encode()}
        if name == OPENING:  # shown before the first lesson
            made[f"slides/{name}.html"] = slides(notebook, title).encode()
        return made

    return make


def _cases() -> Files:
    """The case files, for free exploration; the points they teach stay with the trainer."""
    return {
        f"participants/cases/{one.name}.json": case_text(one.case).encode() for one in library()
    }


def _source(folder: Path, lesson: Lesson) -> Path:
    found = sorted(folder.glob(f"{lesson.key}_workshop_*.ipynb"))
    if not found:
        message = _("The notebook of lesson {key} is not in {folder}.")
        raise MissingInput(message.format(key=lesson.key, folder=folder))
    return found[0]


def _moment() -> time.struct_time:
    """When the archive says its files were made."""
    typed = os.environ.get(EPOCH)
    if typed is None:
        return time.gmtime()
    if not typed.isascii() or not typed.isdecimal() or int(typed) > LATEST_ZIP_S:
        message = _("{name} is “{typed}”; expected whole seconds since 1970.")
        raise UnreadableInput(message.format(name=EPOCH, typed=typed[:40]))
    return time.gmtime(max(int(typed), EARLIEST_ZIP_S))


def _archive(files: Files, moment: time.struct_time) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, moment[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whoever packs
            entry.external_attr = READ_ONLY_FOR_OTHERS
            archive.writestr(entry, files[name])
    return written.getvalue()
