"""What was decided about an outlying titre, as lines of the case's notes.

A case has no field for it; its notes are kept whole in every file, so that who
opens it finds what was decided. The lines are plain English, as the fields are.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from igmfat_nb.case import CaseTitre

_LINE = re.compile(
    r"^titre at (?P<time>[0-9.]+) h: (?P<value>[0-9.]+) mg/dL (?P<what>kept|set aside)\b"
)


@dataclass(frozen=True, slots=True)
class Remark:
    """One decision: the titre, and whether it was set aside."""

    time_h: float
    igm_mg_dl: float
    set_aside: bool


def remarks(notes: str) -> tuple[Remark, ...]:
    r"""The decisions that some notes hold.

    Examples
    --------
    >>> remarks("seen by B\ntitre at 48 h: 171 mg/dL set aside, drawn from the line")
    (Remark(time_h=48.0, igm_mg_dl=171.0, set_aside=True),)
    """
    found = (_LINE.match(line) for line in notes.splitlines())
    return tuple(
        Remark(float(one["time"]), float(one["value"]), one["what"] == "set aside")
        for one in found
        if one
    )


def kept(notes: str, titre: CaseTitre) -> str:
    """Notes that say that a titre is right."""
    return _with(notes, titre, "kept: asked about and right")


def set_aside(notes: str, titre: CaseTitre) -> str:
    """Notes that say that a titre plays no part."""
    return _with(notes, titre, "set aside: drawn during an infusion or from its line")


def is_kept(notes: str, time_h: float, igm_mg_dl: float) -> bool:
    """Whether somebody said that this titre is right."""
    return Remark(time_h, igm_mg_dl, set_aside=False) in remarks(notes)


def _with(notes: str, titre: CaseTitre, what: str) -> str:
    time, value = (_plain(number) for number in (titre.time_h, titre.reported_mg_dl))
    line = f"titre at {time} h: {value} mg/dL {what}"
    return "\n".join([*notes.splitlines(), line]) if line not in notes.splitlines() else notes


def _plain(number: float) -> str:
    """Every digit with a decimal point, in each language."""
    return f"{Decimal(repr(number)):f}".removesuffix(".0")
