"""The class picture, and which files do not count."""

import json

import pytest
from click.testing import CliRunner

from igmfat_nb.cli.workshop import workshop
from igmfat_nb.workshop.checking import (
    expected_text,
)
from igmfat_nb.workshop.class_page import class_html
from igmfat_nb.workshop.collect import collect
from igmfat_nb.workshop.lessons import LESSONS, lesson_named
from igmfat_nb.workshop.model import LessonModel
from igmfat_nb.workshop.paper import lesson_paper
from igmfat_nb.workshop.question import NumberQuestion
from igmfat_nb.workshop.record import NotOurs, digest_of, read_summary, summary_json

SAVED_AT = "2026-11-23T14:00:00+00:00"


def played(lesson="51", answers=(("51-protein", "20"),), seat="ab" * 16):
    model = LessonModel(lesson_named(lesson), seat=seat, clock=lambda: 0.0)
    for key, text in answers:
        model.submit(key, text)
    return model


def write(path, record, saved_at=SAVED_AT):
    path.write_text(summary_json(record, saved_at), encoding="utf-8")
    return str(path)


# ── The class ──


def test_a_summary_reads_back():
    model = played()

    again = read_summary(summary_json(model.record, SAVED_AT).encode())

    assert again.record == model.record
    assert again.cases == {"51-protein": "plain-eligible"}


def edited(change):
    document = json.loads(summary_json(played().record, SAVED_AT))
    change(document)
    return document


def cheat(document):
    attempt = document["record"]["lessons"]["51"]["answers"]["51-protein"]["attempts"][0]
    attempt["text"] = "999"


def cheat_and_sign(document):
    cheat(document)
    document["digest"] = digest_of(document)


def misplace(document):
    lesson = document["record"]["lessons"].pop("51")
    document["record"]["lessons"]["59"] = lesson
    document["digest"] = digest_of(document)


def add_a_field(document):
    document["record"]["name"] = "Ann"
    document["digest"] = digest_of(document)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (cheat, "edited by hand"),
        (cheat_and_sign, "the verdict on 51-protein is not ours"),
        (misplace, "there is no question"),
        (add_a_field, "record.name is not what this software writes"),
        (lambda d: d.update(version="0.0.1"), "from version 0.0.1"),
        (lambda d: d.update(schema="igmfat-case/1"), "not a summary"),
    ],
)
def test_a_file_that_does_not_count_says_why(change, reason):
    with pytest.raises(NotOurs, match=reason):
        read_summary(json.dumps(edited(change)).encode())


@pytest.mark.parametrize("content", [b"", b"[]", b"nonsense", b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_not_ours_at_all_says_so(content):
    with pytest.raises(NotOurs, match="not a summary"):
        read_summary(content)


def test_a_file_that_is_far_too_large_is_not_read():
    with pytest.raises(NotOurs, match="too large"):
        read_summary(b" " * 2_000_001)


def test_of_two_files_of_one_seat_the_later_counts(tmp_path):
    early = write(tmp_path / "a.json", played(answers=[("51-protein", "1")]).record)
    late = write(tmp_path / "b.json", played().record, "2026-11-23T15:00:00+00:00")

    for order in ([early, late], [late, early]):
        picture = collect(order)
        assert picture.participants == 1
        assert [one.file for one in picture.left_out] == [early]
        assert picture.questions[7].right == 1


def test_the_class_picture_counts_by_hand(tmp_path):
    answers = {
        "1": [("51-protein", "20000"), ("51-protein", "20")],
        "2": [("51-protein", "20")],
        "3": [("51-protein", "60")],
        "4": [("51-protein", "what?")],
    }
    files = [
        write(tmp_path / f"{name}.json", played(answers=done, seat=name * 32).record)
        for name, done in answers.items()
    ]
    (tmp_path / "bad.json").write_text("{}")
    out = tmp_path / "class.html"
    words = ["collect", *files, str(tmp_path / "bad.json"), "--out", str(out), "--json"]

    run = CliRunner().invoke(workshop, words)

    found = json.loads(run.output)
    protein = next(one for one in found["questions"] if one["question"] == "51-protein")
    assert run.exit_code == 0
    assert found["participants"] == 4
    assert [one["file"] for one in found["left_out"]] == [str(tmp_path / "bad.json")]
    assert protein["participants"] == 3
    assert protein["attempts"] == 4
    assert protein["share_correct"] == pytest.approx(2 / 3)
    assert protein["share_correct_at_once"] == pytest.approx(1 / 3)
    assert protein["errors"] == {"mg": 1, "three days": 1}
    page = out.read_text(encoding="utf-8")
    assert "<svg" in page
    assert "bad.json" in page
    assert "http" not in page


def test_no_valid_file_at_all_is_an_answer_that_failed(tmp_path):
    run = CliRunner().invoke(workshop, ["collect", str(tmp_path / "none.json"), "--json"])

    found = json.loads(run.stdout)
    assert run.exit_code == 2
    assert "1 of 1 files cannot be read" in run.stderr
    assert found["participants"] == 0
    assert len(found["left_out"]) == 1
    assert {one["share_correct"] for one in found["questions"]} == {None}
    assert "No question was answered" in class_html(collect([]))


def test_the_class_is_told_in_words(tmp_path):
    name = write(tmp_path / "a.json", played("50", [("50-plain", "eligible")]).record)

    run = CliRunner().invoke(workshop, ["collect", name, str(tmp_path / "x")])

    assert "50-plain: attempts 1, right at the first attempt 100 %" in run.output
    assert "Left out" in run.output


def test_a_class_picture_that_cannot_be_written_is_one_sentence(tmp_path):
    run = CliRunner().invoke(workshop, ["collect", "--out", str(tmp_path)])

    assert run.exit_code == 2
    assert "cannot be written" in run.output


@pytest.mark.parametrize("key", [lesson.key for lesson in LESSONS])
def test_a_participants_paper_holds_no_solution(key):
    plain, with_key = (
        lesson_paper(key, solutions=solved)._repr_html_().replace("\xa0", " ")
        for solved in (False, True)
    )

    assert "ig-solution" not in plain
    assert with_key.count("ig-solution") == len(lesson_named(key).questions)
    for question in lesson_named(key).questions:
        if isinstance(question, NumberQuestion):
            assert f"Answer: {expected_text(question)}" in with_key
