"""Many runs of a notebook: resumable, one failure alone, on a cluster that loses a worker."""

import csv
import json
import subprocess
import sys
import time

import nbformat
import pandas as pd
import pytest
from dask_cluster import cluster, until
from nbformat.v4 import new_code_cell, new_notebook

from igmfat_nb.cli import main
from igmfat_nb.errors import IgmFatError
from igmfat_nb.reports.batch import Batch, case_files, finished_inputs
from igmfat_nb.reports.jobs import build, cluster_runner, local_runner
from igmfat_nb.reports.patient import EXAMPLE
from igmfat_nb.reports.sweep import read_parameter_table, sweep

# Small and quick: what is tested is who runs it, not what it says.
SMALL = (
    'case_file: str = ""\nfactor: float = 2.0  # 0 to 10\nmade_on: str = ""',
    "from igmfat_nb.case import read_case\n"
    "from igmfat_nb.reports.results import publish\n"
    "from pathlib import Path\n"
    "titre = 38.0\n"
    "if case_file:\n"
    "    titre = read_case(Path(case_file).read_bytes()).titres[0].igm_mg_dl\n"
    "assert titre != 13, 'planted failure'\n"
    "assert factor != 7, 'planted failure'\n"
    "publish({'igm_mg_dl': titre, 'product': factor * titre, 'factor': factor})",
)


def run(*arguments):
    with pytest.raises(SystemExit) as stop:
        main([str(part) for part in arguments])
    return stop.value.code


@pytest.fixture
def notebook(tmp_path):
    cells = [new_code_cell(source) for source in SMALL]
    cells[0].metadata["tags"] = ["parameters"]
    path = tmp_path / "small.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def write_cases(folder, titres):
    folder.mkdir(exist_ok=True)
    for number, titre in enumerate(titres, start=1):
        case = json.loads(EXAMPLE.read_text())
        case |= {
            "subject": f"SIM-{number}",
            "doses": [],
            "titres": [{"time_h": 0, "igm_mg_dl": titre}],
        }
        (folder / f"sim-{number}.json").write_text(json.dumps(case))
    return folder


def inodes(folder):
    return {path.name: path.stat().st_ino for path in folder.glob("*.html")}


def test_finished_reports_are_kept_changed_ones_rebuilt_and_failures_stay_alone(
    tmp_path, notebook, capsys
):
    cases, out = write_cases(tmp_path / "cases", [38, 13]), tmp_path / "out"
    (cases / "torn.json").write_text("{")
    command = ["reports", cases, "--out", out, "--notebook", notebook, "--json"]

    first = run(*command, "--jobs", "2"), json.loads(capsys.readouterr().out)
    before = inodes(out)
    (cases / "sim-2.json").write_text((cases / "sim-1.json").read_text().replace("38", "40"))
    (cases / "torn.json").unlink()
    second = run(*command, "--jobs", "1"), json.loads(capsys.readouterr().out)

    assert first[0] == 2
    assert [one["status"] for one in first[1]["reports"]] == ["built", "failed", "failed"]
    assert "planted failure" in first[1]["reports"][1]["sentence"]
    assert "not valid JSON" in first[1]["reports"][2]["sentence"]
    assert second[0] == 0
    assert [one["status"] for one in second[1]["reports"]] == ["kept", "built"]
    assert inodes(out)["sim-1.html"] == before["sim-1.html"]
    assert sorted(path.name for path in out.iterdir()) == [
        "results.csv",
        "sim-1.html",
        "sim-1.results.json",
        "sim-2.html",
        "sim-2.results.json",
    ]
    assert json.loads((out / "sim-2.results.json").read_text())["product"] == 80


def test_one_table_has_the_named_results_of_all_cases_and_why_one_has_none(
    tmp_path, notebook, capsys
):
    cases, out = write_cases(tmp_path / "cases", [38, 13]), tmp_path / "out"
    (cases / "torn.json").write_text("{")

    run("reports", cases, "--out", out, "--notebook", notebook, "--json", "--jobs", "1")

    assert json.loads(capsys.readouterr().out)["table"] == str(out / "results.csv")
    with (out / "results.csv").open(newline="") as file:
        rows = {row["case"]: row for row in csv.DictReader(file)}
    assert [row["status"] for row in rows.values()] == ["built", "failed", "failed"]
    assert rows["sim-1.json"]["product"] == "76.0"  # 38 × 2
    assert rows["sim-2.json"]["product"] == ""
    assert "planted failure" in rows["sim-2.json"]["sentence"]


