"""The first page's kernel is forked before all the others' modules are imported."""

import os
import time
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pytest
from forked_kernels import Said, in_kernels, needs_fork

from igmfat_nb.kernels.choice import start_fork_server
from igmfat_nb.kernels.imports import PAGES, of_page
from igmfat_nb.widgets.parts.appearance import BY_VOILA, SERVED


@needs_fork
def test_the_first_page_waits_for_its_own_imports_and_the_next_shares_all(tmp_path: Path) -> None:
    rest = {"scipy.stats", "igmfat_nb.workshop.lesson_page", "igmfat_nb.pages.trial_simulation"}
    own = {**os.environ, "VOILA_PREHEAT": "True", SERVED: BY_VOILA}

    async def first(_managers: list[Any], say: list[Said]) -> None:
        (said,) = say
        at_once = set((await said("import sys; print(*sys.modules)")).split())
        assert not at_once & rest
        assert await said(FIRST_PAGE) == "VBox"
        assert set((await said("print(*sys.modules)")).split()) == at_once
        assert await said("import signal; print(signal.getitimer(0)[0])") == "0.0"

    async def next_one(_managers: list[Any], say: list[Said]) -> None:
        assert set((await say[0]("import sys; print(*sys.modules)")).split()) >= rest

    forkserver._forkserver._stop()
    start_fork_server(of_page("40_dashboard.ipynb"))
    in_kernels(tmp_path, 1, first, own)
    time.sleep(AFTER_THAT_S)
    in_kernels(tmp_path / "later", 1, next_one, own)
    forkserver._forkserver._stop()


@pytest.mark.parametrize(
    "notebook", ["51_workshop_dosing", "own", "", "/elsewhere/99_my_page.ipynb"]
)
def test_what_is_no_page_of_ours_has_everything_imported(notebook: str) -> None:
    assert of_page(notebook) == PAGES


AFTER_THAT_S = 7  # the rest is imported five seconds after the first page's part
FIRST_PAGE = """
from igmfat_nb.pages.dashboard import Dashboard
page = Dashboard.example()
print(type(page.view()).__name__)
"""
