"""Reading numbers as people type them, and every unit conversion there is.

Canonical units: kg, cm, mg/dL, mL, mL/h, h, fraction. Nothing else converts.
"""

import math
import re
from typing import Literal

from igmfat_nb.errors import MissingInput, UnreadableInput
from igmfat_nb.language import _, has_decimal_comma, signs
from igmfat_nb.notation import in_signs, is_unseen, seen_text, sign_name, unseen_signs

IgmUnit = Literal["mg/dL", "g/L"]
IGM_UNITS: tuple[IgmUnit, ...] = ("mg/dL", "g/L")

ML_PER_DL = 100.0
ML_PER_L = 1000.0
CM_PER_M = 100.0
MG_PER_G = 1000.0
HOURS_PER_DAY = 24.0
MG_DL_PER_G_L = 100.0  # 1 g/L = 1,000 mg / 10 dL

#: The largest whole number that every table and file of results keeps.
MOST_WHOLE = 2**63 - 1
_MOST_DIGITS = 20
_EXACT_WHOLE = 2**53  # from here on a decimal fraction has lost digits
_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?")
_AMBIGUOUS = re.compile(r"(?P<sign>[+-]?)(?P<before>[1-9][0-9]{0,2})[.,](?P<after>[0-9]{3})")
POINT_BEFORE_THREE = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
_WITH_UNIT = re.compile(rf"(?P<number>{_NUMBER.pattern})\s*(?P<unit>[^\s0-9.,].*)")
_BOUND = re.compile(r"[<>≤≥]")
_SPELLINGS = {"years": ("year", "yr", "y"), "h": ("hours", "hour")}


def parse_number(
    text: str,
    name: str,
    *,
    unit: str = "",
    low: float = -math.inf,
    high: float = math.inf,
    decimal_comma: bool = False,
) -> float:
    """Read one typed number, with a decimal point or a decimal comma.

    Parameters
    ----------
    text : str
        As typed. ``1,234`` could be 1.234 or 1234 and is refused; so is
        ``1.234`` where both lie within ``low`` and ``high``.
    name : str
        What the number is, for the sentence.
    unit : str
        The field's unit, which may stand behind the number; no other may.
    low, high : float
        The field's limits: they tell the two readings apart, they are not checked.
    decimal_comma : bool
        Whether the text is of a file with decimal commas, where a point
        before three digits separates thousands.

    Raises
    ------
    MissingInput
        If the text is empty.
    UnreadableInput
        If it is not one unambiguous finite number.

    Examples
    --------
    >>> parse_number("72,5 kg", "Weight", unit="kg"), parse_number("1e3", "Volume")
    (72.5, 1000.0)
    >>> parse_number("1,234", "Weight")
    Traceback (most recent call last):
    igmfat_nb.errors.UnreadableInput: ...
    """
    typed = text.strip()
    if not typed:
        raise MissingInput(_("{name} is missing.").format(name=name))
    bare = _without_unit(typed, unit)
    if found := _AMBIGUOUS.fullmatch(bare):
        _check_one_reading(found, name, low, high, decimal_comma=decimal_comma)
    number = float(bare.replace(",", ".")) if _NUMBER.fullmatch(bare) else math.nan
    if not math.isfinite(number):
        raise UnreadableInput(_no_number(typed, name, unit))
    return number


def decimal_comma_seen(text: str) -> bool:
    """Whether a text is a number that only a decimal comma explains.

    Examples
    --------
    >>> decimal_comma_seen("80,5"), decimal_comma_seen("0,300"), decimal_comma_seen("80,500")
    (True, True, False)
    """
    return "," in text and bool(_NUMBER.fullmatch(text)) and not _AMBIGUOUS.fullmatch(text)


def parse_haematocrit(
    text: str, name: str, *, low: float = 0.0, high: float = 1.0, decimal_comma: bool = False
) -> float:
    """Read a haematocrit as a fraction (0.30), or as a percentage with its sign (30 %).

    A bare 30 stays 30, which the believable range then refuses: the unit is
    never guessed. Arguments and errors as in ``parse_number``.

    Examples
    --------
    >>> parse_haematocrit("30 %", "Haematocrit"), parse_haematocrit("0,30", "Haematocrit")
    (0.3, 0.3)
    """
    typed = text.strip()
    share = 100 if typed.endswith("%") else 1
    typed = typed.removesuffix("%")
    number = parse_number(
        typed, name, low=low * share, high=high * share, decimal_comma=decimal_comma
    )
    return number / share


def _without_unit(typed: str, unit: str) -> str:
    """The number in front of the field's own unit; anything else stays as it is."""
    found = _WITH_UNIT.fullmatch(typed) if unit else None
    known = {unit, _(unit), *_SPELLINGS.get(unit, ())} if unit else set()
    if found and found["unit"].casefold() in {one.casefold() for one in known}:
        return found["number"]
    return typed


def _check_one_reading(
    found: "re.Match[str]", name: str, low: float, high: float, *, decimal_comma: bool
) -> None:
    """Refuse a sign before three digits that may be a decimal or a thousands separator."""
    typed, comma = found[0], "," in found[0]
    whole = found["sign"] + found["before"]
    as_thousands, as_decimal = whole + found["after"], f"{whole}.{found['after']}"
    both = all(low <= float(one) <= high for one in (as_thousands, as_decimal))
    if not (comma or decimal_comma or has_decimal_comma() or both):
        return
    message = _(
        "{name} is “{typed}”, which could mean {decimal} or {thousands};"
        " write it with a decimal point or without the comma."
    )
    if not comma or has_decimal_comma():
        message = _(
            "{name} is “{typed}”, which could mean {decimal} or {thousands};"
            " write {thousands} or {clear}."
        )
    sign, _thousands = signs()
    clear = f"{whole}{',' if decimal_comma else sign}{found['after']}0"
    shown = f"{whole}{sign}{found['after']}"
    readings = {"decimal": shown, "thousands": as_thousands, "clear": clear}
    raise UnreadableInput(message.format(name=name, typed=typed, **readings))


