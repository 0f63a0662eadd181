"""One report as a parcel: everything it needs goes in, everything it made comes out.

A parcel carries its notebook and input files as bytes, so that it can be
built in another process or on another machine; only the one who asked writes.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from igmfat_nb.errors import IgmFatError
from igmfat_nb.kernels.choice import processes_of_one_server
from igmfat_nb.kernels.imports import BATCH
from igmfat_nb.reports.run import NotebookFailed, build_report
from igmfat_nb.workers import many


@dataclass(frozen=True, slots=True)
class Job:
    """A notebook, its checked parameters, and the files that some parameters name."""

    notebook_name: str
    notebook: bytes
    parameters: Mapping[str, Any]
    title: str
    inputs: str
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Built:
    """What became of a job: a document and results, or a sentence and the failed notebook."""

    html: str = ""
    results: Mapping[str, Any] = field(default_factory=dict)
    failure: str = ""
    failed_copy: str = ""


#: Runs jobs somewhere and yields (place in the list, what became of it) as they are done.
Runner = Callable[[Sequence[Job]], Iterator[tuple[int, Built]]]


def build(job: Job) -> Built:
    """Build one job in a folder of its own; a failure is an answer, not an exception."""
    import igmfat_nb.kernels.without_grammar  # noqa: F401 - a worker starts with this

    with tempfile.TemporaryDirectory(prefix="igmfat-job-") as folder:
        notebook = Path(folder) / job.notebook_name
        notebook.write_bytes(job.notebook)
        values = dict(job.parameters)
        for parameter, (name, content) in job.files.items():
            place = Path(folder) / "inputs" / name
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(content)
            values[parameter] = str(place)
        try:
            report = build_report(
                notebook, values, title=job.title, inputs=job.inputs, one_of_many=True
            )
        except NotebookFailed as failure:
            return Built(failure=str(failure), failed_copy=failure.copy)
        except IgmFatError as error:
            return Built(failure=str(error))
        except Exception as error:  # a kernel that died, a full disk: the others go on
            return Built(failure=f"{type(error).__name__}: {error}")
        return Built(report.html, report.results)


def local_runner(workers: int) -> Runner:
    """Build in ``workers`` processes of this machine."""

    def run(jobs: Sequence[Job]) -> Iterator[tuple[int, Built]]:
        if workers == 1 or len(jobs) < 2:
            yield from enumerate(map(build, jobs))
            return
        with many.no_interrupt_for_children():
            begun = processes_of_one_server(BATCH)
        for place, built in many.in_processes(build, [(job,) for job in jobs], workers, **begun):
            yield place, built()

    return run


def cluster_runner(address: str) -> Runner:
    """Build on the workers of an existing Dask scheduler; a lost worker's jobs are built again."""

    def run(jobs: Sequence[Job]) -> Iterator[tuple[int, Built]]:
        for place, built in many.on_cluster(build, [(job,) for job in jobs], address):
            yield place, _gathered(built)

    return run


def _gathered(built: Callable[[], Built]) -> Built:
    try:
        return built()
    except Exception as error:  # also what the cluster says of a job it gave up
        return Built(failure=f"{type(error).__name__}: {error}")
