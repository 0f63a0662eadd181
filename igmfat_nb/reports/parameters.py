"""What a notebook may be asked: its parameters cell, read without running it.

A parameter is one annotated line, with a comment in a fixed form::

    weight_kg: float = 80  # [kg] 30 to 300; actual body weight; source: assumed
    scenario: str = "intermediate"  # native, intermediate or fast; assumed clearance
    seed: int = 1  # of the virtual patients, 0 or more

Unit, range (or choice), words and source may each be left out. A quantity
that the package knows by name (``weight_kg``) brings its believable range.

Not read by ``papermill.inspect_notebook``: it leaves out a line with a second ``=``,
takes a ``#`` inside a text for a comment, and nearly doubles the time of the command.
The tests hold that it reads the same of our own notebooks.
"""

import ast
import difflib
import json
import math
import re
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

from igmfat_nb import plausibility
from igmfat_nb.errors import ImplausibleInput, MissingInput, UnreadableInput
from igmfat_nb.language import ENGLISH, _, current, languages
from igmfat_nb.notation import named_values, number_text
from igmfat_nb.plausibility import Plausible
from igmfat_nb.units import given_text, parse_number, parse_whole, whole

TYPES: dict[str, Any] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "dict[str, str]": dict[str, str],
    "list[str]": list[str],
    "list[float]": list[float],
}
#: Filled in by the run itself: never asked of a person, never listed.
RUN_PARAMETERS = ("made_on",)
#: In what language a document is; it has as many choices as there are catalogues.
LANGUAGE = "language"
_KNOWN: dict[str, Plausible] = {
    "age": plausibility.AGE_YEARS,
    "age_years": plausibility.AGE_YEARS,
    "height": plausibility.HEIGHT_CM,
    "height_cm": plausibility.HEIGHT_CM,
    "weight": plausibility.WEIGHT_KG,
    "weight_kg": plausibility.WEIGHT_KG,
    "haematocrit": plausibility.HAEMATOCRIT,
    "igm": plausibility.IGM_MG_DL,
    "igm_mg_dl": plausibility.IGM_MG_DL,
}
_UNIT = re.compile(r"\[(?P<unit>[^\]]*)\]\s*")
_NUMBER = r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?"
_RANGE = re.compile(
    rf"(?:(?P<words>.*),\s*)?(?P<low>{_NUMBER}) to (?P<high>{_NUMBER})(?: (?P<unit>\S+))?"
)
_LEAST = re.compile(rf"(?:(?P<words>.*),\s*)?(?P<low>{_NUMBER}) or more")
_CHOICE = re.compile(r"(?:one of )?(?P<first>[\w/]+(?:, [\w/]+)*)(?:,| or) (?P<last>[\w/]+)")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One line of a parameters cell."""

    name: str
    type: str
    default: Any
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    description: str = ""
    source: str = ""

    def value(self, given: Any) -> Any:
        """Read a typed or ready value as this parameter's type, or refuse it with a sentence."""
        value = self._read(given)
        if self.choices and value != self.default and value not in self.choices:
            message = _("{name} is “{value}”; expected one of {choices}.{near}")
            near = _nearest(str(value), self.choices)
            choices = ", ".join(self.choices)
            raise UnreadableInput(
                message.format(name=self.name, value=value, choices=choices, near=near)
            )
        if self.type in ("int", "float") and not self.low <= value <= self.high:
            message = _("{name} is {value}; expected {range}.")
            raise ImplausibleInput(
                message.format(name=self.name, value=value, range=self.range_text())
            )
        return value

    def range_text(self) -> str:
        """Write the believable range with its unit; empty when there is none."""
        low, high = number_text(self.low, 6), number_text(self.high, 6)
        if math.isfinite(self.low) and math.isfinite(self.high):
            return _("{low} to {high} {unit}").format(low=low, high=high, unit=self.unit).strip()
        if math.isfinite(self.low):
            return _("{low} {unit} or more").format(low=low, unit=self.unit).replace("  ", " ")
        return ""

    def record(self) -> dict[str, Any]:
        """What ``igmfat parameters --json`` says of it."""
        ends = [end if math.isfinite(end) else None for end in (self.low, self.high)]
        return {
            "name": self.name,
            "type": self.type,
            "unit": self.unit,
            "range": None if ends == [None, None] else ends,
            "choices": list(self.choices),
            "default": self.default,
            "source": self.source,
            "description": self.description,
        }

    def _read(self, given: Any) -> Any:
        if self.type == "str":
            return given_text(given, self.name)
        if self.type == "bool":
            return self._truth(given)
        if "[" in self.type:
            return self._collection(given)
        if self.type == "int":
            return parse_whole(given, self.name) if isinstance(given, str) else self._whole(given)
        number = given
        if isinstance(given, str):
            number = parse_number(given, self.name, unit=self.unit, low=self.low, high=self.high)
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise self._wrong_type(given)
        try:
            return self._finite(float(number))
        except OverflowError as error:
            raise self._wrong_type(given) from error

    def _whole(self, given: Any) -> int:
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise self._wrong_type(given)
        return whole(given, self.name)

    def _finite(self, number: float) -> float:
        if not math.isfinite(number):
            raise self._wrong_type(number)
        return number

    def _truth(self, given: Any) -> bool:
        if isinstance(given, bool):
            return given
        word = str(given).strip().lower()
        if not isinstance(given, str) or word not in _TRUTH:
            raise self._wrong_type(given)
        return _TRUTH[word]

    def _collection(self, given: Any) -> Any:
        """Read a list or a table of names, as it is or as JSON text."""
        from pydantic import AllowInfNan, TypeAdapter, ValidationError

        try:
            read = json.loads(given) if isinstance(given, str) else given
            read = list(read) if isinstance(read, tuple) else read
            # Strict: of a text in the place of a number Python reads more than was meant.
            finite = Annotated[float, AllowInfNan(False)]
            kind: Any = list[finite] if self.type == "list[float]" else TYPES[self.type]
            adapter: Any = TypeAdapter(kind)
            return adapter.validate_python(read, strict=True)
        except (ValueError, ValidationError, RecursionError, OverflowError) as error:
            raise self._wrong_type(given) from error

    def _wrong_type(self, given: Any) -> UnreadableInput:
        expected = {
            "str": _("text"),
            "int": _("a whole number"),
            "float": _("a number"),
            "bool": _("true or false"),
        }.get(self.type, _("JSON of the type {type}").format(type=self.type))
        message = _("{name} is “{value}”; expected {expected}.")
        return UnreadableInput(
            message.format(name=self.name, value=_start(given), expected=expected)
        )