def _no_number(typed: str, name: str, unit: str) -> str:
    """Why a text is no number: a sign nobody sees, a bound, another unit, or something else."""
    shown = seen_text(typed)
    if foreign := [sign for sign in dict.fromkeys(typed) if not sign.isascii() or is_unseen(sign)]:
        signs = ", ".join(sign_name(sign) for sign in foreign if sign not in "<>≤≥µ")
        message = _("{name} is “{typed}”, which contains {signs}; please retype the number.")
        if signs:
            return message.format(name=name, typed=shown, signs=signs)
    if _BOUND.match(typed):
        message = _(
            "{name} is “{typed}”, which is a limit, not a measured value; no dose can be"
            " calculated from it. Expected the measured number."
        )
    elif unit and _WITH_UNIT.fullmatch(typed):
        message = _("{name} is “{typed}”; expected one number in {unit}.")
    else:
        message = _("{name} is “{typed}”; expected one number such as 72 or 72,5.")
    return message.format(name=name, typed=shown, unit=_(unit) if unit else "")


def parse_igm_unit(text: str) -> IgmUnit:
    """Return the IgM unit as chosen; it is never guessed from the number.

    Raises
    ------
    MissingInput, UnreadableInput
        If it is empty, or neither mg/dL nor g/L.

    Examples
    --------
    >>> parse_igm_unit(" g/L ")
    'g/L'
    """
    for unit in IGM_UNITS:
        if text.strip() == unit:
            return unit
    if not text.strip():
        raise MissingInput(_("The IgM unit is missing; choose mg/dL or g/L."))
    message = _("The IgM unit is “{typed}”; choose mg/dL or g/L.")
    typed = seen_text(text.strip())
    raise UnreadableInput(message.format(typed=typed) + unseen_sentence(text.strip()))


def unseen_sentence(text: str) -> str:
    """A further sentence that names the unseen signs of a text; empty where there is none."""
    signs = unseen_signs(text)
    return (
        " " + _("It contains {signs}, which cannot be seen.").format(signs=signs) if signs else ""
    )


def igm_mg_dl(value: float, unit: IgmUnit) -> float:
    """Convert an IgM concentration to mg/dL.

    >>> igm_mg_dl(0.38, "g/L"), igm_mg_dl(38, "mg/dL")
    (38.0, 38)
    """
    if unit == "mg/dL":
        return value
    # 0.57 g/L is typed as a decimal: 57, and not 56.99999999999999.
    return round(value * MG_DL_PER_G_L, 9)


def parse_whole(text: str, name: str) -> int:
    """Read one typed whole number, digit by digit: 9007199254740993 stays what it is.

    Parameters
    ----------
    text : str
        Digits with a sign or without; also ``30.0``, whose reading is exact.
    name : str
        What the number is, for the sentence.

    Raises
    ------
    MissingInput
        If the text is empty.
    UnreadableInput
        If it is no whole number, or one beyond ``MOST_WHOLE`` either way.

    Examples
    --------
    >>> parse_whole("9007199254740993", "Seed"), parse_whole("30.0", "Patients")
    (9007199254740993, 30)
    """
    typed = text.strip()
    if _WHOLE.fullmatch(typed):
        if len(typed) <= _MOST_DIGITS and abs(int(typed)) <= MOST_WHOLE:
            return int(typed)
        message = _("{name} is a whole number of {count} digits; expected at most {most}.")
        count = len(typed.lstrip("+-"))
        raise UnreadableInput(
            message.format(name=name, count=count, most=in_signs(f"{MOST_WHOLE:,}"))
        )
    return whole(parse_number(typed, name), name)


def whole(number: object, name: str) -> int:
    """Return a number that is whole as such; one that may have lost digits is refused."""
    integer = isinstance(number, int) and not isinstance(number, bool)
    if isinstance(number, int) and integer and abs(number) <= MOST_WHOLE:
        return number
    if isinstance(number, float) and number.is_integer() and abs(number) < _EXACT_WHOLE:
        return int(number)
    message = _("{name} is “{value}”; expected a whole number of at most {most}.")
    most = MOST_WHOLE if integer else _EXACT_WHOLE
    raise UnreadableInput(
        message.format(name=name, value=_short(number), most=in_signs(f"{most:,}"))
    )


def given_text(value: object, name: str) -> str:
    """Return a text that may have been given as a number, as papermill and YAML do.

    Raises
    ------
    UnreadableInput
        If it is neither a text nor a finite number.
    """
    if isinstance(value, str):
        return value
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or (isinstance(value, float) and not math.isfinite(value)):
        message = _("{name} is {value}; expected a text or a number.")
        raise UnreadableInput(message.format(name=name, value=_short(value)))
    text = _short(value)
    # Three decimals typed could be thousands; of a number it is known that they are not.
    return f"{text}0" if re.fullmatch(r"-?[0-9]+\.[0-9]{3}", text) else text


def _short(value: object) -> str:
    """A value in a sentence; of a number with thousands of digits only that it has them."""
    if isinstance(value, int) and abs(value) > 10**_MOST_DIGITS:
        return _("a number of more than {count} digits").format(count=_MOST_DIGITS)
    return str(value)[:60]
