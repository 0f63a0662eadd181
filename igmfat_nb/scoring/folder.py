"""A folder of cases: read, scored in several processes, kept and taken up again."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from igmfat_nb import __version__
from igmfat_nb.case import MOST_BYTES, read_case
from igmfat_nb.errors import IgmFatError, ImplausibleInput, MissingInput
from igmfat_nb.files import read_whole, sha256, write_whole
from igmfat_nb.language import _
from igmfat_nb.scoring.one_case import Record, score_case
from igmfat_nb.scoring.settings import Settings
from igmfat_nb.workers import many

MOST_CASES = 10_000


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One file: its name, the centre it belongs to, its text.

    The centre is the folder it lies in below the one that is scored, and otherwise what its
    name has before the first hyphen.
    """

    name: str
    centre: str
    content: bytes

    @classmethod
    def of_text(cls, name: str, text: str, centre: str = "") -> "CaseFile":
        """A case that is in no file."""
        return cls(name, centre or _centre_of(name), text.encode("utf-8"))


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is no case, and why."""

    name: str
    centre: str
    sentence: str
    titre: bool = False  # whether it is a titre that was refused


@dataclass(frozen=True, slots=True)
class ScoredFolder:
    """What became of every file: scored in the order of the names, or refused."""

    settings: Settings
    cases: list[Record]
    refused: list[Refused]

    def text(self) -> str:
        """One JSON line a case, as ``kept_scores`` reads them."""
        return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in self.cases)


def case_files(folder: Path) -> list[CaseFile]:
    """Read every case file of a folder and of the folders in it, one for a centre.

    Raises
    ------
    MissingInput
        If there is none.
    """
    if not folder.is_dir():
        raise MissingInput(_("There is no folder {folder}.").format(folder=folder))
    paths = sorted([*folder.glob("[!.]*.json"), *folder.glob("[!.]*/[!.]*.json")])
    if not paths:
        raise MissingInput(_("{folder} has no case file (*.json).").format(folder=folder))
    if len(paths) > MOST_CASES:
        message = _("{folder} has more than {most} case files.")
        raise ImplausibleInput(message.format(folder=folder, most=MOST_CASES))
    found = []
    for path in paths:
        name = path.relative_to(folder).as_posix()
        centre = path.parent.name if path.parent != folder else _centre_of(path.name)
        found.append(CaseFile(name, centre, read_whole(path, MOST_BYTES)))
    return found


def score_files(
    files: Sequence[CaseFile],
    settings: Settings,
    *,
    workers: int = 1,
    kept: dict[str, Record] | None = None,
    done: Callable[[Record | None], object] = lambda _record: None,
) -> ScoredFolder:
    """Score what is not there yet; the same numbers whatever the number of workers.

    Parameters
    ----------
    files : sequence of CaseFile
    workers : int
        Processes.
    kept : dict, optional
        Records of earlier runs by their digest: those that still hold are not made again.
    done : callable
        Told each record as it is there, in any order; None for a file that is refused.
    """
    kept = {} if kept is None else kept
    digests = [_digest(file, settings) for file in files]
    places = [place for place, digest in enumerate(digests) if digest not in kept]
    found: dict[int, Record] = {}
    for place, digest in enumerate(digests):
        if digest in kept:
            found[place] = kept[digest]
            done(kept[digest] if "sentence" not in kept[digest] else None)
    tasks = [(files[place], settings) for place in places]
    for at, record in _run(tasks, workers):
        place = places[at]
        found[place] = record | {"digest": digests[place]}
        done(found[place] if "sentence" not in record else None)
    return _folder(files, settings, found)


def _run(tasks: Sequence[tuple[CaseFile, Settings]], workers: int) -> Iterator[tuple[int, Record]]:
    if workers == 1 or len(tasks) < 2:
        for place, task in enumerate(tasks):
            yield place, score_file(*task)
        return
    for place, record in many.in_processes(score_file, tasks, workers):
        yield place, record()


def score_file(file: CaseFile, settings: Settings) -> Record:
    """The record of one file, or the sentence that refuses it."""
    named = {"file": file.name, "centre": file.centre}
    try:
        return score_case(read_case(file.content), settings) | named
    except IgmFatError as error:
        titre = error.place[:1] == ("titres",) and error.place[-1] == "igm_mg_dl"
        return {"sentence": str(error), "titre": titre} | named


def _folder(
    files: Sequence[CaseFile], settings: Settings, found: dict[int, Record]
) -> ScoredFolder:
    cases, refused, subjects = [], [], dict[str, str]()
    for place in range(len(files)):
        record = found[place]
        if "sentence" not in record:
            earlier = subjects.setdefault(record["subject"], record["file"])
            if earlier == record["file"]:
                cases.append(record)
                continue
            message = _("{subject} is in {file} already.")
            sentence = message.format(subject=record["subject"], file=earlier)
        else:
            sentence = record["sentence"]
        told = bool(record.get("titre", False))
        refused.append(Refused(record["file"], record["centre"], sentence, told))
    return ScoredFolder(settings, cases, refused)


def kept_scores(path: Path) -> dict[str, Record]:
    """Records of an earlier run by digest; a torn last line is no record."""
    if not path.is_file():
        return {}
    found: dict[str, Record] = {}
    for line in read_whole(path).decode("utf-8", errors="replace").splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict) and isinstance(record.get("digest"), str):
            found[record["digest"]] = record
    return found


def write_scores(path: Path, scored: ScoredFolder) -> None:
    """Write all records whole, in the order of the files."""
    write_whole(path, scored.text())


def _digest(file: CaseFile, settings: Settings) -> str:
    """SHA-256 over everything that decides a record."""
    chosen = json.dumps(settings.record(), sort_keys=True)
    parts = (file.name.encode(), file.centre.encode(), file.content, chosen.encode())
    return sha256(b"\0".join((*(sha256(part).encode() for part in parts), __version__.encode())))


def _centre_of(name: str) -> str:
    return Path(name).stem.partition("-")[0]
