"""All predictions of a folder as one table, and parts of it."""

from collections.abc import Callable, Mapping

import pandas as pd

from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.scoring.folder import ScoredFolder

MOST_KNOWN = 4  # 4 titres or more are one group


def prediction_table(scored: ScoredFolder) -> pd.DataFrame:
    """One row for each prediction, with whose it is: subject, centre, arm."""
    rows = [
        one | {"subject": case["subject"], "centre": case["centre"], "arm": case["arm"]}
        for case in scored.cases
        for one in case["rows"]
    ]
    columns = [
        *("scenario", "titre", "known", "time_h", "day", "event", "measured", "below"),
        *("p5", "p25", "p50", "p75", "p95", "chance", "pit", "log_score", "crps"),
        *("subject", "centre", "arm"),
    ]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype({"below": bool, "event": bool, "crps": float})


def forecasts(table: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """Titres predicted from at least the first one."""
    return table[(table["scenario"] == scenario) & (table["known"] > 0)]


def a_priori(table: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """Titres predicted from none."""
    return table[(table["scenario"] == scenario) & (table["known"] == 0)]


def parts(table: pd.DataFrame, scenario: str) -> Mapping[str, Mapping[str, pd.DataFrame]]:
    """Forecasts of a scenario by titres known, day, arm, centre, and events."""
    own = forecasts(table, scenario)
    by: dict[str, Callable[[pd.DataFrame], pd.Series[str]]] = {
        _("day"): lambda rows: rows["day"].map(lambda day: _day(int(day))),
        _("arm"): lambda rows: rows["arm"].replace("", _("not stated")),
        _("centre"): lambda rows: rows["centre"],
        _("event"): lambda rows: rows["event"].map(
            {True: _("within a day after an event"), False: _("no event")}
        ),
    }
    found: dict[str, Mapping[str, pd.DataFrame]] = {
        _("titres known"): {_("none (a priori)"): a_priori(table, scenario)} | _by_known(own)
    }
    for name, key in by.items():
        found[name] = {
            str(value): rows for value, rows in own.groupby(key(own), sort=False) if len(rows)
        }
    return found


def _day(day: int) -> str:
    return _("day {day}").format(day=number_text(day + 1))


def _by_known(own: pd.DataFrame) -> dict[str, pd.DataFrame]:
    found = {}
    for known in range(1, MOST_KNOWN + 1):
        last = known == MOST_KNOWN
        rows = own[own["known"] >= known] if last else own[own["known"] == known]
        if len(rows):
            found[f"{known} +" if last else str(known)] = rows
    return found
