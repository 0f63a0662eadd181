"""Many cases, one report each: parallel, resumable, one failure alone."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from igmfat_nb.errors import IgmFatError, MissingInput
from igmfat_nb.files import write_whole
from igmfat_nb.language import _
from igmfat_nb.reports.beside import results_path
from igmfat_nb.reports.document import with_library
from igmfat_nb.reports.jobs import Built, Job, Runner
from igmfat_nb.reports.parameters import check_parameters, notebook_parameters, required
from igmfat_nb.reports.results import results_text
from igmfat_nb.reports.run import failed_path
from igmfat_nb.reports.single import case_content, inputs_digest

Status = Literal["built", "kept", "failed"]
_HEAD_BYTES = 4096
_INPUTS = re.compile(r'<meta content="([0-9a-f]{64})" name="igmfat-inputs"')  # as nbconvert sorts


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case."""

    case: str
    status: Status
    report: Path
    sentence: str = ""

    def record(self) -> dict[str, str]:
        """One row of the summary."""
        return {
            "case": self.case,
            "status": self.status,
            "report": str(self.report) if self.status != "failed" else "",
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True)
class Batch:
    """A notebook over a folder of case files, with the same checked parameters for all."""

    notebook: Path
    parameters: Mapping[str, Any]
    made_on: str
    dated: bool

    @classmethod
    def of(cls, notebook: Path, given: Mapping[str, Any], *, made_on: str) -> "Batch":
        """Check the parameters once, before any kernel starts."""
        known = notebook_parameters(notebook)
        required(known, "case_file", notebook.stem)
        names = {one.name for one in known}
        checked = check_parameters(known, given, notebook.stem)
        return cls(notebook, checked, made_on, "made_on" in names)

    def run(
        self,
        cases: Iterable[Path],
        out: Path,
        runner: Runner,
        *,
        force: bool = False,
        done: Callable[[int], object] = lambda _count: None,
    ) -> list[Outcome]:
        """Build what is not there yet; the outcomes stand in the order of the cases.

        A report is written once, by this process, when its job is done:
        whatever happens to a worker, none is half-written or written twice.
        """
        files = list(cases)
        outcomes: dict[int, Outcome] = {}
        jobs: dict[int, Job] = {}
        for place, file in enumerate(files):
            ready = self._ready(file, out, force=force)
            if isinstance(ready, Job):
                jobs[place] = ready
            else:
                outcomes[place] = ready
                done(1)
        places = list(jobs)
        for at, built in runner(list(jobs.values())) if jobs else ():
            place = places[at]
            outcomes[place] = _written(built, files[place], _target(files[place], out))
            done(1)
        return [outcomes[place] for place in range(len(files))]

    def _ready(self, file: Path, out: Path, *, force: bool) -> Job | Outcome:
        """The job of a case, or its outcome when there is nothing to run."""
        target = _target(file, out)
        try:
            content = case_content(file)
        except IgmFatError as error:
            return Outcome(file.name, "failed", target, str(error))
        digest = inputs_digest(content, self.notebook, self.parameters)
        if not force and finished_inputs(target) == digest and results_path(target).is_file():
            return Outcome(file.name, "kept", target)
        values = dict(self.parameters) | ({"made_on": self.made_on} if self.dated else {})
        return Job(
            notebook_name=self.notebook.name,
            notebook=self.notebook.read_bytes(),
            parameters=values,
            title=file.stem,
            inputs=digest,
            files={"case_file": (file.name, content)},
        )


def case_files(folder: Path) -> list[Path]:
    """Every case file of a folder by name, or a sentence when there is none."""
    if not folder.is_dir():
        raise MissingInput(_("There is no folder {folder}.").format(folder=folder))
    found = sorted(path for path in folder.glob("*.json") if not path.name.startswith("."))
    if not found:
        raise MissingInput(_("{folder} has no case file (*.json).").format(folder=folder))
    return found


def finished_inputs(report: Path) -> str | None:
    """The digest of inputs that a finished report carries, or None."""
    try:
        with report.open("rb") as lines:
            head = lines.read(_HEAD_BYTES).decode("utf-8", errors="replace")
    except OSError:
        return None
    found = _INPUTS.search(head)
    return found[1] if found else None


def _target(file: Path, out: Path) -> Path:
    return out / f"{file.stem}.html"


def _written(built: Built, file: Path, target: Path) -> Outcome:
    if built.failure:
        if built.failed_copy:
            write_whole(failed_path(target), built.failed_copy)
        return Outcome(file.name, "failed", target, built.failure)
    write_whole(results_path(target), results_text(built.results))
    write_whole(target, with_library(built.html))
    failed_path(target).unlink(missing_ok=True)
    return Outcome(file.name, "built", target)
