"""Every sentence is in every catalogue: whole, not guessed, with its fields, tags and links."""

import re
from string import Formatter

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from test_language import modules, sentences
from translations.collect import catalogues, renewed, template, whole

from igmfat_nb.language import languages, own_name

#: What must stand in a translation as it does in the sentence: tags, code, where links lead.
KEPT = re.compile(r"</?\w+[^>]*>|`[^`]+`|\]\([^)]+\)")


def fields(text: str) -> set[str]:
    """Names of the fields, with how they are written."""
    found = Formatter().parse(text)
    return {f"{name}!{how or ''}:{spec}" for _text, name, spec, how in found if name is not None}


def faults(message: Message) -> list[str]:
    """What is wrong with one entry."""
    many = isinstance(message.id, tuple)
    said = message.id if many else (message.id,)
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    if not whole(message.string):
        return ["missing"]
    found = ["not looked at again"] if message.fuzzy else []
    if "{" in said[0]:
        allowed = set().union(*(fields(one) for one in said))
        needed = set.intersection(*(fields(one) for one in said))
        found += [f"fields of {form!r}" for form in forms if not needed <= fields(form) <= allowed]
    if not many and sorted(KEPT.findall(said[0])) != sorted(KEPT.findall(forms[0])):
        found.append("tags, code or links")
    ends = said[0][:1].isspace(), said[0].endswith("\n")
    if any((form[:1].isspace(), form.endswith("\n")) != ends for form in forms):
        found.append("space at an end")
    return found


def faults_of(catalogue: Catalog) -> dict[str, list[str]]:
    """Faults by sentence; a wrong number of plural forms among them."""
    found = {str(one.id): faults(one) for one in catalogue if one.id}
    for one in catalogue:
        if one.id and isinstance(one.string, tuple) and len(one.string) != catalogue.num_plurals:
            found[str(one.id)].append(f"{len(one.string)} forms of {catalogue.num_plurals}")
    return {text: wrong for text, wrong in found.items() if wrong}


@pytest.mark.parametrize(
    ("string", "wrong"),
    [
        ("", ["missing"]),
        ("Dose di {volume} mL", ["fields of 'Dose di {volume} mL'", "tags, code or links"]),
        ("Dose: {volume_ml} <b>mL</b>", []),
        ("Dose: {volume_ml} <b>mL</b>\n", ["space at an end"]),
    ],
)
def test_a_planted_fault_of_an_entry_is_found(string, wrong):
    assert faults(Message("Dose {volume_ml} <b>mL</b>", string)) == wrong


def test_a_form_too_few_and_a_guess_are_found():
    catalogue = Catalog(locale="it")
    catalogue.add(("{n} day", "{n} days"), ("{n} giorno",))
    catalogue.add("Help", "Aiuto", flags=["fuzzy"])

    assert faults_of(catalogue) == {
        "('{n} day', '{n} days')": [f"1 forms of {catalogue.num_plurals}"],
        "Help": ["not looked at again"],
    }


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parents[1].name)
def test_a_catalogue_has_every_sentence_whole(path):
    """One that is not offered yet (no compiled file) may lack some, but none may be wrong."""
    found = faults_of(renewed(path, template()))
    if not path.with_suffix(".mo").exists():
        found = {text: wrong for text, wrong in found.items() if wrong != ["missing"]}

    assert found == {}


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parents[1].name)
def test_a_compiled_catalogue_is_that_of_its_source(path):
    """What people read is what translators wrote."""
    import gettext

    if not path.with_suffix(".mo").exists():
        return
    with path.open("rb") as source, path.with_suffix(".mo").open("rb") as compiled:
        written, read = read_po(source), gettext.GNUTranslations(compiled)
    single = [one for one in written if one.id and not isinstance(one.id, tuple)]
    assert [one.id for one in single if read.gettext(one.id) != one.string] == []


def test_every_marked_sentence_is_collected():
    """A marker inside an f-string is found by nobody."""
    known = {
        form for one in template() for form in (one.id if isinstance(one.id, tuple) else (one.id,))
    }
    marked = {text for _name, tree in modules() for text in sentences(tree)}

    assert marked - known == set()


def test_each_language_is_called_as_those_call_it_who_speak_it():
    """The names are those of the CLDR, which Babel brings."""
    called = {code: own_name(code).casefold() for code in languages()}

    assert called == {code: Locale(code).get_display_name(code).casefold() for code in called}