def notebook_parameters(path: Path) -> list[Parameter]:
    """Read the parameters cell of a notebook; a notebook without one has none.

    Raises
    ------
    UnreadableInput
        If the file is no notebook, or a line of the cell is not a typed parameter.
    """
    import nbformat

    reader: Any = nbformat
    try:
        notebook = reader.read(path, as_version=4)
    except Exception as error:  # the format has many ways of being something else
        message = _("{file} is not a notebook.")
        raise UnreadableInput(message.format(file=path.name)) from error
    cells = [
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", [])
    ]
    return [one for source in cells for one in parameters_of(source, path.name)]


def parameters_of(source: str, file: str) -> list[Parameter]:
    """Read the text of a parameters cell."""
    comments = _comments(source)
    found = []
    for line in ast.parse(source).body:
        if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant):
            continue  # a docstring
        found.append(_parameter(line, comments.get(line.end_lineno or line.lineno, ""), file))
    return found


def check_parameters(
    parameters: Sequence[Parameter], given: Mapping[str, Any], notebook: str
) -> dict[str, Any]:
    """Read given values by name; the first that is unknown or wrong is refused.

    A document is in the language of who asks for it, unless another is given.

    Raises
    ------
    UnreadableInput, ImplausibleInput, MissingInput
        One sentence, with the closest name where a name is unknown.
    """
    known = {one.name: one for one in parameters}
    for name in given:
        if name not in known:
            message = _("{name} is not a parameter of {notebook}.{near}")
            near = _nearest(name, list(known))
            raise UnreadableInput(message.format(name=name, notebook=notebook, near=near))
    spoken = {} if current() == ENGLISH or LANGUAGE not in known else {LANGUAGE: current()}
    return spoken | {name: known[name].value(value) for name, value in given.items()}


