"""Files to begin with: each is read by the command that is named beside it."""

import json
import shlex
import subprocess
import sys

import pytest

from igmfat_nb.cli.examples import COMMANDS


def igmfat(*args, cwd):
    command = [sys.executable, "-m", "igmfat_nb", *args]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("examples")
    written = igmfat("examples", "--out", str(where), "--json", cwd=where)
    assert json.loads(written.stdout)["files"] == COMMANDS
    return where


@pytest.mark.parametrize("name", COMMANDS)
def test_the_command_beside_a_file_reads_it(folder, name):
    program, *args = shlex.split(COMMANDS[name])
    done = igmfat(*args, cwd=folder)
    assert (program, done.returncode) == ("igmfat", 0), done.stderr


def test_the_table_accounts_for_every_row(folder):
    done = igmfat("cohort", "patients.csv", "--out", "counted.csv", "--json", cwd=folder)
    counts = json.loads(done.stdout)
    lines = (folder / "patients.csv").read_text(encoding="utf-8").splitlines()
    assert counts["read"] == len(lines) - 1 == counts["accepted"] + counts["rejected"]
    assert counts["rejected"] == 1  # “sixty” kilograms: a rejected row has its sentence, too


def test_the_commands_said_run_from_where_they_were_said(tmp_path):
    said = igmfat("examples", "--out", "my files", cwd=tmp_path).stdout.splitlines()[1:]

    assert said[1].strip() == "igmfat next 'my files/course.json'"
    assert len(said) == len(COMMANDS)
    for line in said[:2]:
        done = igmfat(*shlex.split(line)[1:], cwd=tmp_path)
        assert done.returncode == 0, done.stderr


def test_twice_is_the_same_and_a_file_of_somebody_elses_stays(folder, tmp_path):
    assert igmfat("examples", "--out", str(folder), cwd=folder).returncode == 0
    (tmp_path / "patients.csv").write_bytes(b"\xffmine\n")  # not even text
    refused = igmfat("examples", "--out", str(tmp_path), cwd=tmp_path)
    assert refused.returncode == 2
    assert "patients.csv is there already" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["patients.csv"]
