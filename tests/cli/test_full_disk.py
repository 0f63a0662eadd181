"""No room left: one sentence, exit code 2, nothing half written, and what was there before stays.

The room is a limit on the size of a file, which a write meets as it meets a full disk: the system
takes what fits and refuses the rest.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fhir_bundles import BODY, FIRST, PATIENT, igm

resource = pytest.importorskip("resource", reason="This system has no such limits.")
ROOT = Path(__file__).parents[2]
CASE = ROOT / "igmfat_nb" / "reports" / "example_case.json"
TABLE = ROOT / "igmfat_nb" / "reports" / "example_cohort.csv"
KEPT = b"what was here before"
#: Python would leave torn bytecode where there is no room, and coverage a torn record.
ENVIRONMENT = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
ENVIRONMENT["PYTHONDONTWRITEBYTECODE"] = "1"


def run(folder, room, *arguments):
    """The command in a folder, with room for so many bytes a file."""
    return subprocess.run(
        [sys.executable, "-m", "igmfat_nb", *map(str, arguments)],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )


def refused(folder, room, *arguments):
    """The sentence; whatever is there afterwards was there before."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done = run(folder, room, *arguments)
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert done.returncode == 2, done.stderr
    assert after == before
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def write(path, document):
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def test_a_case_that_does_not_fit_leaves_the_older_one(tmp_path):
    entry = [{"resource": one} for one in (PATIENT, *BODY, igm(35, FIRST))]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entry}
    write(tmp_path / "bundle.json", bundle)
    (tmp_path / "case.json").write_bytes(KEPT)

    said = refused(tmp_path, 60, "import-fhir", "bundle.json", "--out", "case.json", "--age", 68)

    assert said == "case.json cannot be written: file too large."


def test_cases_are_made_all_or_none(tmp_path):
    fits_some = run(tmp_path, 10**6, "cases", "make", "--n", 3, "--seed", 1, "--out", "made")
    assert fits_some.returncode == 0
    sizes = sorted(path.stat().st_size for path in (tmp_path / "made").iterdir())
    assert sizes[0] < sizes[-1]  # so that a room between them takes some and not all

    said = refused(
        tmp_path, sizes[-1] - 1, "cases", "make", "--n", 3, "--seed", 1, "--out", "again"
    )

    assert "cannot be written: file too large." in said


def test_a_run_that_does_not_fit_is_no_run_and_one_that_was_saved_stays(tmp_path):
    example = run(tmp_path, 10**6, "trial", "--example").stdout
    write(tmp_path / "design.yaml", example)
    trial = ("trial", "design.yaml", "--replicates", 4, "--quiet", "--out")

    said = refused(tmp_path, 50, *trial, "small")
    assert said == "small/manifest.jsonl cannot be written: file too large."

    assert run(tmp_path, 10**8, *trial, "run").returncode == 0
    said = refused(tmp_path, 2000, *trial[:3], 8, *trial[4:], "run")
    assert "cannot be written: file too large." in said
    assert run(tmp_path, 10**8, *trial[:3], 8, *trial[4:], "run").returncode == 0


def test_a_table_that_does_not_fit_leaves_no_part_of_it(tmp_path):
    for suffix in ("csv", "xlsx", "parquet"):
        said = refused(tmp_path, 150, "cohort", TABLE, "--out", f"doses.{suffix}")

        assert "cannot be written: file too large." in said


@pytest.mark.parametrize("room", [1000, 1_000_000])
def test_a_report_that_does_not_fit_leaves_the_older_one(tmp_path, room):
    """A thousand bytes are too few for the notebook that is run, a million for the document."""
    (tmp_path / "report.html").write_bytes(KEPT)

    said = refused(tmp_path, room, "report", CASE, "--out", "report.html")

    assert "cannot be written" in said
    assert said.endswith("file too large.")


def test_a_class_picture_that_does_not_fit_leaves_the_older_one(tmp_path):
    (tmp_path / "class.html").write_bytes(KEPT)

    said = refused(tmp_path, 100, "workshop", "collect", "--out", "class.html")

    assert said.endswith("class.html cannot be written: file too large.")
