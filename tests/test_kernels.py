"""Forked kernels are like those that are started, and as separate from each other."""

import asyncio
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pytest
from forked_kernels import Said, in_kernels, needs_fork
from voila.utils import ENV_VARIABLE

from igmfat_nb.kernels.choice import CHOSEN, start_fork_server
from igmfat_nb.kernels.documents import kernel_of_many
from igmfat_nb.kernels.imports import BATCH, FROZEN, PAGES, SINGLE_THREADED
from igmfat_nb.kernels.provisioner import ForkedProcess
from igmfat_nb.reports.run import run_notebook
from igmfat_nb.widgets.parts.appearance import BY_VOILA, SERVED

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", sorted({SINGLE_THREADED, *PAGES, *BATCH, FROZEN}))
def test_what_the_fork_server_imports_is_there(name: str) -> None:
    importlib.import_module(name)


def test_nothing_imported_before_a_fork_starts_a_thread() -> None:
    names = [SINGLE_THREADED, *PAGES, *BATCH, FROZEN]
    code = (
        "import importlib, os, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print(len(os.listdir('/proc/self/task')) if os.path.isdir('/proc/self/task') else 1)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "1", done.stderr


@needs_fork
def test_a_forked_kernel_has_everything_imported_and_an_environment_of_its_own(
    tmp_path: Path,
) -> None:
    async def work(managers: list[Any], say: list[Said]) -> None:
        assert all(isinstance(one.provisioner.process, ForkedProcess) for one in managers)
        for number, said in enumerate(say):
            assert await said("import sys; print('ipykernel.kernelapp' in sys.modules)") == "True"
            assert await said("import os; print(os.getcwd())") == str(tmp_path / str(number))
            assert await said("print(os.environ['NUMBER'])") == str(number)
            assert await said("print(__name__)") == "__main__"

    in_kernels(tmp_path, 2, work)


@needs_fork
def test_a_lesson_and_its_explorer_import_nothing_that_siblings_could_share(
    tmp_path: Path,
) -> None:
    own = {**os.environ, "VOILA_PREHEAT": "True", SERVED: BY_VOILA}

    async def work(_managers: list[Any], say: list[Said]) -> None:
        (said,) = say
        first = set((await said("import sys; print(*sys.modules)")).split())
        assert first >= {"igmfat_nb.pages.dashboard", "igmfat_nb.workshop.lesson_page"}
        assert not first & {"psutil", "debugpy.server", "voila"}
        assert await said("print(get_ipython().history_manager.enabled)") == "False"
        await said(LESSON_WITH_EXPLORER)
        assert await said("print(sum(isinstance(one, FigureView) for one in all_of(page)))") == "1"
        later = set((await said("print(*sys.modules)")).split())
        assert later - first == set()

    forkserver._forkserver._stop()  # another test's may have imported what documents need
    start_fork_server(PAGES)
    in_kernels(tmp_path, 1, work, own)


LESSON_WITH_EXPLORER = """
from igmfat_nb.widgets.parts.figure import FigureView
from igmfat_nb.workshop.lesson_page import LessonPage
import ipywidgets as w
page = LessonPage("51").view()
def all_of(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from all_of(child)
next(one for one in all_of(page) if isinstance(one, w.ToggleButton)).value = True
"""


@needs_fork
def test_an_environment_is_text_whatever_its_names_are_made_of(tmp_path: Path) -> None:
    own = {**os.environ, ENV_VARIABLE.VOILA_BASE_URL: "/"}  # members of an enumeration of Voilà's

    async def work(_managers: list[Any], say: list[Said]) -> None:
        assert await say[0]("import sys; print('voila' in sys.modules)") == "False"
        assert await say[0]("import os; print(os.environ['VOILA_BASE_URL'])") == "/"

    in_kernels(tmp_path, 1, work, own)


SPY = """
import comm, ipywidgets as w
kinds, session = [], get_ipython().kernel.session
send = session.send
def spy(stream, kind, *rest, **named):
    kinds.append(kind)
    return send(stream, kind, *rest, **named)
session.send = spy
"""
ASKED = (
    "line = comm.create_comm(target_name='jupyter.widget.control', primary=False)\n"
    "w.Widget.handle_control_comm_opened(line, {'metadata': {'version': '1.0.0'}})"
)


@needs_fork
@pytest.mark.parametrize("for_a_page", [True, False])
def test_widgets_of_a_page_are_silent_until_it_asks(tmp_path: Path, for_a_page: bool) -> None:
    own = {**os.environ, **({"VOILA_PREHEAT": "True"} if for_a_page else {})}

    async def work(_managers: list[Any], say: list[Said]) -> None:
        (said,) = say
        await said(SPY)
        opened = await said("first = w.Text('80'); print('comm_open' in kinds)")
        assert opened == str(not for_a_page)
        await said(ASKED)
        assert await said("kinds.clear(); w.Text('90'); print('comm_open' in kinds)") == "True"
        changed = "kinds.clear(); first.value = '81'; print('comm_msg' in kinds)"
        assert await said(changed) == "True"

    in_kernels(tmp_path, 1, work, own)


@needs_fork
def test_siblings_share_no_variable_no_chance_and_no_temporary_folder(tmp_path: Path) -> None:
    async def work(_managers: list[Any], say: list[Said]) -> None:
        first, second = say
        await first("secret = 80")
        assert await second("print(secret)") == "NameError"
        for code in (
            "import random; print(random.random())",
            "import numpy; print(numpy.random.rand())",
            "import tempfile; print(tempfile.mkdtemp())",
            "import uuid; print(uuid.uuid4())",
        ):
            assert await first(code) != await second(code)

    in_kernels(tmp_path, 2, work)


@needs_fork
def test_a_forked_kernel_is_interrupted_killed_and_may_start_workers(tmp_path: Path) -> None:
    async def work(managers: list[Any], say: list[Said]) -> None:
        (manager,), (said,) = managers, say
        waiting = asyncio.ensure_future(said("import time; time.sleep(100)"))
        await asyncio.sleep(0.5)
        await manager.interrupt_kernel()
        assert await asyncio.wait_for(waiting, 60) == "KeyboardInterrupt"
        pooled = (
            "from concurrent.futures import ProcessPoolExecutor as Pool\n"
            "import multiprocessing as mp\n"
            "with Pool(1, mp_context=mp.get_context('spawn')) as pool:"
            " print(pool.submit(abs, -7).result())"
        )
        assert await said(pooled) == "7"
        os.kill(manager.provisioner.pid, signal.SIGKILL)
        for _attempt in range(600):
            if not await manager.is_alive():
                break
            await asyncio.sleep(0.1)
        assert await manager.provisioner.poll() == -signal.SIGKILL

    in_kernels(tmp_path, 1, work)


@needs_fork
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_kernels_end_with_the_process_that_asked_for_them(tmp_path: Path, number: int) -> None:
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    server = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    kernels = json.loads(server.stdout.readline())
    assert all(Path(f"/proc/{kernel}").exists() for kernel in kernels)

    server.send_signal(number)
    server.wait(120)

    for _attempt in range(600):
        if not any(map(running, kernels)):
            break
        time.sleep(0.2)
    assert not any(map(running, kernels))


SERVER = """
import asyncio, json
from igmfat_nb.kernels.provisioner import ForkedManager

async def go():
    managers = [ForkedManager(kernel_name="python3") for _ in range(2)]
    for manager in managers:
        await manager.start_kernel()
    print(json.dumps([manager.provisioner.pid for manager in managers]), flush=True)
    await asyncio.sleep(600)

if __name__ == "__main__":
    asyncio.run(go())
"""


def running(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@needs_fork
def test_a_notebook_gives_the_same_forked_and_started(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = ROOT / "notebooks" / "11_dose_calculator.ipynb"
    outputs = {}
    for chosen in ("fork", "spawn"):
        monkeypatch.setenv(CHOSEN, chosen)
        assert bool(kernel_of_many()) == (chosen == "fork")
        run = run_notebook(notebook, {"weight_kg": 81.0}, one_of_many=True)
        outputs[chosen] = [texts(cell) for cell in run.cells if cell.cell_type == "code"]

    assert any("mL" in text for text in outputs["fork"])
    assert outputs["fork"] == outputs["spawn"]


def texts(cell: Any) -> str:
    """What a cell printed; the ids of widgets differ from run to run."""
    return "".join(out.text for out in cell.outputs if out.output_type == "stream")


@needs_fork
@pytest.mark.parametrize("chosen", ["fork", "spawn"])
def test_a_server_starts_its_kernels_as_it_is_told(server_of: Any, chosen: str) -> None:
    server = server_of("01_protocol_card", "--kernels", chosen)
    for _attempt in range(600):
        below = [line for line in command_lines(server.process.pid) if line]
        if sum("forkserver" in line or "ipykernel_launcher" in line for line in below) >= 1:
            break
        time.sleep(0.2)

    assert any("forkserver" in line for line in below) == (chosen == "fork")
    assert any("ipykernel_launcher" in line for line in below) == (chosen == "spawn")


def command_lines(parent: int) -> list[str]:
    """Command lines of a process's children."""
    children = Path(f"/proc/{parent}/task").glob("*/children")
    found = [int(child) for file in children for child in file.read_text().split()]
    return [Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ") for child in found]
