"""Files with patients' values are their owner's alone, and no output leads elsewhere."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from fhir_bundles import BODY, FIRST, PATIENT, igm

from igmfat_nb.cli import main
from igmfat_nb.errors import UnreadableInput
from igmfat_nb.files import append, folder_within, replacing, write_whole
from igmfat_nb.trial.runs import read_manifest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Modes and links of Unix.")
ROOT = Path(__file__).parent.parent
CASE = ROOT / "igmfat_nb" / "reports" / "example_case.json"
TABLE = ROOT / "igmfat_nb" / "reports" / "example_cohort.csv"


def igmfat(folder, *words):
    """A command in a folder, under a mask that forbids nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "igmfat_nb", *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        preexec_fn=lambda: os.umask(0),
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def bundle(folder):
    entry = [{"resource": one} for one in (PATIENT, *BODY, igm(35, FIRST))]
    document = {"resourceType": "Bundle", "type": "collection", "entry": entry}
    (folder / "bundle.json").write_text(json.dumps(document))
    return folder / "bundle.json"


def sweep_table(folder):
    (folder / "table.csv").write_text("weight_text\n70\n80\n")
    return folder / "table.csv"


COMMANDS = {
    "cases": lambda _f: [("cases", "make", "--n", 2, "--out", "out")],
    "import": lambda f: [("import-fhir", bundle(f), "--out", "out/case.json", "--age", 68)],
    "report": lambda _f: [("report", CASE, "--out", "out/report.html")],
    "reports": lambda f: [("reports", cases(f), "--out", "out", "--jobs", 1, "--quiet")],
    "cohort": lambda _f: [("cohort", TABLE, "--out", "out/doses.csv")],
    "trial": lambda f: [
        ("trial", "run", design(f), "--replicates", 2, "--out", "out/run", "--quiet"),
        ("trial", "export", "out/run", "--format", "csv", "--quiet"),
    ],
    "sweep": lambda f: [
        ("sweep", "11_dose_calculator", sweep_table(f), "--out", "out", "--jobs", 1, "--quiet")
    ],
}


def cases(folder):
    (folder / "cases").mkdir()
    (folder / "cases" / "one.json").write_bytes(CASE.read_bytes())
    return folder / "cases"


def design(folder):
    (folder / "design.yaml").write_text(igmfat(folder, "trial", "--example"))
    return folder / "design.yaml"


@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_command_writes_is_its_owners_alone(tmp_path, name):
    for words in COMMANDS[name](tmp_path):
        igmfat(tmp_path, *words)

    written = list((tmp_path / "out").rglob("*"))
    files = [path for path in written if path.is_file()]
    assert files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    folders = [path for path in (tmp_path / "out", *written) if path.is_dir()]
    assert not [path for path in folders if path.stat().st_mode & 0o022]


def test_a_file_that_others_could_read_is_replaced_by_one_that_they_cannot(tmp_path):
    target = tmp_path / "case.json"
    target.write_text("older")
    target.chmod(0o644)

    write_whole(target, "newer")

    assert target.read_text() == "newer"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_nobody_plants_a_link_under_the_temporary_name(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    with replacing(tmp_path / "case.json") as temporary:
        planted = temporary
    planted.symlink_to(elsewhere)

    write_whole(tmp_path / "case.json", "values")

    assert not elsewhere.exists()
    assert (tmp_path / "case.json").read_text() == "values"


@pytest.mark.parametrize("there", ["file", "nothing"])
def test_an_output_does_not_follow_a_link(tmp_path, there):
    elsewhere = tmp_path / "elsewhere"
    if there == "file":
        elsewhere.write_text("of somebody else")
    (tmp_path / "out.json").symlink_to(elsewhere)

    with pytest.raises(UnreadableInput, match="it is a link, and outputs do not follow links"):
        write_whole(tmp_path / "out.json", "values")
    with pytest.raises(OSError, match="symbolic links"):
        append(tmp_path / "out.json", b"values")

    assert (tmp_path / "out.json").is_symlink()
    assert elsewhere.exists() == (there == "file")
    assert there == "nothing" or elsewhere.read_text() == "of somebody else"


def test_a_folder_of_ours_is_no_link(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run-1").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(UnreadableInput, match="run-1 cannot be written: it is a link"):
        folder_within(tmp_path, "run-1")


def test_a_pipe_is_no_output(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(UnreadableInput, match="it is a pipe or a device"):
        write_whole(tmp_path / "pipe", "values")


@pytest.mark.parametrize("part", ["../secret", "/etc/passwd", "part-00000000-00001.parquet"])
def test_a_manifest_names_nothing_outside_its_folder(tmp_path, part):
    folder = tmp_path / "run"
    folder.mkdir()
    (tmp_path / "secret").write_text("of somebody else")
    if part.startswith("part"):
        (folder / part).symlink_to(tmp_path / "secret")
    run = {"format": "igmfat-trial-run/2", "design": {}, "seed": 1}
    lines = [json.dumps(run), json.dumps({"part": part, "sha256": "0" * 64}), ""]
    (folder / "manifest.jsonl").write_text("\n".join(lines))

    with pytest.raises(UnreadableInput, match=r"run/manifest.jsonl names .* no part of a run"):
        read_manifest(folder)


def test_two_sweeps_into_one_folder_keep_both_results(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def sweep(weights):
        (tmp_path / "table.csv").write_text("\n".join(["weight_text", *weights, ""]))
        words = ("sweep", "11_dose_calculator", "table.csv", "--out", "out", "--results-only")
        done = CliRunner().invoke(main, [*words, "--jobs", "1", "--json"])
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout)["table"]

    first, second, again = sweep(["70"]), sweep(["80"]), sweep(["70"])

    assert (first, second, again) == ("out/results.csv", "out/sweep-2/results.csv", first)
    assert "70" in (tmp_path / first).read_text()
    assert "80" in (tmp_path / second).read_text()
    assert (tmp_path / "out/run-1").is_dir()
    assert (tmp_path / "out/sweep-2/run-1").is_dir()
