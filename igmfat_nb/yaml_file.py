"""YAML that people write, read in one way: plain decimal numbers, each key once, bounded.

YAML 1.1 reads 0356 as 238, 72:00 as 4,320, 1_000 as 1,000 and *no* as false.
Here a number is plain decimal or the file is refused, true and false are the
only truth values, and *no* is a word.
"""

import math
import re
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import yaml

from igmfat_nb.errors import IgmFatError, MissingInput, UnreadableInput
from igmfat_nb.files import open_file, reason_of
from igmfat_nb.language import _
from igmfat_nb.notation import number_text

#: Many times what the longest design takes.
MOST_BYTES = 100_000
#: Values after every alias is written out, and how deep they may lie in each other.
MOST_VALUES, MOST_DEPTH = 20_000, 40
_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_REAL = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
#: What some reader of YAML takes for a number, and another for a text or another number.
_DOUBTFUL = re.compile(
    r"""[-+]?0[0-9][0-9_.]*(?:[eE][-+]?[0-9]+)?  # 0356 and 007.5: octal, or decimal?
    |   [-+]?0[box][0-9a-fA-F_]+                 # 0b11, 0o17, 0x1F
    |   [-+]?[0-9][0-9_]*(?::[0-9_]+)+(?:\.[0-9_]*)?  # 72:00 in sixties
    |   [-+]?[0-9.]*_[0-9_.]*(?:[eE][-+]?[0-9]+)?     # 1_000
    |   [-+]?\.(?:inf|nan)                       # no number at all
    |   [-+]?[0-9]+(?:\.[0-9]{3})*,[0-9]+        # 0,5 and 1.000,5""",
    re.VERBOSE | re.IGNORECASE,
)
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = ("", "~", "null", "Null", "NULL")


class _Loader(yaml.SafeLoader):
    """Plain data only: texts, plain decimal numbers, true and false, null, lists, mappings."""

    # Nothing of YAML 1.1 is inherited; what is read is added at the end of this module.
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (as the base class has it)
    yaml_constructors: ClassVar[dict[str | None, Any]] = {}

    def get_single_node(self) -> yaml.Node | None:
        node = super().get_single_node()
        if node is not None:
            _check_extent(node)
        return node


def read_yaml(path: Path) -> Any:
    """Return what a YAML file holds.

    Raises
    ------
    MissingInput, UnreadableInput
        If there is no such file, or it cannot be read as YAML in one way only.
    """
    name = path.name or str(path)
    try:
        with open_file(path) as file:
            raw = file.read(MOST_BYTES + 1)
        text = raw.decode("utf-8-sig", "strict" if len(raw) <= MOST_BYTES else "replace")
    except FileNotFoundError as error:
        raise MissingInput(_("There is no file {file}.").format(file=name)) from error
    except UnicodeDecodeError as error:
        raise UnreadableInput(_("{file} is not UTF-8 text.").format(file=name)) from error
    except (OSError, ValueError) as error:
        reason = reason_of(error, _("no such file"))
        message = _("{file} cannot be read: {reason}.")
        raise UnreadableInput(message.format(file=name, reason=reason)) from error
    if len(raw) > MOST_BYTES:
        message = _("{file} is larger than {most} bytes, the most that is read.")
        raise UnreadableInput(message.format(file=name, most=number_text(MOST_BYTES)))
    return yaml_document(text, name)


def yaml_document(text: str, name: str) -> Any:
    """Return what YAML text holds; ``name`` is what a refusal calls it.

    Raises
    ------
    UnreadableInput
        If it is no YAML, if a number is not plain decimal, if a key stands twice,
        if it is too deep, or too long once its aliases are written out.
    """
    try:
        # A safe loader: plain data only.
        return yaml.load(text, _Loader)  # noqa: S506
    except IgmFatError as error:
        raise type(error)(f"{name}: {error}") from error
    except (RecursionError, yaml.YAMLError) as error:
        message = _("{file} is not readable YAML ({reason}).")
        raise UnreadableInput(message.format(file=name, reason=_reason(error))) from error


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return _("nested too deeply")
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    if mark is None or not problem:
        return str(error).splitlines()[0]
    return _("line {line}: {problem}").format(line=mark.line + 1, problem=_shown(problem))


