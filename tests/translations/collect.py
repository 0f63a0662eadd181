"""Collect every sentence that people read, and renew and compile the catalogues.

    .venv/bin/python tests/translations/collect.py

A catalogue is compiled, and its language offered, once no sentence is missing.
A language is one folder of ``igmfat_nb/locale``; a new one begins with an empty
``LC_MESSAGES/igmfat.po`` in it. Sentences come from what is marked in the package, from the
help of its commands, from the prose of the notebooks, from click, and from data: teaching cases,
why a reading of the rule is assumed, comments of examples in YAML, and what is said of every
number and its source.
"""

import ast
import inspect
import json
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from igmfat_nb.bedside.readings import editions
from igmfat_nb.language import comments, is_prose, paragraphs
from igmfat_nb.pages.protocol_card import CRITERIA_GROUPS, STATUSES, name_in_words
from igmfat_nb.protocol.register import sourced_constants
from igmfat_nb.reports.parameters import notebook_parameters
from igmfat_nb.teaching_cases.library import case_names, story
from igmfat_nb.trial.example import EXAMPLE

ROOT = Path(__file__).parents[2]
PACKAGE, NOTEBOOKS = ROOT / "igmfat_nb", ROOT / "notebooks"
LOCALE = PACKAGE / "locale"
KEYWORDS = {"_": None, "mark": None, "gettext": None, "ngettext": (1, 2)}

Found = tuple[str, str | tuple[str, ...]]


def marked(path: Path, method: str) -> Iterator[Found]:
    """What a file marks, or what a template does."""
    with path.open("rb") as file:
        for _line, message, _comments, _context in extract(method, file, keywords=KEYWORDS):
            if isinstance(message, tuple):
                yield path.as_posix(), tuple(part or "" for part in message)
            elif message:
                yield path.as_posix(), message


def helps(path: Path) -> Iterator[Found]:
    """Docstrings of commands, as click shows them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            made = {ast.unparse(one).partition("(")[0] for one in node.decorator_list}
            text = ast.get_docstring(node, clean=False)
            if text and any(name.endswith((".command", ".group")) for name in made):
                yield path.as_posix(), inspect.cleandoc(text)


def prose(path: Path) -> Iterator[Found]:
    """The paragraphs of a notebook's markdown."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            for block in filter(is_prose, paragraphs("".join(cell["source"]))):
                yield path.as_posix(), block


def data() -> Iterator[Found]:
    """Wording of files and records: looked up where it is shown, without a mark."""
    for name in case_names():
        for part in story(name):
            yield f"igmfat_nb/teaching_cases/{name}.md", part
    for one in editions():
        yield f"igmfat_nb/protocol/readings/{one.name}.yaml", one.why
    for name, one in sourced_constants().items():
        yield "igmfat_nb/protocol/constants.py", name_in_words(name)
        for said in (one.unit, one.locator, one.note):
            yield "igmfat_nb/protocol/constants.py", said
        for said in (one.source.key, one.source.citation, one.source.read_as):
            yield "igmfat_nb/protocol/sources.py", said
    yield from (("igmfat_nb/trial/example.py", said) for said in comments(EXAMPLE))
    for path in sorted((PACKAGE / "event_tables" / "examples").glob("*.yaml")):
        if path.stem == "ward":  # read, never shown
            continue
        place = path.relative_to(ROOT).as_posix()
        yield from ((place, said) for said in comments(path.read_text(encoding="utf-8")))
    for _title, group in CRITERIA_GROUPS:
        yield from (("igmfat_nb/protocol/criteria.py", one.locator) for one in group)
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        place = path.relative_to(ROOT).as_posix()
        yield from ((place, one.description) for one in notebook_parameters(path))
    yield from (("igmfat_nb/protocol/provenance.py", status) for status in STATUSES)


def everything() -> Iterator[Found]:
    """Every sentence with the file it stands in."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield from marked(path, "python")
        if path.parent.name == "cli":
            yield from helps(path)
    for path in sorted([*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.j2")]):
        yield from marked(path, "jinja2.ext:babel_extract")
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        yield from prose(path)
    yield from (one for one in data() if one[1])
    folder = Path(click.__file__).parent
    for path in sorted(folder.glob("*.py")):
        for _path, message in marked(path, "python"):
            yield f"click/{path.name}", message


def template() -> Catalog:
    """All sentences, untranslated."""
    catalogue = Catalog(project="igmfat_nb", charset="utf-8")
    for path, message in everything():
        place = path.removeprefix(f"{ROOT.as_posix()}/")
        catalogue.add(message, locations=[(place, 1)])
    return catalogue


def renewed(path: Path, sentences: Catalog) -> Catalog:
    """The catalogue of a language with exactly these sentences; what is gone is dropped."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parents[1].name, domain=path.stem)
    sentences.creation_date = catalogue.creation_date  # no clock: the same sentences, the same file
    catalogue.update(sentences, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue to read and to edit."""
    text = BytesIO()
    write_po(text, catalogue, width=100, include_lineno=False, sort_by_file=True, omit_header=False)
    return text.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """The catalogue to look up in."""
    binary = BytesIO()
    write_mo(binary, catalogue)
    return binary.getvalue()


def whole(translation: str | tuple[str, ...] | None) -> bool:
    """Whether every form is there."""
    forms = translation if isinstance(translation, tuple) else (translation,)
    return all(forms)


def catalogues() -> list[Path]:
    """The file of each language."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/igmfat.po"))


def main() -> None:
    """Renew all files and say what each language lacks."""
    sentences = template()
    for path in catalogues():
        catalogue = renewed(path, sentences)
        path.write_bytes(as_po(catalogue))
        missing = sum(1 for one in catalogue if one.id and not whole(one.string))
        if missing:  # a language is offered when its catalogue is whole
            path.with_suffix(".mo").unlink(missing_ok=True)
        else:
            path.with_suffix(".mo").write_bytes(as_mo(catalogue))
        sys.stdout.write(f"{path.parents[1].name}: {len(catalogue)} sentences, {missing} missing\n")


if __name__ == "__main__":
    main()