@pytest.mark.browser
def test_every_report_is_printed_once_beside_its_page(tmp_path, notebook, capsys):
    cases, out = write_cases(tmp_path / "cases", [38]), tmp_path / "out"
    command = ["reports", cases, "--out", out, "--notebook", notebook, "--pdf", "--quiet"]

    assert run(*command) == 0
    first = (out / "sim-1.pdf").stat().st_mtime_ns
    assert run(*command) == 0

    assert (out / "sim-1.pdf").read_bytes().startswith(b"%PDF-")
    assert (out / "sim-1.pdf").stat().st_mtime_ns == first


def test_a_parameter_or_force_builds_again_and_the_table_says_so(tmp_path, notebook, capsys):
    cases, out = write_cases(tmp_path / "cases", [38]), tmp_path / "out"
    command = ["reports", cases, "--out", out, "--notebook", notebook, "--quiet"]

    lines = []
    for extra in ([], [], ["-p", "factor=3"], ["-p", "factor=3", "--force"]):
        assert run(*command, *extra) == 0
        lines.append(capsys.readouterr().out.splitlines()[-1])

    built = "cases 1 = built 1 + kept 0 + failed 0"
    assert lines == [built, "cases 1 = built 0 + kept 1 + failed 0", built, built]


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (["-p", "facto=3"], "Did you mean “factor”"),
        (["--jobs", "0"], "1 or more"),
        (["--jobs", "2", "--scheduler", "tcp://127.0.0.1:1"], "--jobs"),
        (["--scheduler", "tcp://127.0.0.1:1"], "No Dask scheduler"),
    ],
)
def test_a_bad_request_is_refused_whole(extra, said, tmp_path, notebook, capsys, monkeypatch):
    monkeypatch.setattr("igmfat_nb.workers.many.SECONDS_TO_CONNECT", 1)
    cases = write_cases(tmp_path / "cases", [38])

    code = run("reports", cases, "--out", tmp_path / "out", "--notebook", notebook, *extra)

    assert code == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_without_cases_is_a_sentence(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(IgmFatError):
            case_files(folder)
    assert finished_inputs(tmp_path / "none.html") is None


def test_a_kernel_that_dies_is_one_failure(tmp_path, notebook):
    document = nbformat.read(notebook, as_version=4)
    document.cells[1].source = "import os\nos._exit(1)"
    nbformat.write(document, notebook)
    cases = write_cases(tmp_path / "cases", [38])
    batch = Batch.of(notebook, {}, made_on="")

    outcomes = batch.run(case_files(cases), tmp_path / "out", local_runner(1))

    assert [one.status for one in outcomes] == ["failed"]
    assert outcomes[0].sentence


LATE = """
import time
kernel = get_ipython().kernel
told = kernel._publish_status
def late(status, *where, **of_what):
    time.sleep(6 * (status == "idle"))
    told(status, *where, **of_what)
kernel._publish_status = late
"""


def test_an_output_that_comes_long_after_its_cell_is_not_the_end_of_a_report(tmp_path, notebook):
    document = nbformat.read(notebook, as_version=4)
    # As on a busy machine: a cell is answered, and the end of its outputs comes seconds later.
    document.cells[1].source += LATE
    nbformat.write(document, notebook)
    cases = write_cases(tmp_path / "cases", [38])
    batch = Batch.of(notebook, {}, made_on="")

    outcomes = batch.run(case_files(cases), tmp_path / "out", local_runner(1))

    assert [(one.status, one.sentence) for one in outcomes] == [("built", "")]


@pytest.mark.full
def test_a_cluster_that_loses_a_worker_still_builds_every_report_once(tmp_path, notebook):
    document = nbformat.read(notebook, as_version=4)
    document.cells[1].source += "\nimport time\ntime.sleep(1)"  # so that a worker dies at work
    nbformat.write(document, notebook)
    cases, out = write_cases(tmp_path / "cases", range(30, 36)), tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "igmfat_nb",
        "reports",
        str(cases),
        "--out",
        str(out),
        "--json",
    ]
    seen = {}
    with cluster(tmp_path) as (address, workers):
        command += ["--notebook", str(notebook), "--scheduler", address, "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
            until(lambda: watch(out, seen))
            workers[0].kill()
            while client.poll() is None:
                watch(out, seen)
                time.sleep(0.02)
            summary = json.loads(client.stdout.read())
        watch(out, seen)

    assert (summary["built"], summary["failed"]) == (6, 0)
    assert sorted(seen) == [f"sim-{number}.html" for number in range(1, 7)]
    # A second writing would be another file under the same name.
    assert [name for name, files in seen.items() if len(files) > 1] == []
    products = [
        json.loads((out / f"sim-{n}.results.json").read_text())["product"] for n in range(1, 7)
    ]
    assert products == [60, 62, 64, 66, 68, 70]


def watch(out, seen):
    """Note which files have stood under each name."""
    for name, inode in inodes(out).items():
        seen.setdefault(name, set()).add(inode)
    return seen


def test_a_sweep_collects_named_results_in_one_tidy_table(tmp_path, notebook, capsys):
    table, out = tmp_path / "table.csv", tmp_path / "out"
    table.write_text("factor;case_file\n2,5;\n7;\n;" + str(EXAMPLE) + "\n")

    code = run("sweep", notebook, table, "--out", out, "--jobs", "2", "--json")

    assert code == 2
    assert json.loads(capsys.readouterr().out) | {"version": ""} == {
        "version": "",
        "runs": 3,
        "failed": 1,
        "table": str(out / "results.csv"),
    }
    rows = list(csv.DictReader((out / "results.csv").open()))
    assert [row["run"] for row in rows] == ["1", "2", "3"]
    assert [row["product"] for row in rows] == ["95.0", "", "76.0"]
    assert [row["factor"] for row in rows] == ["2.5", "7.0", ""]
    assert [row["result_factor"] for row in rows] == ["2.5", "", "2.0"]
    assert [row["status"] for row in rows] == ["built", "failed", "built"]
    assert sorted(path.name for path in (out / "run-2").iterdir()) == ["report.failed.ipynb"]
    assert (out / "run-1" / "report.html").is_file()
    assert json.loads((out / "run-3" / "results.json").read_text())["product"] == 76


def test_a_sweep_without_documents_keeps_results_only(tmp_path, notebook):
    table = tmp_path / "table.csv"
    table.write_text("factor\n3\n")
    rows = read_parameter_table(table, notebook)

    runs = sweep(notebook, rows, tmp_path / "out", local_runner(1), made_on="", documents=False)

    assert [run.built.results["product"] for run in runs] == [114]
    assert [path.name for path in (tmp_path / "out" / "run-1").iterdir()] == ["results.json"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("factor\n", "no row"),
        ("facto\n1\n", "Did you mean “factor”"),
        ("factor\n1\nx\n", "line 3: factor is “x”"),
        ("factor\n11\n", "expected 0 to 10"),
        ("factor,factor\n1,2\n", "twice"),
        ("factor\n1,2\n", "line 2: The row has 2 cells; expected 1"),
    ],
)
def test_a_bad_table_is_refused_before_any_run(text, said, tmp_path, notebook):
    table = tmp_path / "table.csv"
    table.write_text(text)

    with pytest.raises(IgmFatError) as refusal:
        read_parameter_table(table, notebook)

    assert said in str(refusal.value)


