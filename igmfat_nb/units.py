"""Reading numbers as people type them, and every unit conversion there is.

Canonical units: kg, cm, mg/dL, mL, mL/h, h, fraction. Nothing else converts.
"""

import math
import re
from typing import Literal

from igmfat_nb.errors import MissingInput, UnreadableInput
from igmfat_nb.language import _, has_decimal_comma
from igmfat_nb.notation import is_unseen, seen_text, sign_name, unseen_signs

IgmUnit = Literal["mg/dL", "g/L"]
IGM_UNITS: tuple[IgmUnit, ...] = ("mg/dL", "g/L")

ML_PER_DL = 100.0
ML_PER_L = 1000.0
CM_PER_M = 100.0
MG_PER_G = 1000.0
HOURS_PER_DAY = 24.0
MG_DL_PER_G_L = 100.0  # 1 g/L = 1,000 mg / 10 dL

_NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?")
_AMBIGUOUS = re.compile(r"(?P<sign>[+-]?)(?P<before>[1-9][0-9]{0,2})[.,](?P<after>[0-9]{3})")
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
    """Whether a text is a number that only a decimal comma explains: 80,5 or 0,300."""
    return "," in text and bool(_NUMBER.fullmatch(text)) and not _AMBIGUOUS.fullmatch(text)


def parse_haematocrit(
    text: str, name: str, *, low: float = 0.0, high: float = 1.0, decimal_comma: bool = False
) -> float:
    """Read a haematocrit as a fraction (0.30), or as a percentage with its sign (30 %).

    A bare 30 stays 30, which the believable range then refuses: the unit is
    never guessed. Arguments and errors as in ``parse_number``.
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
    if not comma:
        message = _(
            "{name} is “{typed}”, which could mean {decimal} or {thousands};"
            " write {thousands} or {clear}."
        )
    clear = f"{whole}{',' if decimal_comma else '.'}{found['after']}0"
    readings = {"decimal": as_decimal, "thousands": as_thousands, "clear": clear}
    raise UnreadableInput(message.format(name=name, typed=typed, **readings))


def _no_number(typed: str, name: str, unit: str) -> str:
    """Why a text is no number: a sign nobody sees, a bound, another unit, or something else."""
    shown = seen_text(typed)
    if foreign := [sign for sign in dict.fromkeys(typed) if not sign.isascii() or is_unseen(sign)]:
        signs = ", ".join(sign_name(sign) for sign in foreign if sign not in "<>≤≥µ")
        message = _("{name} is “{typed}”, which holds {signs}; type the number anew.")
        if signs:
            return message.format(name=name, typed=shown, signs=signs)
    if _BOUND.match(typed):
        message = _(
            "{name} is “{typed}”, which is a limit and not a measured value; nothing can be worked"
            " out from it. Expected the measured number."
        )
    elif unit and _WITH_UNIT.fullmatch(typed):
        message = _("{name} is “{typed}”; expected one number in {unit}.")
    else:
        message = _("{name} is “{typed}”; expected one number such as 72 or 72,5.")
    return message.format(name=name, typed=shown, unit=_(unit) if unit else "")


def parse_igm_unit(text: str) -> IgmUnit:
    """Return the IgM unit as chosen; it is never guessed from the number."""
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
    return _(" It holds {signs}, which cannot be seen.").format(signs=signs) if signs else ""


def igm_mg_dl(value: float, unit: IgmUnit) -> float:
    """Convert an IgM concentration to mg/dL.

    >>> igm_mg_dl(0.38, "g/L"), igm_mg_dl(38, "mg/dL")
    (38.0, 38)
    """
    if unit == "mg/dL":
        return value
    # 0.57 g/L is typed as a decimal: 57, and not 56.99999999999999.
    return round(value * MG_DL_PER_G_L, 9)
