"""A document is in the language it is asked for: words, numbers, ``lang``; none is guessed."""

import json
import re
import subprocess
import sys

import pytest
from translations.altered import CODE

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.reports.parameters import check_parameters, notebook_parameters
from igmfat_nb.server.folder import notebook_named

DOCUMENTS = (
    "50_workshop_eligibility",
    "51_workshop_dosing",
    "52_workshop_titration",
    "53_workshop_trial",
    "90_patient_report",
    "91_trial_report",
    "92_cohort_report",
    "93_model_check",
)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_notebook_that_makes_a_document_takes_its_language_and_refuses_an_unknown_one(name):
    path = notebook_named(name)
    known = notebook_parameters(path)
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]

    assert any("\nspeak(language=language)\n" in "".join(cell["source"]) for cell in cells)
    assert check_parameters(known, {"language": "en"}, name) == {"language": "en"}
    assert check_parameters(known, {}, name) == {}
    with pytest.raises(UnreadableInput, match="language is “tlh”; expected one of en"):
        check_parameters(known, {"language": "tlh"}, name)


def numbers(text: str, decimal: str, thousands: str) -> list[str]:
    """The numbers of a document's text, in the signs of English."""
    signs = str.maketrans({thousands: ",", decimal: "."})
    return [one.translate(signs) for one in re.findall(r"\d[\d.,]*\d|\d", text)]


def words(html: str) -> str:
    """What a reader sees of the first page: no script, no style, no drawing, no run record."""
    body = re.sub(r"(?s)<(script|style|svg|footer).*?</\1>", "", html.partition("<body")[2])
    return re.sub(r"<[^>]+>", " ", body)


def test_a_report_in_another_language_has_the_same_numbers_in_its_signs(altered_package, tmp_path):
    def igmfat(*args: str) -> None:
        command = [sys.executable, "-m", "igmfat_nb", *args]
        subprocess.run(command, env=altered_package, check=True, capture_output=True)

    igmfat("examples", "--out", str(tmp_path))
    made = {}
    for language, said in (("en", ()), (CODE, ("-p", f"language={CODE}"))):
        out = tmp_path / language / "report.html"
        out.parent.mkdir()
        igmfat("report", str(tmp_path / "course.json"), "--out", str(out), *said)
        made[language] = out.read_text(encoding="utf-8")
    results = [(tmp_path / language / "results.json").read_bytes() for language in made]

    assert '<html lang="en">' in made["en"]
    assert f'<html lang="{CODE}">' in made[CODE]
    assert words(made[CODE]).count("⟦") > 100
    assert "⟦" not in made["en"]
    assert results[0] == results[1]
    english = numbers(words(made["en"]).partition("Biagioni")[0], ".", ",")
    other = numbers(words(made[CODE]).partition("Biagioni")[0], ",", ".")
    assert len(english) > 100
    assert other == english
