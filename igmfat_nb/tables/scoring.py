"""A model check as rows and lines to read."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.scoring.checks import ALARM, Check, Checks, Name
from igmfat_nb.scoring.measures import MEASURES, Measure, measures
from igmfat_nb.scoring.verdict import SCENARIO_WORDS, odds_text

MEASURE_WORDS: Mapping[str, str] = {
    "mpe": mark("bias (mpe)"),
    "rmse": mark("RMSE"),
    "nrmse": mark("RMSE of the mean (nrmse)"),
    "mape": mark("absolute error (mape)"),
    "accuracy_15": mark("within 15 %"),
    "accuracy_30": mark("within 30 %"),
    "coverage_50": mark("50 % intervals held"),
    "coverage_90": mark("90 % intervals held"),
    "crps": mark("CRPS"),
    "log_score": mark("log score"),
}
CHECK_WORDS: Mapping[Name, str] = {
    "units": mark("Are titres in mg/dL?"),
    "patients": mark("Does any patient not fit, though the others do?"),
    "clearance": mark("Does another clearance predict better?"),
    "drift": mark("Are late forecasts off on average?"),
    "bias": mark("Do doses raise titres as assumed?"),
    "spread": mark("Do titres stray as assumed?"),
}
SHOWN = ("mpe", "rmse", "mape", "accuracy_15", "accuracy_30", "coverage_50", "coverage_90", "crps")


def measure_text(name: str, value: float) -> str:
    """A measure with the decimals that it has; a dash where there is none."""
    if not math.isfinite(value):
        return "–"
    unit = MEASURES[name]
    if unit == "%":
        return f"{number_text(100 * value, 1)} %"
    return number_text(value, 2 if not unit else 1) + (f" {unit}" if unit else "")


def measure_rows(
    by_scenario: Mapping[str, Mapping[str, Measure]],
) -> tuple[list[str], list[list[str]]]:
    """Every measure under every scenario with its interval, the unit beside its name."""
    header = [_("measure"), *by_scenario]
    rows = []
    for name in MEASURES:
        cells = [_with_interval(name, own[name]) for own in by_scenario.values()]
        rows.append([_with_unit(name), *cells])
    return header, rows


def _with_unit(name: str) -> str:
    unit = MEASURES[name]
    return _(MEASURE_WORDS[name]) + (f" [{unit}]" if unit else "")


def _number(name: str, value: float) -> str:
    """A measure in its unit, without it."""
    if not math.isfinite(value):
        return "–"
    unit = MEASURES[name]
    shown = 100 * value if unit == "%" else value
    return number_text(shown, 1 if unit else 2, padded=True)


def _with_interval(name: str, measure: Measure) -> str:
    text, low, high = (_number(name, one) for one in (measure.value, measure.low, measure.high))
    if not math.isfinite(measure.low):
        return text
    return _("{value} ({low} to {high})").format(value=text, low=low, high=high)


def part_rows(
    parts: Mapping[str, Mapping[str, pd.DataFrame]],
) -> tuple[list[str], list[list[str]]]:
    """The main measures by titres known, day, arm, centre and event."""
    header = [_("by"), "", _("titres"), *(_with_unit(name) for name in SHOWN)]
    rows = []
    for by, groups in parts.items():
        for place, (name, own) in enumerate(groups.items()):
            did = measures(own)
            cells = [_number(one, did[one]) for one in SHOWN]
            rows.append(["" if place else by, name, number_text(len(own)), *cells])
    return header, rows


def check_rows(checks: Checks) -> tuple[list[str], list[list[str]]]:
    """Each question with what was found, its chance, and the answer."""
    header = [_("check"), _("found"), _("p"), _("answer")]
    rows = [
        [
            _(CHECK_WORDS[name]),
            _found_text(check),
            _p_text(check.p),
            _answer(check),
        ]
        for name, check in checks.items()
    ]
    return header, rows


def _answer(check: Check) -> str:
    if check.failed:
        return _("look at this")
    return _("passed") if math.isfinite(check.p) else _("cannot tell")


def _found_text(check: Check) -> str:
    if not math.isfinite(check.value):
        return _("too few")
    value = number_text(check.value, 2)
    if check.name == "units":
        files = _("{n} titres refused").format(n=number_text(check.value))
        return ", ".join([files, *check.who])
    if check.name == "patients":
        return ", ".join(check.who) or _("{n} patients").format(n=number_text(check.value))
    if check.name == "clearance":
        if not check.who or check.value <= 0:
            return _("none does")
        named = _(SCENARIO_WORDS[check.who[0]])
        return _("{other}: odds {odds}").format(other=named, odds=odds_text(check.value))
    if check.name == "spread":
        return _("variance {value}, expected 1").format(value=value)
    return _("mean {value} SD, expected 0").format(value=value)


def _p_text(p: float) -> str:
    if not math.isfinite(p):
        return "–"
    return f"< {number_text(0.0001, 4)}" if p < 0.0001 else number_text(p, 4, padded=True)


def alarm_sentence() -> str:
    """What the checks promise."""
    message = _("A check says “look at this” by chance alone in {share} % of folders.")
    return message.format(share=number_text(100 * ALARM, 1))


def fit_rows(fits: pd.DataFrame, most: int) -> tuple[list[str], list[list[str]]]:
    """Each patient's own fit, worst first."""
    header = [
        _("subject"),
        _("centre"),
        _("titres"),
        _("mean place, SD"),
        _with_unit("mpe"),
        _("p"),
    ]
    rows = [
        [
            str(one.subject),
            str(one.centre),
            number_text(float(str(one.n))),
            number_text(float(str(one.place)), 2),
            _number("mpe", float(str(one.mpe))),
            _p_text(float(str(one.p))),
        ]
        for one in fits.head(most).itertuples()
    ]
    return header, rows


def shrinkage_rows(found: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Shrinkage by titres known."""
    words = {
        "response": _("rise by a dose"),
        "volume": _("central volume"),
        "clearance": _("clearance"),
    }
    names = [name for name in found.columns if name in words]
    header = [_("titres known"), _("patients"), *(words[name] for name in names)]
    rows = [
        [
            number_text(float(row["known"])),
            number_text(float(row["n"])),
            *(f"{number_text(float(row[name]), 0)} %" for name in names),
        ]
        for _place, row in found.iterrows()
    ]
    return header, rows


def reading_rows(found: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Doses as given beside each reading."""
    header = [
        _("reading"),
        _("doses"),
        _("bias (mpe)"),
        _("RMSE, mL"),
        _("within 15 %"),
        _("within 30 %"),
    ]
    rows = [
        [
            str(row["reading"]),
            number_text(float(row["n"])),
            f"{number_text(100 * row['mpe'], 1, padded=True)} %",
            number_text(float(row["rmse"]), 0),
            f"{number_text(100 * row['accuracy_15'], 0)} %",
            f"{number_text(100 * row['accuracy_30'], 0)} %",
        ]
        for _place, row in found.iterrows()
    ]
    return header, rows


def plain(value: float) -> float | None:
    """A number for JSON; null where there is none."""
    return float(value) if np.isfinite(value) else None
