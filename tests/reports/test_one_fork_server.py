"""The processes of a batch and all their kernels come from one fork server, and end with it."""

import nbformat
import psutil
from forked_kernels import needs_fork
from nbformat import v4

from igmfat_nb.reports.jobs import Job, local_runner

#: Says who made the kernel; its siblings are still there meanwhile.
CODE = "import os, time; time.sleep(1); print('made by', os.getppid(), 'kernel', os.getpid())"


def jobs_of(count):
    book = v4.new_notebook(cells=[v4.new_code_cell(CODE)])
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.writes(book).encode()
    return [Job("says.ipynb", notebook, {}, f"report {one}", "") for one in range(count)]


@needs_fork
def test_all_kernels_of_a_batch_are_forked_from_one_process_and_none_is_left():
    said = {}
    for place, built in local_runner(2)(jobs_of(4)):
        assert not built.failure, built.failure
        words = built.html.partition("made by ")[2].split()
        said[place] = int(words[0]), int(words[2].partition("<")[0])

    assert sorted(said) == [0, 1, 2, 3]
    assert len({server for server, _kernel in said.values()}) == 1
    assert len({kernel for _server, kernel in said.values()}) == 4
    assert not any(psutil.pid_exists(kernel) for _server, kernel in said.values())


def test_started_kernels_of_a_batch_need_no_fork_server(monkeypatch):
    monkeypatch.setenv("IGMFAT_KERNELS", "spawn")
    makers = [
        built.html.partition("made by ")[2].split()[0]
        for _place, built in local_runner(2)(jobs_of(2))
    ]
    assert len(set(makers)) == 2  # each process starts its own
