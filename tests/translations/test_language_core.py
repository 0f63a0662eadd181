"""Two readers, two languages; numbers in their signs; nothing neutral changes with them."""

import asyncio
import subprocess
import sys
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st
from translations.collect import LOCALE, as_mo, renewed, template

from igmfat_nb import language
from igmfat_nb.language import reading
from igmfat_nb.notation import number_text


@pytest.fixture(autouse=True, scope="module")
def catalogues(tmp_path_factory):
    """Today's catalogue, compiled into a folder of its own."""
    folder = tmp_path_factory.mktemp("locale")
    for path in LOCALE.glob("*/LC_MESSAGES/igmfat.po"):
        to = folder / path.relative_to(LOCALE).with_suffix(".mo")
        to.parent.mkdir(parents=True)
        to.write_bytes(as_mo(renewed(path, template())))
    patch = pytest.MonkeyPatch()
    patch.setattr(language, "LOCALE_FOLDER", folder)
    for kept in (language.languages, language._catalogue):
        kept.cache_clear()
    yield folder
    patch.undo()
    for kept in (language.languages, language._catalogue):
        kept.cache_clear()


def test_two_readers_at_the_same_time_read_two_languages():
    async def read(code: str) -> list[str]:
        shown = []
        with reading(code):
            for _turn in range(20):
                await asyncio.sleep(0)
                shown.append(number_text(1234.5, 1))
        return shown

    async def both() -> list[list[str]]:
        return await asyncio.gather(read("it"), read("en"))

    assert asyncio.run(both()) == [["1.234,5"] * 20, ["1,234.5"] * 20]
    assert number_text(1234.5, 1) == "1,234.5"


@given(value=st.decimals(-(10**8), 10**8, places=3))
@pytest.mark.parametrize("code", ["en", "it"])
def test_numbers_are_written_as_babel_writes_them(value: Decimal, code: str):
    theirs = format_decimal(value, "#,##0.###", locale=code)
    with reading(code):
        ours = number_text(float(value), 3)
    assert ours.replace("\N{MINUS SIGN}", "-") == ("0" if theirs == "-0" else theirs)


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("it-IT", "it"),
        ("it_IT.UTF-8", "it"),
        ("IT", "it"),
        ("en-GB", "en"),
        ("fr", None),
        ("", None),
    ],
)
def test_a_language_is_meant_by_its_code(wanted: str, meant: str | None):
    assert language.matching(wanted) == meant


def test_a_command_speaks_the_language_it_is_asked_for_wherever_the_option_stands(catalogues):
    call = (
        "from igmfat_nb import language; from pathlib import Path; import sys;"
        "language.LOCALE_FOLDER = Path(sys.argv.pop(1)); from igmfat_nb.cli import main; main()"
    )
    body = ["--sex", "male", "--age", "60", "--height-cm", "175", "--weight-kg", "280"]
    titre = ["--haematocrit", "0.30", "--igm", "40", "--igm-unit", "mg/dL"]

    def said(*args: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", call, str(catalogues), *args]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    english, before, after = (
        said("dose", *body, *titre),
        said("--language", "it", "dose", *body, *titre),
        said("dose", *body, *titre, "--language=it"),
    )
    assert "1,400 mL" in english.stdout
    assert before.stdout == after.stdout
    assert "1.400 mL" in after.stdout
    neutral = (
        said("dose", *body, *titre, "--json"),
        said("dose", *body, *titre, "--json", "--language", "it"),
    )
    assert neutral[0].stdout.split('"arms"')[1] == neutral[1].stdout.split('"arms"')[1]
    unknown = said("dose", "--language", "fr")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "--language is 'fr'; expected one of en, it." in unknown.stderr
