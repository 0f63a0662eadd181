"""The protocol card, texts of the pages, and layouts that are shared."""

import re
from pathlib import Path

import ipywidgets as ipw
import pytest
from explorer_page import Page

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.pages.protocol_card import (
    constants_text,
    criteria_text,
    name_in_words,
    protocol_cards,
)
from igmfat_nb.protocol.register import sourced_constants
from igmfat_nb.widgets.explorer.as_text import course_text, doses_text, eligibility_text
from igmfat_nb.widgets.explorer.model import SYNTHETIC_PATIENT, ExplorerModel
from igmfat_nb.widgets.parts.figure import FigureView
from igmfat_nb.widgets.parts.page import column

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"


@pytest.fixture
def page():
    return Page(ExplorerModel())


def test_the_protocol_card_names_every_number_with_its_status():
    text = Page(None, column(*protocol_cards())).text

    assert [name for name in sourced_constants() if f" {name} " not in text] == []
    assert "Biagioni 2021" in text


def test_the_protocol_card_can_show_one_status_only():
    text = Page(None, column(*protocol_cards("assumed"))).text

    assert " RECOVERY " in text
    assert " STANDARD_DOSE " not in text
    assert "STANDARD_DOSE" not in constants_text("assumed")
    with pytest.raises(UnreadableInput, match="“guessed” is not a status"):
        protocol_cards("guessed")


def test_texts_say_the_same_as_the_page():
    outcome = ExplorerModel.of(SYNTHETIC_PATIENT).outcome

    assert "cannot tell" in eligibility_text(outcome)
    assert "rounded to the nearest mL: 431 mL" in doses_text(outcome)
    assert "1,111 mL" in course_text(outcome)
    assert "septic_shock" in criteria_text()


def test_texts_of_a_refused_page_hold_sentences_and_no_number_of_a_dose():
    refused = ExplorerModel.of(SYNTHETIC_PATIENT, {"adult": "no"}).outcome

    texts = [eligibility_text(refused), doses_text(refused), course_text(refused)]

    assert "“Older than 18 years” is answered no" in texts[0]
    assert "“Older than 18 years” is answered no" in texts[1]
    assert texts[2] == "Waiting for the answers."
    assert "431" not in "".join(texts)


def test_the_protocol_card_shows_every_number_of_a_table_of_numbers():
    text = Page(None, column(*protocol_cards())).text

    assert "shock for over 24 h 0.1, cause uncertain 0.03, limited treatment 0.08" in text
    assert "shock_over_24_h 0.1, cause_uncertain 0.03" in constants_text()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("MAXIMUM_BMI", "Maximum BMI"),
        ("IGM", "IgM"),
        ("PRICE_PER_10_ML", "Price per 10 mL"),
        ("NADLER_MALE", "Nadler male"),
    ],
)
def test_a_constant_is_named_in_words(name, words):
    assert name_in_words(name) == words


def test_hiding_one_part_hides_no_other():
    page = Page(ExplorerModel.of(SYNTHETIC_PATIENT))
    boxes = page.all(ipw.VBox)
    (fold,) = [box for box in boxes if "ig-stack" in box._dom_classes][:1]
    others = [box for box in boxes if box is not fold.children[1]]
    before = [box.layout and box.layout.display for box in others]

    fold.children[0].value = True
    opened = fold.children[1].layout.display
    fold.children[0].value = False

    assert (opened, fold.children[1].layout.display) == (None, "none")
    assert [box.layout and box.layout.display for box in others] == before


def test_a_page_brings_layouts_only_for_what_can_be_hidden_and_no_style():
    page = Page(ExplorerModel.of(SYNTHETIC_PATIENT))
    # A figure is not ours; the stylesheet outside a page of ours takes no room.
    ours = [one for one in page.all(ipw.DOMWidget) if not isinstance(one, FigureView)]
    ours = [one for one in ours if "<style" not in str(getattr(one, "value", ""))]

    layouts = [one.layout for one in ours if one.layout]

    assert len(layouts) > 1  # the other criteria, and the fields of rules that are not chosen
    assert {layout.display for layout in layouts} == {"none"}
    assert len({id(layout) for layout in layouts}) == 1
    assert [one for one in ours if getattr(one, "style", None)] == []


def test_no_layout_is_changed_in_place_since_others_share_it():
    changed = [
        f"{path.name}: {line.strip()}"
        for path in (Path(__file__).parent.parent.parent / "igmfat_nb").rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"\.(layout|style)\.\w+ = ", line)
    ]

    assert changed == []
