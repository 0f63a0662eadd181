"""What leaves as a file, or stands around a program of others, is in the reader's language."""

import json
from pathlib import Path

import click
import pytest
import yaml

from igmfat_nb.cli import main
from igmfat_nb.event_tables.examples import example_texts, own_text
from igmfat_nb.language import comments, comments_in_words, reading
from igmfat_nb.server.folder import notebooks_folder
from igmfat_nb.server.own_copies import copy_notebooks
from igmfat_nb.trial.example import EXAMPLE
from igmfat_nb.workshop.pack import documents, reveal_words
from igmfat_nb.workshop.pack.reveal_words import WORDS, reveal_in_words

TEXTS = {
    "design": lambda: comments_in_words(EXAMPLE),
    "event": lambda: example_texts("event")[0],
    "long": lambda: example_texts("long")[0],
    "redcap": lambda: example_texts("redcap")[0],
    "own": own_text,
}
#: Italian as English: units.
SAME = {"cm"}


@pytest.mark.parametrize("name", TEXTS)
def test_an_example_says_in_italian_what_it_says_and_reads_the_same(name: str):
    with reading("en"):
        english = TEXTS[name]()
    with reading("it"):
        italian = TEXTS[name]()

    assert yaml.safe_load(italian) == yaml.safe_load(english)
    both = zip(ends_of(english), ends_of(italian), strict=True)
    assert {one for one, two in both if one == two} <= SAME
    assert set(comments(italian)) & set(comments(english)) <= SAME


def ends_of(text: str) -> list[str]:
    """What stands behind the values, line by line; long lines of comment alone may differ."""
    return [line.rpartition(" # ")[2] for line in text.splitlines() if " # " in line]


def test_a_commented_out_key_stays_as_it_is():
    with reading("it"):
        lines = comments_in_words(EXAMPLE).splitlines()

    assert lines[-1].startswith("# grid: {endpoint.log_odds_per_day_at_target: [0, -0.1]")
    assert lines[2].startswith("patients: 356               # ")


def test_copied_notebooks_have_italian_prose_and_the_code_they_had(tmp_path: Path):
    with reading("en"):
        copy_notebooks(notebooks_folder(), tmp_path)
    name = "11_dose_calculator.ipynb"
    stored = (notebooks_folder() / name).read_bytes()
    assert (tmp_path / name).read_bytes() == stored

    with reading("it"):  # what nobody changed is renewed in the other language, once
        renewed = copy_notebooks(notebooks_folder(), tmp_path).renewed
        assert copy_notebooks(notebooks_folder(), tmp_path).sentences() == []
    assert name in renewed
    before, after = json.loads(stored)["cells"], json.loads((tmp_path / name).read_bytes())["cells"]
    kinds = [cell["cell_type"] for cell in before]
    assert kinds == [cell["cell_type"] for cell in after]
    same = [one["source"] == two["source"] for one, two in zip(before, after, strict=True)]
    assert same == [kind != "markdown" for kind in kinds]


def test_slides_speak_italian_and_every_text_of_theirs_is_known():
    script = documents._reveal("reveal.js")
    with reading("it"):
        shown = reveal_in_words(script)

    for word in WORDS:
        assert f'"{word}"' in script or f">{word}<" in script
        assert f'"{word}"' not in shown
        assert f">{word}<" not in shown


def test_a_word_of_the_slides_cannot_end_the_text_it_stands_in(monkeypatch):
    monkeypatch.setattr(reveal_words, "_", lambda _word: 'l\'"una" \\ <b>')

    shown = reveal_in_words('a["N"]="Next slide",e=\'<th>KEY</th>\'')

    said = "l&#x27;&quot;una&quot; &#92; &lt;b&gt;"
    assert shown == f'a["N"]="{said}",e=\'<th>{said}</th>\''


def test_what_stands_for_a_value_in_a_help_is_in_italian():
    with reading("it"):
        dose = main.get_command(click.Context(main), "dose")
        assert dose is not None
        shown = dose.get_help(click.Context(dose))

    assert "--sex TESTO" in shown
    assert "--reading NOME|FILE" in shown
    assert "TEXT" not in shown
