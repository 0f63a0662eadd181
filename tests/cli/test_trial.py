"""``igmfat trial`` as a caller sees it: saved, grown, torn, exported, on a grid and a cluster."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
from click.testing import CliRunner
from dask_cluster import LONGEST_WAIT_S, cluster, until

from igmfat_nb.cli import main
from igmfat_nb.trial.endpoint import METRICS

DESIGN = "patients: 40\narms: [standard, deficit]\n"


def run(*args):
    return CliRunner().invoke(main, ["trial", *map(str, args)])


def answer(*args):
    result = run(*args, "--json", "--quiet")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "design.yaml"
    path.write_text(DESIGN)
    return path


def test_the_example_can_be_run(tmp_path):
    (tmp_path / "design.yaml").write_text(run("--example").stdout)

    document = answer(tmp_path / "design.yaml", "--replicates", 2)

    keys = [
        "version",
        "replicates",
        "seed",
        "readings",
        "screening",
        "arms",
        "metrics",
        "operating",
    ]
    assert list(document) == [*keys, "result_sha256"]
    assert list(document["metrics"]) == list(METRICS)
    assert list(document["arms"]) == ["standard", "deficit"]
    assert list(document["arms"]["standard"]) == list(METRICS)
    assert {"mean", "p5", "p50", "p95"} <= set(document["arms"]["deficit"]["volume_ml"])
    screening = document["screening"]
    assert screening["enrolled"] == 2 * 356
    assert screening["screened"] == screening["enrolled"] + sum(screening["excluded"].values())


def test_a_grown_run_is_the_run_at_once_on_any_number_of_workers(tmp_path, plan):
    answer(plan, "--replicates", 3, "--out", tmp_path / "run")

    grown = answer(plan, "--replicates", 600, "--out", tmp_path / "run", "--workers", 2)
    again = answer(plan, "--replicates", 600, "--out", tmp_path / "run")
    at_once = answer(plan, "--replicates", 600)

    assert grown == at_once == again
    assert answer(plan, "--replicates", 3, "--out", tmp_path / "run") == answer(
        plan, "--replicates", 3
    )


def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(tmp_path, plan):
    plan.write_text(DESIGN.replace("40", "1000"))
    command = [sys.executable, "-m", "igmfat_nb", "trial", str(plan), "--replicates", "4000"]
    command += ["--out", str(tmp_path / "run"), "--quiet", "--workers", "2"]
    # A group of its own, so that Ctrl-C reaches the workers as it does in a terminal; a shell
    # that runs the tests in the background has it ignored, and children inherit that.
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        for _ in range(6000):
            if (tmp_path / "run/manifest.jsonl").exists():
                break
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        _stdout, stderr = process.communicate(timeout=300)

    assert process.returncode == 130
    assert "the same command continues" in stderr
    assert "Traceback" not in stderr
    kept = answer(plan, "--replicates", 2, "--out", tmp_path / "run")
    assert kept == answer(plan, "--replicates", 2)


def test_ctrl_c_without_a_folder_says_that_nothing_is_kept(plan, monkeypatch):
    def interrupted(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr("igmfat_nb.trial.runners.run_block", interrupted)

    result = run(plan, "--replicates", 2)

    assert result.exit_code == 130
    assert "without --out nothing is saved" in result.stderr


def test_a_torn_part_is_noticed_and_made_again(tmp_path, plan):
    first = answer(plan, "--replicates", 4, "--out", tmp_path / "run")
    (part,) = (tmp_path / "run").glob("part-*.parquet")
    whole = part.read_bytes()
    part.write_bytes(whole[:-100])

    again = answer(plan, "--replicates", 4, "--out", tmp_path / "run")

    assert again == first
    assert part.read_bytes() == whole
    assert run("export", tmp_path / "run", "--quiet").exit_code == 0


def test_the_manifest_only_grows_and_its_hashes_are_those_of_the_parts(tmp_path, plan):
    answer(plan, "--replicates", 3, "--out", tmp_path / "run")
    before = (tmp_path / "run/manifest.jsonl").read_bytes()

    answer(plan, "--replicates", 5, "--out", tmp_path / "run")

    after = (tmp_path / "run/manifest.jsonl").read_bytes()
    assert after.startswith(before)
    _run, *parts = map(json.loads, after.splitlines())
    assert len(parts) == 2
    for part in parts:
        content = (tmp_path / "run" / part["part"]).read_bytes()
        assert part["sha256"] == hashlib.sha256(content).hexdigest()


def test_a_torn_line_of_the_manifest_costs_its_part_only(tmp_path, plan):
    for replicates in (2, 4):
        whole = answer(plan, "--replicates", replicates, "--out", tmp_path / "run")
    manifest = tmp_path / "run/manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes()[:-20])
    first, last = sorted((tmp_path / "run").glob("part-*"))
    kept, redone = first.stat().st_mtime_ns, last.stat().st_mtime_ns

    assert answer(plan, "--replicates", 4, "--out", tmp_path / "run") == whole

    assert (first.stat().st_mtime_ns, last.stat().st_mtime_ns > redone) == (kept, True)
    assert len(json.loads(manifest.read_bytes().splitlines()[-1])["sha256"]) == 64
    redone = last.stat().st_mtime_ns
    assert answer(plan, "--replicates", 4, "--out", tmp_path / "run") == whole
    assert last.stat().st_mtime_ns == redone


@pytest.mark.parametrize("change", ["patients: 42\n", "--seed"])
def test_another_design_or_seed_in_the_same_folder_is_refused(tmp_path, plan, change):
    answer(plan, "--replicates", 1, "--out", tmp_path / "run")
    seed = 2 if change == "--seed" else 1
    if seed == 1:
        plan.write_text(DESIGN.replace("patients: 40\n", change))

    result = run(plan, "--replicates", 1, "--out", tmp_path / "run", "--seed", seed)

    assert result.exit_code == 2
    assert "another design or seed" in result.stderr


def test_an_export_has_every_patient_and_day_and_adds_up(tmp_path, plan):
    document = answer(plan, "--replicates", 3, "--out", tmp_path / "run")

    assert run("export", tmp_path / "run", "--format", "csv", "--quiet").exit_code == 0

    patients = pd.read_csv(tmp_path / "run/export/patients.csv")
    days = pd.read_csv(tmp_path / "run/export/patient_days.csv")
    meanings = pd.read_csv(tmp_path / "run/export/data_dictionary.csv")
    assert (len(patients), len(days)) == (120, 840)
    given = days.groupby(["replicate", "patient"])["volume_ml"].sum().to_numpy()
    assert given == pytest.approx(patients["volume_ml"].to_numpy())
    means = patients.groupby(["replicate", "arm"])["volume_ml"].mean().groupby("arm").mean()
    for arm in ("standard", "deficit"):
        assert means[arm] == pytest.approx(document["arms"][arm]["volume_ml"]["mean"])
    lived_h = (24 * patients["death_day"]).fillna(168).clip(upper=168)
    patients["share"] = patients["hours_at_target"] / lived_h
    shares = patients.groupby(["replicate", "arm"])["share"].mean().groupby("arm").mean()
    for arm in ("standard", "deficit"):  # the printed figure, from the export alone
        printed = document["arms"][arm]["fraction_of_time_at_target"]["mean"]
        assert shares[arm] == pytest.approx(printed, rel=1e-12)
    del patients["share"]
    for table, frame in (("patients", patients), ("patient_days", days)):
        assert meanings.loc[meanings["table"] == table, "column"].tolist() == list(frame.columns)
    assert set(patients["stop_reason"]) <= {"days over", "vasopressors stopped", "death"}
    first = days[days["study_day"] == 1]
    for titre in ("true_igm_mg_dl", "measured_igm_mg_dl"):  # the first day is that of screening
        assert first[titre].to_numpy() == pytest.approx(patients[titre].to_numpy())
    dead = patients[patients["death_day"] < 1]
    assert days[days["study_day"] > 1].merge(dead)["volume_ml"].sum() == 0


def test_a_grid_gives_one_tidy_table_and_can_be_resumed(tmp_path, plan):
    plan.write_text(DESIGN + "grid: {endpoint.baseline_mortality: [0.2, 0.5]}\n")

    first = answer(plan, "--replicates", 4, "--out", tmp_path / "grid")
    again = answer(plan, "--replicates", 4, "--out", tmp_path / "grid")

    table = pd.read_parquet(tmp_path / "grid/grid.parquet")
    assert first == again
    assert len(table) == 2 * (2 * len(METRICS) + 3)
    deaths = table[(table["metric"] == "deaths") & (table["arm"] == "standard")]
    assert deaths["value"].is_monotonic_increasing
    shares = table[table["metric"].str.endswith("_rate")]
    assert (table["monte_carlo_se"].dropna() >= 0).all()
    assert (shares["low_95"] <= shares["value"]).all()
    assert (shares["value"] <= shares["high_95"]).all()
    assert table["unit"].notna().all()
    assert (
        "rejection_rate"
        in run(plan, "--replicates", 4, "--out", tmp_path / "grid", "--quiet").stdout
    )


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["missing.yaml"], "There is no file missing.yaml"),
        ([], "design file is missing"),
        (["{plan}", "--replicates", "0"], "at least 1 replicate"),
        (["{plan}", "--seed", "-1"], "at least 1 replicate"),
        (["{plan}", "--scheduler", "nowhere"], "No Dask scheduler"),
        (["export", "nowhere"], "contains no saved run"),
    ],
)
def test_what_cannot_be_run_is_one_sentence(plan, args, words):
    result = run(*(arg.replace("{plan}", str(plan)) for arg in args))

    assert result.exit_code == 2
    assert words in result.stderr


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path, plan):
    for args in ([plan, "--replicates", 1, "--out", plan], [plan, "--out", plan / "below"]):
        result = run(*args, "--quiet")

        assert result.exit_code == 2
        assert "cannot be used" in result.stderr
    answer(plan, "--replicates", 1, "--out", tmp_path / "run")
    result = run("export", tmp_path / "run", "--out", plan, "--quiet")
    assert (result.exit_code, "cannot be used" in result.stderr) == (2, True)


def test_the_help_shows_examples_as_they_are_typed():
    text = run("--help").stdout

    assert "\\b" not in text
    assert "\n  igmfat trial design.yaml --replicates 1000" in text


def test_a_grid_without_a_folder_is_refused(plan):
    plan.write_text(DESIGN + "grid: {patients: [40]}\n")

    assert "A grid needs --out" in run(plan, "--replicates", 1).stderr


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "other/1"}'])
def test_a_torn_or_foreign_manifest_is_named(tmp_path, plan, text):
    (tmp_path / "run").mkdir()
    (tmp_path / "run/manifest.jsonl").write_text(text)

    result = run(plan, "--replicates", 1, "--out", tmp_path / "run")

    assert result.exit_code == 2
    assert "run" in result.stderr


def test_a_run_to_read_says_what_is_assumed(plan):
    text = run(plan, "--replicates", 2, "--quiet").stdout

    assert "Type I error (the arms do not differ in this design)" in text
    assert "assumption of the design" in text
    assert "Not for treatment decisions" in text


def test_a_cluster_that_loses_a_worker_gives_the_local_result(tmp_path, plan):
    local = answer(plan, "--replicates", 1500)
    command = [sys.executable, "-m", "igmfat_nb", "trial", str(plan), "--replicates", "1500"]
    command += ["--json", "--quiet", "--out", str(tmp_path / "run")]
    with cluster(tmp_path) as (address, workers):
        command += ["--scheduler", address]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
            until(lambda: list((tmp_path / "run").glob("part-*")))
            workers[0].kill()
            stdout, _ = client.communicate(timeout=LONGEST_WAIT_S)
    assert json.loads(stdout) == local


def test_an_export_for_an_italian_spreadsheet_has_the_same_numbers(tmp_path, plan):
    answer(plan, "--replicates", 2, "--out", tmp_path / "run")
    for name, more in (("neutral", []), ("it", ["--csv-language", "it"])):
        args = ["export", tmp_path / "run", "--format", "csv", "--out", tmp_path / name, "--quiet"]
        assert run(*args, *more).exit_code == 0

    for table in ("patients.csv", "patient_days.csv"):
        neutral = pd.read_csv(tmp_path / "neutral" / table)
        italian = pd.read_csv(
            tmp_path / "it" / table, sep=";", decimal=",", encoding="utf-8-sig", thousands="."
        )
        pd.testing.assert_frame_equal(neutral, italian, check_dtype=False)
    refused = run("export", tmp_path / "run", "--csv-language", "it", "--quiet")
    assert refused.exit_code == 2
    assert "--csv-language goes with results" in refused.stderr
