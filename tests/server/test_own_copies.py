"""``igmfat lab --dir``: the notebooks in a folder of the reader's, whose changes stay."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.server.own_copies import RECORD, copy_notebooks


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "package"
    folder.mkdir()
    for name in ("00_a.ipynb", "10_b.ipynb"):
        (folder / name).write_text(f"first {name}")
    return folder


def test_every_notebook_is_copied_once_and_then_left(source, tmp_path):
    first = copy_notebooks(source, tmp_path / "mine")
    again = copy_notebooks(source, tmp_path / "mine")

    assert first.copied == ["00_a.ipynb", "10_b.ipynb"]
    assert again.sentences() == []
    assert (tmp_path / "mine" / "10_b.ipynb").read_text() == "first 10_b.ipynb"


def test_what_the_reader_changed_stays_and_the_rest_is_renewed(source, tmp_path):
    mine = tmp_path / "mine"
    copy_notebooks(source, mine)
    (mine / "00_a.ipynb").write_text("my own")
    for path in source.iterdir():
        path.write_text("second")

    said = copy_notebooks(source, mine)

    assert (mine / "00_a.ipynb").read_text() == "my own"
    assert (mine / "10_b.ipynb").read_text() == "second"
    assert said.kept == ["00_a.ipynb"]
    assert "00_a.ipynb" in said.sentences()[-1]
    assert copy_notebooks(source, mine).kept == ["00_a.ipynb"]  # said every time


@pytest.mark.parametrize("record", ["{", "[]", "null"])
def test_without_a_record_nothing_is_renewed(source, tmp_path, record):
    mine = tmp_path / "mine"
    copy_notebooks(source, mine)
    (mine / RECORD).write_text(record)
    (source / "00_a.ipynb").write_text("second")

    assert copy_notebooks(source, mine).kept == ["00_a.ipynb"]


def test_a_file_in_the_folder_s_place_is_one_sentence(source, tmp_path):
    (tmp_path / "mine").write_text("")

    with pytest.raises(UnreadableInput, match="cannot be written"):
        copy_notebooks(source, tmp_path / "mine")


def test_an_installed_copy_serves_a_folder_of_the_reader_s(tmp_path):
    root = Path(__file__).parent.parent.parent
    installed, here = tmp_path / "site-packages", tmp_path / "here"
    here.mkdir()
    shutil.copytree(root / "igmfat_nb", installed / "igmfat_nb")
    shutil.copytree(root / "notebooks", installed / "igmfat_nb" / "notebooks")
    program = f"import sys; sys.path.insert(0, {str(installed)!r}); from igmfat_nb.cli import main"
    process = subprocess.Popen(
        [sys.executable, "-c", f"{program}; main(['lab', '--no-browser', '--json'])"],
        cwd=here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert json.loads(process.stdout.readline())["address"]
    finally:
        process.send_signal(signal.SIGTERM)
        _out, said = process.communicate(timeout=120)

    assert "Copied:" in said
    copied = {path.name for path in (here / "igmfat-notebooks").glob("*.ipynb")}
    assert copied == {path.name for path in (root / "notebooks").glob("*.ipynb")}
    assert not list((installed / "igmfat_nb" / "notebooks").glob(".igmfat*"))
