"""Wording that stands in data is read in the reader's language, whoever read it before."""

from pathlib import Path

import pytest

from igmfat_nb.bedside.readings import reading_named
from igmfat_nb.errors import UnreadableInput
from igmfat_nb.files import read_whole
from igmfat_nb.language import _, reading
from igmfat_nb.pages.protocol_card import protocol_cards
from igmfat_nb.protocol.register import sourced_constants
from igmfat_nb.tables.readings import reading_lines
from igmfat_nb.tables.sourced import sourced_record
from igmfat_nb.teaching_cases.library import teaching_case
from igmfat_nb.units import parse_number


def test_a_teaching_case_is_told_in_the_language_of_each_reader():
    with reading("en"):
        english = teaching_case("plain-eligible")
    with reading("it"):
        italian = teaching_case("plain-eligible")
    with reading("en"):
        again = teaching_case("plain-eligible")

    assert english == again
    assert english.title == "A man with pneumonia"
    assert italian.title == "Un uomo con polmonite"
    assert "ematocrito 0,30" in italian.vignette.lower()
    assert "guidata dal titolo" in italian.point
    assert italian.case == english.case


def test_why_a_reading_is_assumed_is_said_in_italian():
    with reading("it"):
        lines = reading_lines(reading_named("deficit"))

    assert "che oggi manca al plasma" in lines[1]


def test_a_number_says_its_origin_in_italian_and_keeps_its_codes():
    one = sourced_constants()["RECOVERY"]
    with reading("it"):
        record = sourced_record("RECOVERY", one)

    assert record["locator"] == "regola di dose e cinetica"
    assert record["note"].startswith("I primi picchi")
    assert (record["value"], record["unit"], record["status"]) == (0.9, "fraction", "assumed")


@pytest.mark.parametrize("english", ["Accepted range.", "Between log-normal fits", "colleagues,"])
def test_the_protocol_card_in_italian_has_no_english_note(english: str):
    with reading("it"):
        card = " ".join(part.value for one in protocol_cards() for part in one.children)

    assert "Intervallo ammesso." in card
    assert english not in card


def test_an_empty_sentence_stays_empty():
    with reading("it"):
        assert _("") == ""


@pytest.mark.parametrize("typed", ["1.200", "1,200"])
def test_what_may_mean_two_numbers_is_told_with_signs_that_are_then_accepted(typed: str):
    with reading("it"):
        with pytest.raises(UnreadableInput) as refused:
            parse_number(typed, "Peso")
        again = parse_number("1,2000", "Peso"), parse_number("1200", "Peso")

    said = f"Peso: “{typed}” può significare 1,200 o 1200; scrivere 1200 o 1,2000."
    assert str(refused.value) == said
    assert again == (1.2, 1200.0)


def test_why_the_system_refused_a_file_is_said_in_italian(tmp_path: Path):
    with reading("it"), pytest.raises(UnreadableInput) as refused:
        read_whole(tmp_path / "none.json", 100)

    assert str(refused.value).endswith("none.json: file o cartella inesistente.")


def test_a_language_is_called_by_its_own_name():
    """What stands in the switch of the frame: the name of its own language."""
    with reading("it"):
        assert _("English") == "Italiano"