def _check_extent(root: yaml.Node) -> None:
    """Bound what a document becomes: depth, and values with every alias written out."""
    known: dict[int, tuple[int, int]] = {}

    def extent(node: yaml.Node, depth: int) -> tuple[int, int]:
        """Values and height of a node; an alias within itself ends in the depth."""
        if id(node) not in known:
            parts = (
                [extent(part, depth + 1) for part in _parts(node)] if depth <= MOST_DEPTH else []
            )
            height = 1 + max((height for _values, height in parts), default=0)
            known[id(node)] = 1 + sum(values for values, _height in parts), height
        if depth + known[id(node)][1] > MOST_DEPTH:
            raise UnreadableInput(_("it is nested too deeply."))
        return known[id(node)]

    if extent(root, 0)[0] > MOST_VALUES:
        message = _("it contains more than {most} values once its aliases are expanded.")
        raise UnreadableInput(message.format(most=number_text(MOST_VALUES)))


def _parts(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        yield from node.value
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            yield from pair


def _shown(text: str) -> str:
    """One printable line, not too long."""
    line = "".join(sign if sign.isprintable() else "�" for sign in text[:80])
    return line if len(text) <= 80 else f"{line}…"


def _refused(node: yaml.Node, message: str, **fields: object) -> UnreadableInput:
    place = _("line {line}").format(line=node.start_mark.line + 1)
    return UnreadableInput(f"{place}: {message.format(**fields)}")


def _text(loader: _Loader, node: yaml.Node) -> str:
    text = str(loader.construct_scalar(_scalar(node)))
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise _refused(node, _("it contains half a character, which is not text."))
    if isinstance(node, yaml.ScalarNode) and node.style is None and _DOUBTFUL.fullmatch(text):
        message = _(
            "“{text}” is not a plain decimal number such as 356 or 0.5; if it is text, put it"
            " in quotes."
        )
        raise _refused(node, message, text=_shown(text))
    return text


def _integer(_loader: _Loader, node: yaml.Node) -> int:
    text = _scalar(node).value
    if not _INTEGER.fullmatch(text):
        raise _refused(node, _("“{text}” is not a whole number."), text=_shown(text))
    try:
        return int(text)
    except ValueError as error:  # more digits than Python reads
        raise _refused(node, _("a number has too many digits.")) from error


def _real(_loader: _Loader, node: yaml.Node) -> float:
    text = _scalar(node).value
    number = float(text) if _REAL.fullmatch(text) else math.nan
    if not math.isfinite(number):
        raise _refused(node, _("“{text}” is not a finite number."), text=_shown(text))
    return number


def _truth(_loader: _Loader, node: yaml.Node) -> bool:
    text = _scalar(node).value
    if text not in _TRUTH:
        raise _refused(node, _("“{text}” is neither true nor false."), text=_shown(text))
    return _TRUTH[text]


def _unknown_tag(_loader: _Loader, node: yaml.Node) -> Any:
    raise _refused(node, _("the tag {tag} is not supported."), tag=_shown(node.tag))


def _scalar(node: yaml.Node) -> yaml.ScalarNode:
    if not isinstance(node, yaml.ScalarNode):
        raise _refused(node, _("expected one value."))
    return node


def _sequence(loader: _Loader, node: yaml.Node) -> list[Any]:
    if not isinstance(node, yaml.SequenceNode):
        raise _refused(node, _("expected a list."))
    return [loader.construct_object(part, deep=True) for part in node.value]


def _mapping(loader: _Loader, node: yaml.Node) -> dict[Hashable, Any]:
    if not isinstance(node, yaml.MappingNode):
        raise _refused(node, _("expected names with values."))
    fields: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise _refused(key_node, _("a name is one text."))
        key = loader.construct_object(key_node, deep=True)
        if key in fields:
            raise _refused(key_node, _("“{key}” occurs twice."), key=_shown(str(key)))
        fields[key] = loader.construct_object(value_node, deep=True)
    return fields


_IMPLICIT = (
    ("bool", "|".join(_TRUTH), "tTfF"),
    ("null", "|".join(map(re.escape, _NULLS)), "~nN"),
    ("int", _INTEGER.pattern, "-+0123456789"),
    ("float", _REAL.pattern, "-+.0123456789"),
)
for _name, _pattern, _first in _IMPLICIT:
    _signs = [*_first, ""] if _name == "null" else list(_first)
    _Loader.add_implicit_resolver(f"{_TAG}{_name}", re.compile(rf"(?:{_pattern})\Z"), _signs)
_CONSTRUCTORS: dict[str, Callable[[_Loader, Any], Any]] = {
    "str": _text,
    "int": _integer,
    "float": _real,
    "bool": _truth,
    "null": lambda _loader, _node: None,
    "seq": _sequence,
    "map": _mapping,
}
for _name, _construct in _CONSTRUCTORS.items():
    _Loader.add_constructor(f"{_TAG}{_name}", _construct)
_Loader.add_constructor(None, _unknown_tag)
