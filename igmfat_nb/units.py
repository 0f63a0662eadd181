"""Reading numbers as people type them, and every unit conversion there is.

Canonical units: kg, cm, mg/dL, mL, mL/h, h, fraction. Nothing else converts.
"""

import math
import re
from typing import Literal

from igmfat_nb.errors import MissingInput, UnreadableInput
from igmfat_nb.language import _

IgmUnit = Literal["mg/dL", "g/L"]
IGM_UNITS: tuple[IgmUnit, ...] = ("mg/dL", "g/L")

ML_PER_DL = 100.0
ML_PER_L = 1000.0
CM_PER_M = 100.0
MG_PER_G = 1000.0
HOURS_PER_DAY = 24.0
MG_DL_PER_G_L = 100.0  # 1 g/L = 1,000 mg / 10 dL

_NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?")
_AMBIGUOUS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


def parse_number(text: str, name: str) -> float:
    """Read one typed number, with a decimal point or a decimal comma.

    Parameters
    ----------
    text : str
        As typed. ``1,234`` could be 1.234 or 1234 and is refused.
    name : str
        What the number is, for the sentence.

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
    if _AMBIGUOUS.fullmatch(typed):
        as_thousands, as_decimal = typed.replace(",", ""), typed.replace(",", ".")
        message = _(
            "{name} is “{typed}”, which could mean {decimal} or {thousands};"
            " write it with a decimal point or without the comma."
        )
        raise UnreadableInput(
            message.format(name=name, typed=typed, decimal=as_decimal, thousands=as_thousands)
        )
    number = float(typed.replace(",", ".")) if _NUMBER.fullmatch(typed) else math.nan
    if not math.isfinite(number):
        message = _("{name} is “{typed}”; expected one number such as 72 or 72,5.")
        raise UnreadableInput(message.format(name=name, typed=typed))
    return number


def parse_haematocrit(text: str, name: str) -> float:
    """Read a haematocrit as a fraction (0.30), or as a percentage with its sign (30 %).

    A bare 30 stays 30, which the believable range then refuses: the unit is
    never guessed. Errors as in ``parse_number``.
    """
    typed = text.strip()
    if typed.endswith("%"):
        return parse_number(typed[:-1], name) / 100
    return parse_number(typed, name)


def parse_igm_unit(text: str) -> IgmUnit:
    """Return the IgM unit as chosen; it is never guessed from the number."""
    for unit in IGM_UNITS:
        if text.strip() == unit:
            return unit
    if not text.strip():
        raise MissingInput(_("The IgM unit is missing; choose mg/dL or g/L."))
    message = _("The IgM unit is “{typed}”; choose mg/dL or g/L.")
    raise UnreadableInput(message.format(typed=text.strip()))


def igm_mg_dl(value: float, unit: IgmUnit) -> float:
    """Convert an IgM concentration to mg/dL.

    >>> igm_mg_dl(0.38, "g/L"), igm_mg_dl(38, "mg/dL")
    (38.0, 38)
    """
    if unit == "mg/dL":
        return value
    # 0.57 g/L is typed as a decimal: 57, and not 56.99999999999999.
    return round(value * MG_DL_PER_G_L, 9)
