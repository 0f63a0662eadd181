"""``--config`` and ``--log-file``: defaults that somebody named, and what was said, kept."""

import json
import re
import shutil
import sys

import pytest
from click.testing import CliRunner

from igmfat_nb.cli import main
from igmfat_nb.cli.log_file import kept_in

HEADER = "subject,sex,age_years,height_cm,weight_kg,haematocrit,igm,igm_unit"
ROW = "SIM-1,male,60,175,80,0.30,38,mg/dL"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text(f"{HEADER}\n{ROW}\n")
    return tmp_path


def run(*words, **environment):
    return CliRunner().invoke(main, words, env=environment)


def seed_of(folder):
    return json.loads((folder / "out.run.json").read_text())["seed"]


COHORT = ("cohort", "in.csv", "--out", "out.csv")


def test_defaults_of_a_named_file_hold_and_what_is_typed_comes_first(folder):
    (folder / "ours.toml").write_text('[cohort]\nseed = 7\nscenario = "fast"\nquiet = true\n')

    result = run(*COHORT, "--config", "ours.toml")

    assert result.exit_code == 0, result.output
    assert "Defaults from ours.toml: seed 7, scenario fast, quiet True." in result.stderr
    assert seed_of(folder) == 7
    run(*COHORT, "--config", "ours.toml", "--seed", "3")
    assert seed_of(folder) == 3
    run(*COHORT, IGMFAT_CONFIG="ours.toml")
    assert seed_of(folder) == 7


def test_a_file_that_nobody_named_changes_nothing(folder):
    (folder / "igmfat.toml").write_text("[cohort]\nseed = 7\n")

    run(*COHORT)

    assert seed_of(folder) == 1


def test_a_subcommand_has_a_table_within_its_group(folder):
    (folder / "ours.toml").write_text("[trial.run]\nreplicates = 3\nseed = 5\n")
    (folder / "design.yaml").write_text(run("trial", "--example").stdout)

    result = run("trial", "design.yaml", "--json", "--quiet", "--config", "ours.toml")

    answer = json.loads(result.stdout)
    assert (answer["replicates"], answer["seed"]) == (3, 5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[dose]\nage = 60\n", "[dose] age is a patient's, who has no defaults."),
        ('[curve]\nigm-unit = "g/L"\n', "igm-unit is a patient's"),
        ("[cohort]\nsed = 7\n", "[cohort] has no option sed; expected one of"),
        ("[kohort]\nseed = 7\n", "[kohort] is no command; expected one of dashboard"),
        ("[trial.rum]\nseed = 7\n", "[trial rum] is no command; expected one of"),
        ("cohort = 7\n", "[cohort] is no command"),
        ("[cohort]\nseed = true\n", "seed is no text or number"),
        ("[cohort]\nquiet = 1\n", "quiet is true or false"),
        ("[cohort\n", "is not TOML"),
        ('[cohort]\nseed = "7,5"\n', "is not a whole number"),
    ],
)
def test_what_a_file_gets_wrong_is_one_sentence(folder, text, said):
    (folder / "ours.toml").write_text(text)

    result = run(*COHORT, "--config", "ours.toml")

    assert result.exit_code == 2
    assert said in result.stderr
    assert not (folder / "out.csv").exists()


def test_a_missing_file_is_one_sentence(folder):
    result = run(*COHORT, "--config", "none.toml")

    assert (result.exit_code, result.stderr) == (
        2,
        "none.toml cannot be read: no such file or directory.\n",
    )


def test_what_is_said_is_kept_with_its_time_and_the_end(folder):
    first = run(*COHORT, "--log-file", "run.log")
    second = run("--log-file", "run.log", "cohort", "none.csv", "--out", "out.csv")

    lines = (folder / "run.log").read_text().splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d ", line) for line in lines)
    said = [line.partition(" ")[2] for line in lines]
    assert [first.exit_code, second.exit_code] == [0, 2]
    assert re.fullmatch(r"igmfat [\d.]+ cohort begins", said[0])
    assert re.fullmatch(r"cohort ends with 0 after [\d.]+ s", said[1])
    assert said[3] == "There is no file none.csv." == second.stderr.strip()
    assert re.fullmatch(r"cohort ends with 2 after [\d.]+ s", said[4])


def test_a_log_that_cannot_be_written_stops_the_command(folder):
    result = run(*COHORT, "--log-file", "in.csv/run.log")

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
    assert not (folder / "out.csv").exists()
    assert run(*COHORT, "--log-file").stderr == "--log-file needs a file.\n"


def test_a_log_that_takes_no_more_ends_the_log_and_not_the_command(tmp_path, capsys):
    folder = tmp_path / "logs"
    folder.mkdir()
    with kept_in(folder / "run.log", "dose"):
        sys.stderr.write("first\n")
        shutil.rmtree(folder)  # rotated away
        sys.stderr.write("second\nthird\n")

    said = capsys.readouterr().err.splitlines()
    assert [line for line in said if "ends here" not in line] == ["first", "second", "third"]
    assert sum("run.log ends here" in line for line in said) == 1
