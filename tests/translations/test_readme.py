"""README.it.md says what README.md says: its commands, places, links, code and numbers."""

import re

from translations.collect import ROOT

ENGLISH = (ROOT / "README.md").read_text(encoding="utf-8")
ITALIAN = (ROOT / "README.it.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```sh\n(.*?)```", re.S)


def outline(text: str, other: str) -> dict[str, list[str]]:
    """What both share; ``other`` is the file that each leads to and the other cannot."""
    prose = BLOCK.sub("", text)
    lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
    return {
        "commands": [re.sub(r"\s+# .*", "", line) for line in lines],
        "headings": re.findall(r"^#+(?= )", prose, re.M),
        "paragraphs": [re.match(r"[-*>!\[]*", one).group() for one in prose.split("\n\n")],
        "items": re.findall(r"^- ", prose, re.M),
        "links": [one for one in re.findall(r"\]\(([^)]+)\)", prose) if one != other],
        "code": re.findall(r"`[^`]+`", prose),
    }


def numbers(text: str) -> list[str]:
    """Every number, whatever its decimal sign."""
    return sorted(one.replace(",", ".") for one in re.findall(r"[−+]?\d+(?:[.,]\d+)*", text))


def test_both_have_the_same_commands_headings_links_and_code():
    assert outline(ITALIAN, "README.md") == outline(ENGLISH, "README.it.md")
    assert len(outline(ENGLISH, "")["commands"]) == 16


def test_each_leads_to_the_other():
    assert "](README.it.md)" in ENGLISH
    assert "](README.md)" in ITALIAN


def test_both_have_the_same_numbers():
    assert numbers(ITALIAN) == numbers(ENGLISH)


def test_the_italian_one_has_the_notice_on_its_first_screen():
    first_screen = ITALIAN.split("\n## ")[0]

    assert "Non per decisioni terapeutiche." in first_screen
    assert "ipotesi di questo programma" in first_screen