def test_a_table_that_is_no_text_is_refused(tmp_path, notebook):
    (tmp_path / "table.csv").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(IgmFatError, match="not UTF-8"):
        read_parameter_table(tmp_path / "table.csv", notebook)


def test_a_sweep_reads_the_tables_that_a_cohort_reads(tmp_path, notebook):
    frame = pd.DataFrame({"factor": [3, None], "case_file": [None, str(EXAMPLE)]})
    frame.to_parquet(tmp_path / "t.parquet")
    frame.to_excel(tmp_path / "t.xlsx", index=False)

    for name in ("t.parquet", "t.xlsx"):
        rows = read_parameter_table(tmp_path / name, notebook)
        assert rows == [{"factor": 3.0}, {"case_file": str(EXAMPLE)}]


def test_an_input_that_vanished_or_a_job_that_breaks_is_an_answer(tmp_path):
    from igmfat_nb.reports.jobs import Job

    built = build(Job("x.ipynb", b"no notebook", {}, "t", "0"))

    assert built.failure
    assert built.html == ""


def test_no_scheduler_is_a_sentence(monkeypatch):
    monkeypatch.setattr("igmfat_nb.workers.many.SECONDS_TO_CONNECT", 1)

    with pytest.raises(IgmFatError, match="No Dask scheduler"):
        list(cluster_runner("tcp://127.0.0.1:1")([]))
