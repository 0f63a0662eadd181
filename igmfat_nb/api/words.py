"""The table of a result as a reader sees it: heads in words with their units, numbers as measured.

``records`` and ``igm.table`` keep the names and every digit.
"""

from collections.abc import Mapping
from typing import Any

from igmfat_nb.language import _, mark
from igmfat_nb.notation import decimals_of, number_text, vials_text

_ARMS = ("standard", "personalised")
_HEADS: Mapping[str, str] = {
    "arm": mark("arm"),
    "dose_protein_mg": mark("protein [mg]"),
    "dose_protein_mg_per_kg": mark("protein [mg/kg]"),
    "dose_igm_mg": mark("IgM [mg]"),
    "volume_ml": mark("volume [mL]"),
    "volume_ml_per_kg": mark("volume [mL/kg]"),
    "rate_ml_h": mark("rate [mL/h]"),
    "duration_h": mark("duration [h]"),
    "vials": mark("vials"),
    "discarded_ml": mark("discarded [mL]"),
    "glucose_g": mark("glucose [g]"),
    "sodium_mmol": mark("sodium [mmol]"),
    "days": mark("days"),
    "code": mark("name in Python"),
    "statement": mark("criterion"),
    "answer": mark("answer"),
    "reason": mark("reason"),
    "detail": mark("detail"),
    "source": mark("source"),
    "day": mark("day"),
    "igm_mg_dl": mark("IgM [mg/dL]"),
    "p5_mg_dl": mark("5 %"),
    "p95_mg_dl": mark("95 %"),
    "rule": mark("rule"),
    "probability": mark("probability of the target"),
    "method": mark("method"),
    "per_arm": mark("per arm"),
    "total": mark("total with drop-out"),
    "power": mark("exact power"),
    "metric": mark("counted"),
    "mean": mark("mean"),
    "p5": mark("5 %"),
    "p50": mark("median"),
    "p95": mark("95 %"),
    "se": mark("standard error"),
    "name": mark("name in Python"),
    "value": mark("value"),
    "unit": mark("unit"),
    "status": mark("status"),
    "locator": mark("place in the source"),
    "read_as": mark("read as"),
    "note": mark("note"),
}
_VALUES: Mapping[str, str] = {
    "standard": mark("standard"),
    "personalised": mark("personalised"),
    "deficit": mark("deficit"),
    "forecast": mark("forecast"),
    "yes": mark("yes"),
    "no": mark("no"),
    "unknown": mark("unknown"),
    "published": mark("published"),
    "derived": mark("derived"),
    "assumed": mark("assumed"),
}
_WITH_WORDS = ("arm", "rule", "answer", "status")


def head_text(name: str) -> str:
    """The head of a column; of one that belongs to an arm with the arm's name.

    >>> head_text("rate_ml_h"), head_text("standard_igm_mg_dl")
    ('rate [mL/h]', 'standard: IgM [mg/dL]')
    """
    arm, _line, rest = name.partition("_")
    if arm in _ARMS and rest in _HEADS:
        return f"{_(_VALUES[arm])}: {_(_HEADS[rest])}"
    return _(_HEADS[name]) if name in _HEADS else name


def cell_text(name: str, value: Any) -> str:
    """A cell of a column: a number with the decimals of its quantity, a dash where there is none.

    >>> cell_text("volume_ml_per_kg", 5.3875), cell_text("power", None)
    ('5.39', '–')
    """
    if value is None:
        return "–"
    if isinstance(value, Mapping):
        return vials_text({int(size): count for size, count in value.items()})
    if isinstance(value, float):
        decimals = decimals_of(name)
        return number_text(value, 3 if decimals is None else decimals)
    text = str(value)
    return _(_VALUES[text]) if name in _WITH_WORDS and text in _VALUES else text


def is_number(value: Any) -> bool:
    """Whether a cell stands at the right of its column: a truth value is a word."""
    return isinstance(value, int | float) and not isinstance(value, bool)
