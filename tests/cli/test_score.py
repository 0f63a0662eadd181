"""``igmfat score``: a folder in, a document, results and kept scores out."""

import json

import pytest
from click.testing import CliRunner

from igmfat_nb.cli import main
from igmfat_nb.scoring.simulated import simulated_folder


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def cases(tmp_path):
    folder = tmp_path / "cases"
    folder.mkdir()
    for name, text in simulated_folder(5, 1):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "torn.json").write_text("{", encoding="utf-8")
    return folder


def test_a_folder_becomes_a_document_that_says_what_it_read(cases, tmp_path):
    out = tmp_path / "out" / "score.html"
    asked = ("--out", out, "--particles", 200, "--workers", 1, "--json")

    answered = run("score", cases, *asked)

    assert answered.exit_code == 0, answered.stderr
    answer = json.loads(answered.stdout)
    assert (answer["results"]["cases"], answer["results"]["refused"]) == (5, 1)
    assert answer["results"]["verdict"].startswith("With 5 patients")
    page = out.read_text(encoding="utf-8")
    for words in ("read 6 = scored 5 + refused 1", "torn.json", "Each patient's own fit", "NPDE"):
        assert words.replace("'", "&#39;") in page or words in page, words
    lines = (out.parent / "score.scores.jsonl").read_text(encoding="utf-8").splitlines()
    subjects = [json.loads(line)["subject"] for line in lines]
    assert subjects == ["C1-001", "C1-005", "C2-002", "C3-003", "C4-004"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--out", "score.pdf"), "not an HTML file name"),
        (("--out", "score.html", "--workers", 0), "1 or more"),
        (("--out", "score.html", "--scenario-weights", "1:1"), "1:2:1"),
    ],
)
def test_what_cannot_be_scored_is_refused_before_the_work(cases, arguments, words):
    refused = run("score", cases, *arguments)

    assert (refused.exit_code, words in refused.stderr) == (2, True), refused.stderr


def test_a_folder_without_cases_is_one_sentence(tmp_path):
    refused = run("score", tmp_path, "--out", tmp_path / "score.html")

    assert (refused.exit_code, "has no case file" in refused.stderr) == (2, True)
