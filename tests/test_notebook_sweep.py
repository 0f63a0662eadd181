"""papermill runs every notebook with parameters; each run shows a number known from elsewhere."""

import json
import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
import yaml

from igmfat_nb.reports.parameters import check_parameters, notebook_parameters
from igmfat_nb.reports.results import published
from igmfat_nb.reports.run import run_notebook

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "notebooks"
SETS = yaml.safe_load((ROOT / "tests" / "notebooks" / "sweep.yaml").read_text(encoding="utf-8"))
NAMES = [f"{one['notebook']}-{number}" for number, one in enumerate(SETS, start=1)]


def checked(one):
    """Parameters as the command would take them; paths from the top of the checkout."""
    path = FOLDER / f"{one['notebook']}.ipynb"
    given = dict(one["parameters"])
    for name in {"case_path", "case_file"} & set(given):
        given[name] = str(ROOT / given[name])
    return path, check_parameters(notebook_parameters(path), given, path.stem)


@pytest.fixture(scope="module")
def notebooks():
    """All runs, two at once."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(run_notebook, *checked(one), one_of_many=True) for one in SETS]
        return dict(zip(NAMES, jobs, strict=True))


def printed(notebook):
    """What the cells printed, and what the widgets say."""
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    texts = [o.get("text", "") for o in outputs if o.output_type == "stream"]
    states = notebook.metadata.get("widgets", {}).values()
    models = [model for state in states for model in state.get("state", {}).values()]
    values = [str(model.get("state", {}).get("value", "")) for model in models]
    return "\n".join(texts + values)


def number(one, notebook):
    if "result" in one:
        return published(notebook)[one["result"]]
    found = re.search(one["number"], printed(notebook))
    assert found, f"{one['number']} is not in what {one['notebook']} shows"
    return float(found[1].replace(",", ""))


@pytest.mark.full
@pytest.mark.parametrize(("name", "one"), zip(NAMES, SETS, strict=True), ids=NAMES)
def test_a_run_shows_a_number_worked_out_elsewhere(name, one, notebooks):
    shown = number(one, notebooks[name].result())

    assert shown == pytest.approx(one["expected"], rel=1e-9)


def test_every_notebook_with_parameters_is_in_the_table():
    there = {path.stem for path in FOLDER.glob("*.ipynb") if notebook_parameters(path)}

    assert there == {one["notebook"] for one in SETS}


def test_the_table_names_only_parameters_that_exist():
    for one in SETS:
        path, values = checked(one)
        assert path.is_file()
        assert json.dumps(values)