def parse_pairs(pairs: Sequence[str]) -> dict[str, str]:
    """Read ``NAME=VALUE`` pairs; the same name twice is refused."""
    return named_values(
        pairs,
        without_name=_("The parameter “{pair}” is not of the form NAME=VALUE."),
        twice=_("{name} is given twice."),
    )


def _start(value: Any) -> str:
    try:
        return str(value)[:60]
    except ValueError:  # more digits than Python writes
        return _("a number with thousands of digits")


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.4)
    return " " + _("Did you mean “{near}”?").format(near=near[0]) if near else ""


def _comments(source: str) -> dict[int, str]:
    """Comments by the line on which they stand."""
    tokens = tokenize.generate_tokens(StringIO(source).readline)
    return {
        one.start[0]: one.string.lstrip("# ").strip()
        for one in tokens
        if one.type == tokenize.COMMENT
    }


def _parameter(line: ast.stmt, comment: str, file: str) -> Parameter:
    typed = isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
    if not isinstance(line, ast.AnnAssign) or not typed or line.value is None:
        message = _("{file}: “{line}” is not a typed parameter (name: type = default).")
        raise UnreadableInput(message.format(file=file, line=ast.unparse(line)))
    name, type_ = ast.unparse(line.target), ast.unparse(line.annotation)
    if type_ not in TYPES:
        message = _("{file}: {name} is of the type {type}; expected {types}.")
        types = ", ".join(TYPES)
        raise UnreadableInput(message.format(file=file, name=name, type=type_, types=types))
    try:
        default = ast.literal_eval(line.value)
    except ValueError as error:
        message = _("{file}: the default of {name} is not a plain value.")
        raise UnreadableInput(message.format(file=file, name=name)) from error
    return Parameter(name, type_, default, **_described(name, comment))


def _described(name: str, comment: str) -> dict[str, Any]:
    """Unit, range or choice, words and source from the comment, or from what the name says."""
    parts: dict[str, Any] = {"choices": languages()} if name == LANGUAGE else {}
    if known := _KNOWN.get(name.removesuffix("_text")):
        parts = {"unit": known.unit, "low": known.low, "high": known.high}
        parts |= {"source": _("accepted range: assumption of this software")}
    if unit := _UNIT.match(comment):
        parts["unit"] = unit["unit"]
        comment = comment[unit.end() :]
    words: list[str] = []
    for phrase in filter(None, (text.strip() for text in comment.split(";"))):
        read, rest = _phrase(phrase)
        parts |= read
        words += [rest] if rest else []
    if "source" not in parts:
        ours = "assum" in comment
        parts["source"] = _("assumption of this software") if ours else _("choice of the user")
    return parts | {"description": "; ".join(words)}


def _phrase(phrase: str) -> tuple[dict[str, Any], str]:
    """What a phrase of a comment says in fixed form, and the words that are left."""
    if found := _RANGE.fullmatch(phrase):
        ends = {"low": _end(found["low"]), "high": _end(found["high"])}
        return ends | ({"unit": found["unit"]} if found["unit"] else {}), found["words"] or ""
    if found := _LEAST.fullmatch(phrase):
        return {"low": _end(found["low"])}, found["words"] or ""
    if found := _CHOICE.fullmatch(phrase):
        return {"choices": (*found["first"].split(", "), found["last"])}, ""
    if phrase.startswith("source: "):
        return {"source": phrase[8:].strip()}, ""
    return {}, phrase


def _end(text: str) -> float:
    return float(text.replace(",", ""))


def required(parameters: Sequence[Parameter], name: str, notebook: str) -> None:
    """Refuse a notebook that lacks a parameter which a command fills in."""
    if name not in {one.name for one in parameters}:
        message = _("{notebook} has no parameter {name}, which this command sets.")
        raise MissingInput(message.format(notebook=notebook, name=name))
