"""What stands beside the doses of each row, so that a table of results stands alone."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from igmfat_nb.bedside.eligibility import Verdict
from igmfat_nb.protocol import criteria
from igmfat_nb.protocol.constants import ENROLMENT_AGE, ENROLMENT_TITRE, MAXIMUM_BMI
from igmfat_nb.units import CM_PER_M

#: Inputs as read: their digits are the file's own.
INPUT_COLUMNS = ("age_years", "height_cm", "weight_kg", "haematocrit", "igm_mg_dl")


def with_patient_columns(patients: pd.DataFrame, doses: pd.DataFrame) -> pd.DataFrame:
    """Subject, line, inputs, eligibility and rare values in front of the doses.

    ``eligibility`` is the verdict of ``igmfat eligible`` on what a table holds
    (age, BMI, titre): *not eligible*, with the codes in ``not_met``, or
    *cannot tell*, since the other criteria are not in it.
    """
    beside = patients.reset_index(drop=True)
    sex = np.where(beside["male"], "male", "female")
    columns = {"subject": beside["subject"], "line": beside["line"], "sex": sex}
    columns |= {name: beside[name] for name in (*INPUT_COLUMNS, "plasma_volume_ml")}
    verdict, not_met = verdicts(beside)
    columns |= {"eligibility": verdict, "not_met": not_met, "check": beside["check"]}
    return pd.concat([pd.DataFrame(columns), doses.drop(columns="subject")], axis=1)


def verdicts(patients: pd.DataFrame) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Verdict and codes of the criteria not met, of each row; a test holds them to ``assess``.

    Parameters
    ----------
    patients : DataFrame
        With age_years, height_cm, weight_kg and igm_mg_dl.

    Returns
    -------
    (ndarray, ndarray), each of shape (rows,)

    Examples
    --------
    >>> columns = {"age_years": [64.0] * 2, "height_cm": [175.0] * 2, "weight_kg": [80.0] * 2}
    >>> verdict, not_met = verdicts(pd.DataFrame(columns | {"igm_mg_dl": [38.0, 60.0]}))
    >>> verdict.tolist(), not_met.tolist()
    (['cannot tell', 'not eligible'], ['', 'low_igm'])
    """
    height_m = patients["height_cm"].to_numpy() / CM_PER_M
    bmi = np.round(patients["weight_kg"].to_numpy() / height_m**2, 9)  # as ``patient.bmi``
    failed = {
        criteria.ADULT.code: ~(patients["age_years"].to_numpy() > ENROLMENT_AGE.value),
        criteria.LOW_TITRE.code: ~(patients["igm_mg_dl"].to_numpy() < ENROLMENT_TITRE.value),
        criteria.BMI_LIMIT.code: ~(bmi <= MAXIMUM_BMI.value),
    }
    pattern = sum(column.astype(int) << place for place, column in enumerate(failed.values()))
    texts = [
        ", ".join(code for place, code in enumerate(failed) if number >> place & 1)
        for number in range(1 << len(failed))
    ]
    words: list[Verdict] = ["not eligible" if text else "cannot tell" for text in texts]
    return np.array(words, dtype=object)[pattern], np.array(texts, dtype=object)[pattern]
