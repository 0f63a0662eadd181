"""The archive for a class: complete, offline, the same bytes twice."""

import html
import io
import json
import zipfile

import nbformat
import pytest
from click.testing import CliRunner

from igmfat_nb.cli.workshop import workshop
from igmfat_nb.errors import MissingInput, UnreadableInput
from igmfat_nb.server.folder import notebooks_folder
from igmfat_nb.teaching_cases import library
from igmfat_nb.workshop.handout import handout
from igmfat_nb.workshop.lessons import LESSONS
from igmfat_nb.workshop.pack import build, pack
from igmfat_nb.workshop.pack.documents import key_page, slides
from igmfat_nb.workshop.pack.run import filled_in, settled
from igmfat_nb.workshop.patient_line import patient_line

EPOCH = "1700000000"  # 2023-11-14 22:13:20 UTC


@pytest.fixture(scope="module")
def archive():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        return zipfile.ZipFile(io.BytesIO(pack(notebooks_folder())))


def test_the_pack_holds_a_notebook_a_key_and_slides_for_each_lesson(archive):
    names = archive.namelist()

    stems = [path.stem for path in sorted(notebooks_folder().glob("5*_workshop_*.ipynb"))]
    assert len(stems) == len(LESSONS)
    for stem in stems:
        assert f"participants/{stem}.ipynb" in names
        assert f"key/{stem}.html" in names
        assert f"slides/{stem}.html" in names
    assert "slides/opening.html" in names
    for page in ("opening", "standard", "personalised", "timetable"):
        assert f"handout/{page}.html" in names
    assert {name.split("/")[0] for name in names} == {"participants", "key", "slides", "handout"}


def test_every_teaching_case_is_in_the_pack(archive):
    for one in library():
        assert f"participants/cases/{one.name}.json" in archive.namelist()


def test_participants_get_no_solution_and_the_key_has_them(archive):
    participant = nbformat.reads(
        archive.read("participants/51_workshop_dosing.ipynb").decode(), as_version=4
    )
    key = archive.read("key/51_workshop_dosing.html").decode().replace("\xa0", " ")

    sources = "\n".join(cell.source for cell in participant.cells)
    stored = [cell for cell in participant.cells if cell.get("outputs") and _solves(cell)]
    assert "solutions = False" in sources
    assert stored == []
    assert "Answer: 431 mL" in key


def _solves(cell):
    return "Answer:" in json.dumps(cell.outputs)


def test_nothing_in_the_pack_is_fetched_from_anywhere(archive):
    for name in archive.namelist():
        text = archive.read(name).decode()
        for load in ('src="http', 'href="http', "url(http", "@import", 'src="//'):
            assert load not in text, name


def slides_of(archive, stem):
    """What stands on each slide."""
    shown = html.unescape(archive.read(f"slides/{stem}.html").decode())
    return shown.split("<section")[1:]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.key)
def test_a_slide_stands_alone_and_an_answers_repeats_its_question_and_shows_its_figure(
    archive, lesson
):
    stem = next(p.stem for p in notebooks_folder().glob(f"{lesson.key}_workshop_*.ipynb"))
    every = slides_of(archive, stem)

    for question in lesson.questions:
        asked, answered = (one for one in every if f"<h2>{question.title}</h2>" in one)
        for one in (asked, answered):
            assert question.prompt in spaced(one)
            assert all(part in spaced(one) for part in patient_line(question))
            assert one.count("<svg") == 1
        assert "ig-solution" not in asked
        assert "Answer: " in answered
        assert question.point in spaced(answered)
        assert "☐" not in answered


def spaced(text):
    return text.replace("\xa0", " ")


def test_the_key_says_nothing_twice(archive):
    key = archive.read("key/52_workshop_titration.html").decode()

    assert key.count("To take home") == 1
    assert key.count("You can work out the next dose") == 1


@pytest.mark.parametrize("page", ["standard", "personalised"])
def test_a_handout_names_its_patient_and_what_forbids_the_product(archive, page):
    handout = html.unescape(archive.read(f"handout/{page}.html").decode()).replace("\xa0", " ")

    assert "weighs 80 kg" in handout
    assert "IgA deficiency" in handout
    assert "do not state the trial's rate" in handout


def test_files_say_the_time_they_were_told(archive):
    assert {entry.date_time for entry in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}


def test_two_runs_of_a_notebook_give_the_same_bytes():
    source = notebooks_folder() / "52_workshop_titration.ipynb"

    first, second = (filled_in(source, {"solutions": True}, run=True) for _time in range(2))

    assert key_page(first, "t") == key_page(second, "t")
    assert slides(first, "t") == slides(second, "t")


def test_what_differs_from_run_to_run_is_taken_out():
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("1", metadata={"tags": ["x"], "papermill": {"a": 1}})]
    )

    kept = settled(notebook, "some_name")

    assert kept.cells[0].metadata == {"tags": ["x"]}
    assert kept.cells[0].id == "some-name-0"


def test_an_archive_is_the_same_for_the_same_files_and_moment(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")  # before the first day a zip archive knows

    moment = build._moment()

    files = {"b": b"2", "a": b"1"}
    assert moment.tm_year == 1980
    assert build._archive(files, moment) == build._archive(
        dict(reversed(list(files.items()))), moment
    )


@pytest.mark.parametrize("typed", ["yesterday", "-1", "9" * 20])
def test_a_moment_that_is_none_is_refused(monkeypatch, typed):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", typed)

    with pytest.raises(UnreadableInput, match="SOURCE_DATE_EPOCH"):
        build._moment()


def test_a_folder_without_lessons_is_refused(tmp_path):
    with pytest.raises(MissingInput, match="lesson 50"):
        pack(tmp_path)


def test_making_a_key_warns_of_nothing(recwarn):
    source = notebooks_folder() / "53_workshop_trial.ipynb"

    key_page(filled_in(source, {"solutions": True}, run=True), "t")

    assert not [one for one in recwarn if "mimetype" in str(one.message)]


def test_a_pack_into_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    run = CliRunner().invoke(workshop, ["pack", "--out", str(tmp_path / "no" / "pack.zip")])

    assert run.exit_code == 2
    assert "There is no folder" in run.output


def test_the_standard_handout_counts_five_millilitres_a_kilogram():
    page = handout("standard")._repr_html_().replace("\xa0", " ")

    assert "<td>75</td><td>375 mL</td><td>30 mL/h</td><td>12.5 h</td>" in page


def test_the_personalised_handout_says_whose_rule_it_is():
    page = handout("personalised")._repr_html_().replace("\xa0", " ")

    assert "assumption of this software" in page
    assert "<td>100</td><td>0 mL</td>" in page


def test_the_timetable_adds_up():
    page = handout("timetable", start="09:30")._repr_html_()

    # 15 + 25 + 10 + 30 + 10 + 30 + 10 + 25 + 20 minutes, by hand: 175
    assert "09:30–09:45" in page
    assert "–12:25" in page


@pytest.mark.parametrize("start", ["nine", "25:00", "9"])
def test_a_start_that_is_no_time_is_refused(start):
    with pytest.raises(UnreadableInput, match="expected a time"):
        handout("timetable", start=start)


def test_an_unknown_handout_is_refused():
    with pytest.raises(MissingInput, match="opening, standard, personalised, timetable"):
        handout("both")
