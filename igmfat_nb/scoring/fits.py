"""Each patient's own fit, worst first; shrinkage; doses as given beside the readings'."""

import numpy as np
import pandas as pd

from igmfat_nb.scoring.checks import with_places
from igmfat_nb.scoring.folder import ScoredFolder
from igmfat_nb.scoring.measures import WITHIN, measures
from igmfat_nb.scoring.table import forecasts


def patient_fits(scored: ScoredFolder, table: pd.DataFrame) -> pd.DataFrame:
    """One row a patient, the least probable first.

    Returns
    -------
    DataFrame
        ``subject``, ``centre``, ``n`` forecasts, mean ``place``, ``mpe``, ``mape``, ``p`` of the
        sum of squared places (chi-square with n degrees of freedom, not corrected for many).
    """
    from scipy import stats

    rows = with_places(forecasts(table, scored.settings.scenario))
    found = []
    for subject, own in rows.groupby("subject", sort=True):
        square = float((own["place"] ** 2).sum())
        did = measures(own)
        found.append(
            {
                "subject": str(subject),
                "centre": str(own["centre"].iloc[0]),
                "n": len(own),
                "place": float(own["place"].mean()),
                "mpe": did["mpe"],
                "mape": did["mape"],
                "p": float(stats.chi2.sf(square, len(own))),
            }
        )
    columns = ["subject", "centre", "n", "place", "mpe", "mape", "p"]
    return pd.DataFrame(found, columns=columns).sort_values("p", kind="stable", ignore_index=True)


def shrinkage(scored: ScoredFolder) -> pd.DataFrame:
    """Shrinkage of each parameter by titres known: 100 × (1 − SD of the means ÷ SD of the prior).

    As mipdeval's and Savic and Karlsson's (2009): 100 % where titres tell nothing.

    Returns
    -------
    DataFrame
        Columns ``known``, ``n`` and the parameters [%]; rows of at least two patients.
    """
    names = list(scored.cases[0]["place"]) if scored.cases else []
    longest = max((len(case["rows"]) for case in scored.cases), default=0)
    found = []
    for known in range(1, longest + 1):
        own = [
            [case["place"][name][known - 1][0] for name in names]
            for case in scored.cases
            if names and len(case["place"][names[0]]) >= known
        ]
        if len(own) < 2:
            break
        spread = 100.0 * (1.0 - np.std(np.array(own), axis=0, ddof=1))
        found.append({"known": known, "n": len(own), **dict(zip(names, spread, strict=True))})
    return pd.DataFrame(found, columns=["known", "n", *names])


def reading_table(scored: ScoredFolder) -> pd.DataFrame:
    """How far doses as given lie from each reading, the nearest reading first.

    Returns
    -------
    DataFrame
        ``reading``, ``n`` doses, ``mpe``, ``rmse`` [mL], ``accuracy_15``, ``accuracy_30`` as for
        titres: given minus predicted, over given.
    """
    doses = [dose for case in scored.cases for dose in case["doses"]]
    given = np.array([dose["given"] for dose in doses], dtype=np.float64)
    found = []
    for name in doses[0]["readings"] if doses else ():
        predicted = np.array([dose["readings"][name] for dose in doses], dtype=np.float64)
        ratio = predicted / given
        row = {
            "reading": name,
            "n": len(doses),
            "mpe": float(((given - predicted) / given).mean()),
            "rmse": float(np.sqrt(np.square(given - predicted).mean())),
        }
        for share in WITHIN:
            near = (ratio > 1.0 - share) & (ratio < 1.0 + share)
            row[f"accuracy_{round(100 * share)}"] = float(near.mean())
        found.append(row)
    columns = ["reading", "n", "mpe", "rmse", "accuracy_15", "accuracy_30"]
    return pd.DataFrame(found, columns=columns).sort_values("rmse", ignore_index=True)
