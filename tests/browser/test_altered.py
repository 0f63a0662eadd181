"""Nothing that a page shows stays outside the catalogue: in an altered language all is altered."""

import re
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from translations.altered import CLOSE, CODE, OPEN

from igmfat_nb.protocol.criteria import CONTRAINDICATIONS, CRITERIA
from igmfat_nb.protocol.register import sourced_constants

READY = "body[data-ig-ready]"
STILL = ("home", "nothing", "02_glossary.ipynb")  # pages without a kernel
#: Words that are the same in every language: names, units, codes, what stands in a file.
SAME = re.compile(
    r"IgM(-FAT)?|igmfat(_nb)?|English|mmol|mg|EUR(/mL)?|plain-eligible|surprising-titre|made-23-\d+"
    r"|(un)?pooled|pooled-cc|arcsine|SHA-256|UTC|Python|[a-z]+(_[a-z\d]+)+|[A-Z\d]+(_[A-Z\d]+)+"
    r"|doi:\S+|https?://\S+|10\.\d{4,}/\S+|[0-9a-f]{64}|course\.json|(deficit|coefficient|deficit-and-loss|fill-1[24]0"
    r"|ladder|steady-state)(/1)?|baseline|recovering|none|[A-Z]{3,}"
)
#: Sources by their keys, and a report's parameters by their names.
KEYS = sorted({one.source.key for one in sourced_constants().values()}, key=len, reverse=True)
COMMANDS = re.compile(r"igmfat readings list|igmfat (trial|report) design\.yaml( --?\w+ \S+)+")
RECORD = ("scenario averaged, scenario_weights", "synthesis recovering, reading deficit/1, seed 1")
CODES = {one.code for one in (*CRITERIA, *CONTRAINDICATIONS)}
NAMES = re.compile("|".join(rf"\b{re.escape(one)}\b" for one in (*RECORD, *KEYS)))
#: Every text of the page by its block, and what is read out in place of a picture.
TEXTS = """() => {
  const texts = [];
  let text = '';
  const end = () => { texts.push(text); text = ''; };
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) { text += node.textContent; return; }
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches('script, style, noscript')) return;
    const { display } = getComputedStyle(node);
    const within = !display.startsWith('inline') || node.matches('text, tspan');
    if (within) end();
    node.childNodes.forEach(walk);
    if (within) end();
  };
  walk(document.body);
  end();
  const names = ['aria-label', 'title', 'placeholder', 'alt'].flatMap((name) =>
    Array.from(document.querySelectorAll(`[${name}]`), (one) => [one.getAttribute(name)]));
  return [texts, ...names];
}"""


def is_same(word):
    """Whether a word is the same in every language."""
    return word in CODES or bool(SAME.fullmatch(word))


def unaltered(texts):
    """Words that stand outside the marks; a sentence may go over several blocks."""
    depth, outside = 0, []
    for text in texts:
        said = ""
        for sign in text:
            depth += (sign == OPEN) - (sign == CLOSE and depth > 0)
            said += " " if sign in OPEN + CLOSE else sign if depth == 0 else ""
        said = NAMES.sub(" ", COMMANDS.sub(" ", said))
        words = [one.strip(".,:;()[]·<>“”") for one in said.split()]
        left = [one for one in words if re.search(r"[^\W\d]{3}", one) and not is_same(one)]
        outside += [" ".join(left)] if left else []
    return outside + (["a mark that is not closed hides what follows"] if depth else [])


def left_in(page):
    """What of a page, of its texts and of the names of what it shows, is not altered."""
    return sorted({words for texts in page.evaluate(TEXTS) for words in unaltered(texts)})


def test_a_planted_sentence_is_found():
    assert unaltered(["⟦Dose ⟦of⟧", " today⟧ 5 mmol", "of the day"]) == ["the day"]
    assert unaltered(["⟦Dose⟧, nothing discarded"]) == ["nothing discarded"]


@pytest.fixture
def altered(visitor, two_languages):
    """Open a page in the altered language; give what of it is not altered."""
    port = urlsplit(two_languages.address).port
    cookie = {"name": f"igmfat-language-{port}", "value": CODE, "url": two_languages.address}
    visitor.context.add_cookies([cookie])

    def left_of(name):
        there = "main" if name in STILL else READY  # a page of a kernel comes after the door's
        page = visitor.open(two_languages.address + name, wait_for=there)
        if name.startswith("40"):
            page.locator(".ig-desk button").first.wait_for()
            page.get_by_role("button", name="⟦Fill in a synthetic patient⟧").click()
            page.locator(".ig-card.ig-per .ig-big").wait_for()
        page.wait_for_function("!document.querySelector('.ig-plot:empty')")
        return left_in(page)

    return left_of


@pytest.mark.parametrize(
    "name", ["home", "40_dashboard.ipynb", "30_trial_simulation.ipynb", "51_workshop_dosing.ipynb"]
)
def test_a_page_shows_nothing_that_is_not_in_the_catalogue(altered, name):
    assert altered(name) == []


@pytest.mark.full
@pytest.mark.parametrize(
    "name",
    [
        "nothing",
        "02_glossary.ipynb",
        "10_eligibility.ipynb",
        "11_dose_calculator.ipynb",
        "20_titre_kinetics.ipynb",
        "21_individualised_dosing.ipynb",
        "23_bring_your_courses.ipynb",
        "50_workshop_eligibility.ipynb",
        "52_workshop_titration.ipynb",
        "53_workshop_trial.ipynb",
        "01_protocol_card.ipynb",
        "31_what_matters.ipynb",
    ],
)
def test_any_other_page_shows_nothing_that_is_not_in_the_catalogue(altered, name):
    assert altered(name) == []


@pytest.mark.full
def test_a_report_says_nothing_that_is_not_in_the_catalogue(visitor, altered_package, tmp_path):
    def igmfat(*args):
        command = [sys.executable, "-m", "igmfat_nb", "--language", CODE, *args]
        subprocess.run(command, env=altered_package, check=True, capture_output=True)

    igmfat("examples", "--out", str(tmp_path))
    igmfat("report", str(tmp_path / "course.json"), "--out", str(tmp_path / "report.html"))
    page = visitor.open(f"file://{tmp_path}/report.html", wait_for="main")

    assert left_in(page) == []
