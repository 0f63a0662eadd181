"""Files from outside end neither a batch nor the process: one sentence, exit code 2, bounded."""

import json
import os
import resource
import signal
import sys
import traceback
from pathlib import Path

import odd_files
import pytest
from click.testing import CliRunner

from igmfat_nb.cli import main
from igmfat_nb.workshop.record import summary_json

MEMORY = 500 << 20
PROCESSOR_S = 5
HANGS_AFTER_S = 60
#: How a command is asked for one file, by what it takes the file for.
ALONE = {
    "case": (
        ["validate", "FILE"],
        ["next", "FILE"],
        ["curve", "FILE"],
        ["report", "FILE", "--out", "OUT.html"],
    ),
    "bundle": (["import-fhir", "FILE", "--out", "OUT.json"],),
    "summary": (["workshop", "collect", "FILE"],),
    "design": (
        ["trial", "FILE", "--replicates", "1", "--quiet"],
        ["cohort", "GOOD.csv", "--mapping", "FILE", "--out", "OUT.csv", "--quiet"],
    ),
    "csv": (
        ["cohort", "FILE", "--out", "OUT.csv", "--quiet"],
        ["sweep", "11_dose_calculator", "FILE", "--out", "OUT"],
    ),
}
ALONE["xlsx"] = ALONE["parquet"] = ALONE["csv"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    here = tmp_path_factory.mktemp("odd")
    (here / "good.csv").write_text(odd_files.TABLE)
    (here / "good.json").write_text(json.dumps(odd_files.CASE))
    (here / "other.json").write_text("{}")
    (here / "nonsense.yaml").write_text("nonsense: 1\n")
    return here


def run(arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def filled_in(command, file, folder):
    words = {"FILE": str(file), "GOOD.csv": str(folder / "good.csv")}
    return [words.get(word, word.replace("OUT", str(folder / "out"))) for word in command]


def outcome(arguments):
    """What is wrong with how a command takes a file, in a process of bounded memory and time."""
    started = sum(os.times()[:2])
    run_ = run(arguments)
    seconds = sum(os.times()[:2]) - started
    said = run_.stderr.strip().splitlines()
    if run_.exit_code != 2 or not isinstance(run_.exception, SystemExit):
        return f"exit code {run_.exit_code}, {run_.exception!r}"
    if not said or "Traceback" in run_.stderr or max(map(len, said)) > 1000:
        return f"no sentence: {run_.stderr[:200]!r}"
    return f"{seconds:.1f} s of processor time" if seconds > PROCESSOR_S else ""


def apart(judge):
    """Judge in a forked process, whose memory is bounded beyond what it has already."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(HANGS_AFTER_S)
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            now = pages * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, now + MEMORY))
            found = judge()
        except BaseException:
            found = traceback.format_exc()
        os.write(writer, found.encode()[:60_000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        found = answer.read().decode()
    _process, status = os.waitpid(child, 0)
    return found if status == 0 else f"{found}\nthe process ended with status {status}"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded as Linux does")
@pytest.mark.parametrize("kind", odd_files.KINDS)
def test_an_odd_file_alone_is_one_sentence_and_exit_code_2(kind, folder):
    files = odd_files.odd_files(folder / kind, kind)
    for command in ALONE[kind]:  # what a command imports is not what a file costs
        for name in ("good.csv", "other.json", "nonsense.yaml"):
            run(filled_in(command, folder / name, folder))
    if kind == "case":
        run(["next", folder / "good.json"])

    def judge():
        found = {
            f"{command[0]} {file.name}": wrong
            for command in ALONE[kind]
            for file in files
            if (wrong := outcome(filled_in(command, file, folder)))
        }
        return json.dumps(found) if found else ""

    assert apart(judge) == ""


def test_there_are_two_hundred_of_them():
    assert sum(len(made()) + 5 for _ending, made in odd_files.KINDS.values()) >= 200


def test_a_batch_of_cases_answers_the_good_ones_and_names_every_odd_one(folder):
    files = odd_files.odd_files(folder / "batch", "case")
    (folder / "batch" / "m_good.json").write_text(json.dumps(odd_files.CASE))
    names = sorted([*files, folder / "batch" / "m_good.json"])

    for command in ("validate", "next"):
        run_ = run([command, *names])

        assert run_.exit_code == 2
        assert [json.loads(line)["subject"] for line in run_.stdout.splitlines()] == ["SIM-001"]
        *refused, last = run_.stderr.strip().splitlines()
        assert last.endswith(f"{len(files)} of {len(names)} case files were refused.")
        assert [line.split(".json")[0] for line in refused] == [
            str(file).removesuffix(".json") for file in files
        ]


def test_a_folder_of_cases_gets_the_good_report_and_a_sentence_for_every_odd_one(folder):
    files = odd_files.odd_files(folder / "reports", "case")
    (folder / "reports" / "m_good.json").write_text(json.dumps(odd_files.CASE))

    words = ["reports", folder / "reports", "--out", folder / "made", "--jobs", "1", "--json"]
    run_ = run(words)

    summary = json.loads(run_.stdout.strip().splitlines()[-1])
    status = {Path(one["case"]).stem: one["status"] for one in summary["reports"]}
    assert run_.exit_code == 2
    assert status.pop("m_good") == "built"
    assert status == dict.fromkeys((file.stem for file in files), "failed")
    assert (folder / "made" / "m_good.html").is_file()


def test_the_class_file_that_counts_is_counted_among_all_odd_ones(folder):
    from igmfat_nb.workshop.record import SeatRecord

    files = odd_files.odd_files(folder / "class", "summary")
    good = folder / "class" / "m_good.json"
    good.write_text(summary_json(SeatRecord(seat="1" * 32), "2026-03-01T06:00:00+00:00"))

    run_ = run(["workshop", "collect", *files, good, "--json"])

    picture = json.loads(run_.stdout)
    assert picture["participants"] == 1
    assert [one["file"] for one in picture["left_out"]] == [str(file) for file in files]
    assert run_.exit_code == 2  # some could not be read at all
