"""Reports that share a folder: the results of each are kept, also when two are written at once."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from igmfat_nb.reports.beside import write_beside
from igmfat_nb.reports.patient import EXAMPLE


def read(path):
    return json.loads(path.read_text("utf-8"))


def test_a_report_alone_has_its_results_in_results_json(tmp_path):
    beside = write_beside(tmp_path / "a.html", "<p>", {"volume_ml": 431})

    assert beside == tmp_path / "results.json"
    assert read(beside) == read(tmp_path / "a.results.json") == {"volume_ml": 431}


def test_a_second_report_takes_nothing_from_the_first(tmp_path):
    write_beside(tmp_path / "a.html", "<p>", {"volume_ml": 431})
    beside = write_beside(tmp_path / "b.html", "<p>", {"volume_ml": 400})

    assert beside == tmp_path / "b.results.json"
    assert read(beside) == {"volume_ml": 400}
    assert read(tmp_path / "results.json") == {
        "documents": {"a.html": {"volume_ml": 431}, "b.html": {"volume_ml": 400}}
    }


def test_the_same_report_again_replaces_its_own_results_only(tmp_path):
    for name, volume in (("a", 1), ("b", 2), ("a", 3)):
        write_beside(tmp_path / f"{name}.html", "<p>", {"volume_ml": volume})

    assert read(tmp_path / "results.json")["documents"] == {
        "a.html": {"volume_ml": 3},
        "b.html": {"volume_ml": 2},
    }


def test_a_document_that_was_taken_away_takes_its_results_along(tmp_path):
    write_beside(tmp_path / "a.html", "<p>", {"volume_ml": 431})
    (tmp_path / "a.html").unlink()

    write_beside(tmp_path / "b.html", "<p>", {"volume_ml": 400})

    assert read(tmp_path / "results.json") == {"volume_ml": 400}


def test_results_of_an_earlier_version_are_kept_beside_their_document(tmp_path):
    (tmp_path / "old.html").write_text("<p>")
    (tmp_path / "results.json").write_text('{"volume_ml": 1}')

    write_beside(tmp_path / "new.html", "<p>", {"volume_ml": 2})

    assert read(tmp_path / "old.results.json") == {"volume_ml": 1}
    assert set(read(tmp_path / "results.json")["documents"]) == {"new.html", "old.html"}


def test_results_that_belong_to_one_of_several_documents_are_not_given_to_any(tmp_path):
    for name in ("one.html", "two.html"):
        (tmp_path / name).write_text("<p>")
    (tmp_path / "results.json").write_text('{"volume_ml": 1}')

    write_beside(tmp_path / "new.html", "<p>", {"volume_ml": 2})

    assert read(tmp_path / "earlier.results.json") == {"volume_ml": 1}
    assert read(tmp_path / "results.json") == {"volume_ml": 2}


@pytest.mark.parametrize("_attempt", range(5))
def test_many_at_once_are_all_there(tmp_path, _attempt):
    with ThreadPoolExecutor(8) as pool:
        tasks = [
            pool.submit(write_beside, tmp_path / f"{number}.html", "<p>", {"n": number})
            for number in range(8)
        ]
    assert [task.exception() for task in tasks] == [None] * 8

    documents = read(tmp_path / "results.json")["documents"]
    assert documents == {f"{number}.html": {"n": number} for number in range(8)}


def test_two_commands_at_once_keep_both(tmp_path):
    cells = [
        new_code_cell('case_file: str = ""\nn: int = 1', metadata={"tags": ["parameters"]}),
        new_code_cell("from igmfat_nb.reports.results import publish\npublish({'n': n})"),
    ]
    notebook = tmp_path / "number.ipynb"
    nbformat.write(new_notebook(cells=cells), notebook)
    out = tmp_path / "out"
    commands = [
        [sys.executable, "-m", "igmfat_nb", "report", str(EXAMPLE), "--notebook", str(notebook)]
        + ["--out", str(out / f"{name}.html"), "-p", f"n={number}"]
        for name, number in (("a", 1), ("b", 2))
    ]

    running = [subprocess.Popen(command) for command in commands]

    assert [process.wait() for process in running] == [0, 0]
    assert read(out / "a.results.json") == {"n": 1}
    assert read(out / "b.results.json") == {"n": 2}
    assert read(out / "results.json") == {"documents": {"a.html": {"n": 1}, "b.html": {"n": 2}}}
