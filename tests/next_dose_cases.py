"""What the tests of next dose cases share."""

import json

from igmfat_nb.case import read_case

TWO_TITRES = {
    "schema": "igmfat-case/1",
    "subject": "SIM-002",
    "sex": "male",
    "age_years": 60,
    "height_cm": 175,
    "weight_kg": 80,
    "haematocrit": 0.30,
    "arm": "personalised",
    "titres": [{"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_mg_dl": 84}],
    "events": [],
    "doses": [{"start_h": 2, "volume_ml": 431, "duration_h": 13.5}],
    "vasopressor_stopped_h": None,
}


def case_of(**changes):
    return read_case(json.dumps({**TWO_TITRES, **changes}))
