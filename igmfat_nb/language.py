"""Translation of the sentences that people read, and the signs of their numbers.

Every such sentence is written in English inside ``_()``, with named fields
filled in afterwards, so that a catalogue can reorder them::

    _("{name} is {value}.").format(name=name, value=value)

Where a number decides the form, ``ngettext`` chooses it. A sentence is whole in
its marker: never put together of pieces, never an f-string.
``mark`` is for wording that stands in data: the catalogue finds it there and
``_`` looks it up when it is shown.

The language is that of the context (``reading``), else of the process
(``IGMFAT_LANGUAGE``), else English: two people on one server read two.
"""

import gettext
import os
import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

DOMAIN = "igmfat"
LOCALE_FOLDER = Path(__file__).parent / "locale"
VARIABLE = "IGMFAT_LANGUAGE"
ENGLISH = "en"
_WIDTH = 100
#: A comment behind a value, or of its own line; not a key that is commented out.
_COMMENT = re.compile(r"(?P<before>.*\S\s+|\s*(?!# [a-z_]+: ))# (?P<said>[^#\n]+)")

_reader: ContextVar[str | None] = ContextVar("language", default=None)


@cache  # looked for once a process
def languages() -> tuple[str, ...]:
    """Return the codes of all languages there are: English, and each with a catalogue."""
    found = LOCALE_FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")
    return (ENGLISH, *sorted(path.parent.parent.name for path in found))


def current() -> str:
    """Return the code of the reader's language."""
    return _reader.get() or of_process()


def chosen() -> str | None:
    """Return the language that the environment asks for, or None where it names none of ours."""
    return matching(os.environ.get(VARIABLE, ""))


@cache  # kept: asked for with every sentence; a forked process forgets it
def of_process() -> str:
    """Return the language of this process: that of the environment, where there is a catalogue."""
    return chosen() or ENGLISH


def matching(wanted: str) -> str | None:
    """Return the language meant by a code such as ``it`` or ``it-IT``, or None.

    >>> matching("en_GB.UTF-8"), matching("tlh")
    ('en', None)
    """
    code = wanted.strip().lower().replace("_", "-").split("-")[0].split(".")[0]
    return code if code in languages() else None


def accepted(header: str) -> str | None:
    """Return the language that a browser likes best by its ``Accept-Language``, or None.

    >>> accepted("fr-CH, en;q=0.7, *;q=0.5"), accepted("fr"), accepted("en;q=0")
    ('en', None, None)
    """
    weights: dict[str, float] = {}
    for part in header.split(","):
        code, _semicolon, weight = part.partition(";")
        share = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", weight)
        likes = float(share[1]) if share else 0.0 if weight else 1.0
        if likes and (language := matching(code)):
            weights[language] = max(likes, weights.get(language, 0.0))
    return max(weights, key=lambda language: weights[language], default=None)


def own_name(language: str) -> str:
    """Return the name of a language as those who speak it write it.

    >>> own_name("en")
    'English'
    """
    with reading(language):
        return _("English")  # its translation is the name of its own language


@contextmanager
def reading(language: str) -> Iterator[None]:
    """Let all sentences of the context be in a language; ``language`` is one of ``languages()``."""
    before = _reader.set(language)
    try:
        yield
    finally:
        _reader.reset(before)


@cache  # read once a process
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE_FOLDER, [language])


def _(sentence: str) -> str:
    """Return ``sentence`` in the reader's language, or in English."""
    if not sentence:  # a catalogue keeps its own head under the empty sentence
        return ""
    return _catalogue(current()).gettext(sentence)


def ngettext(one: str, several: str, number: int) -> str:
    """Return the form that goes with ``number`` in the reader's language, or in English."""
    return _catalogue(current()).ngettext(one, several, number)


def mark(sentence: str) -> str:
    """Return ``sentence`` unchanged; its translation is looked up when it is shown."""
    return sentence


def paragraphs(source: str) -> list[str]:
    """Return markdown in pieces that are translated whole: what stands between empty lines."""
    return source.split("\n\n")


def is_prose(paragraph: str) -> bool:
    """Whether a paragraph of markdown has anything to translate."""
    return any(sign.isalpha() for sign in paragraph)


def in_words(source: str) -> str:
    """Return markdown in the reader's language, paragraph by paragraph."""
    pieces = paragraphs(source)
    return "\n\n".join(_(piece) if is_prose(piece) else piece for piece in pieces)


def comments_in_words(text: str) -> str:
    """Return YAML with its comments in the reader's language; what is read of it stays the same."""
    if current() == ENGLISH:
        return text
    shown: list[str] = []
    for before, said in _commented(text):
        if said and not before.strip():
            begin = f"{before}# "
            shown += textwrap.wrap(_(said), _WIDTH, initial_indent=begin, subsequent_indent=begin)
        else:
            shown.append(f"{before}# {_(said)}" if said else before)
    return "\n".join(shown) + "\n"


def comments(text: str) -> list[str]:
    r"""Every comment of a YAML text, each whole: a catalogue has it as it stands here.

    >>> comments("# Two lines,\n# one comment.\nalpha: 0.05  # (ours)\n# grid: {alpha: 1}")
    ['Two lines, one comment.', '(ours)']
    """
    return [said for _before, said in _commented(text) if said]


def _commented(text: str) -> Iterator[tuple[str, str]]:
    """Lines as what stands before a comment, and the comment; lines of comment alone are one."""
    indent, block = "", ""
    for line in text.splitlines():
        found = _COMMENT.fullmatch(line)
        if found and not found["before"].strip():
            indent, block = found["before"], f"{block} {found['said']}".strip()
            continue
        if block:
            yield indent, block
            block = ""
        yield (found["before"], found["said"]) if found else (line, "")
    if block:
        yield indent, block


def signs() -> tuple[str, str]:
    """Return the reader's decimal sign and the sign between thousands.

    >>> with reading("en"):
    ...     signs()
    ('.', ',')
    """
    shown = _("1,234.5")  # its translation is the same number
    return shown[5], shown[1]


def has_decimal_comma() -> bool:
    """Whether people write 72,5 in the reader's language."""
    return signs()[0] == ","
