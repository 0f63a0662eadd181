"""The table of an independent engine, one assumption at a time, with synthesis at baseline.

That engine counts hourly titres at the target; ours are linear in between, so that hours may
differ by up to one for each time that the titre crosses the target.
"""

import numpy as np
import pytest

from igmfat_nb.bedside.patient import Patient
from igmfat_nb.courses.population import SYNTHESIS_MODES
from igmfat_nb.figures.sensitivity import tornado_figure
from igmfat_nb.figures.static.picture import figure_svg
from igmfat_nb.pages.protocol_card import protocol_cards
from igmfat_nb.sensitivity.indices import bases, one_at_a_time
from igmfat_nb.sensitivity.patient_model import OUTPUTS, PatientModel
from igmfat_nb.sensitivity.study import patient_study
from igmfat_nb.sensitivity.trial_model import TrialModel
from igmfat_nb.sensitivity.values import explored_of, typed_value, values_at
from igmfat_nb.trial.compared import CONTRAST
from igmfat_nb.trial.design import design_of
from igmfat_nb.trial.endpoint import METRICS
from igmfat_nb.trial.replicate import run_block

MAN = Patient(
    sex="male", age_years=60.0, height_cm=175.0, weight_kg=80.0, haematocrit=0.30, igm_mg_dl=38.0
)
MODEL = PatientModel(MAN)
KNOWN = explored_of("patient")
BY_NAME = {one.name: one for one in explored_of("trial")}
BASELINE = float(BY_NAME["synthesis"].options.index("baseline"))
TABLE = [
    # assumption, value, first dose, titre on day 7, volume, hours (None: not stated), contrast
    ("base", None, 431, 85, 1076, 0, -0.46),
    ("reading", "fill-120", 570, 100, 1411, 130, -0.16),
    ("reading", "fill-140", 710, 116, 1740, 151, 0.02),
    ("clearance", "1", 431, 90, 871, 0, -0.59),
    ("clearance", "7.3", 431, 61, 2044, 0, -0.08),
    ("clearance", "10", 431, 55, 2288, 0, -0.04),
    ("volume", "0.8", 431, 88, 923, 14, -0.51),
    ("volume", "1.5", 431, 80, 1391, 0, -0.24),
    ("recovery", "0.65", 431, 81, 1328, 0, -0.30),
    ("recovery", "1", 431, 86, 1000, 0, -0.49),
    ("rule_recovery", "0.65", 597, 89, 1176, 21, -0.34),
    ("rule_recovery", "1", 388, 84, 1044, 0, -0.48),
    ("synthesis", "none", 431, 76, 1440, 0, -0.31),
    ("synthesis", "recovering", 431, 88, 1048, 0, -0.47),
    ("igm_content", "5", 431, 83, 1216, 0, -0.38),
    ("igm_content", "7", 431, 87, 965, 4, -0.51),
    ("maintenance", "2.5", 431, 85, 1076, 0, -0.40),
    ("maintenance", "5", 431, 85, 1076, 0, -0.38),
    ("intravascular", "0.7", 431, 84, 1132, 0, -0.43),
    ("intravascular", "0.9", 431, 85, 1048, 0, -0.48),
    ("haematocrit", "0.833333", 458, 85, 1145, 0, -0.43),
    ("haematocrit", "1.166667", 405, 85, 1011, 0, -0.50),
    ("exchange", "0.3", 431, 86, 1083, 0, -0.47),
    ("exchange", "3", 431, 84, 1056, 0, -0.47),
    ("assay_cv", "0.02", 431, 85, 1076, 0, -0.48),
    ("assay_cv", "0.10", 431, 85, 1076, 0, -0.44),
]
TRIALS_ONLY = [
    ("clearance_cv", "0.3", -0.47),
    ("clearance_cv", "0.8", -0.45),
    ("titre_median", "45", -0.43),
    ("titre_median", "82", -0.50),
]


def at_base(**changed):
    return {name: np.array([value]) for name, value in bases(KNOWN, changed).items()}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]} {row[1]}")
def test_a_patient_s_week_is_that_of_the_independent_engine(row):
    name, text, first_ml, day_7, total_ml, hours, _contrast = row
    values = at_base(synthesis=BASELINE)
    if text is not None:
        values[name] = np.array([typed_value(BY_NAME[name], text)])

    found = MODEL.outcomes(values, chance=False)

    assert found.first_dose_ml[0] == first_ml
    assert round(float(found.day_7_mg_dl[0])) == day_7
    assert found.total_ml[0] == total_ml
    assert found.hours_at_target[0] == pytest.approx(hours, abs=3)  # three mornings at most


def test_contrasts_of_virtual_trials_are_those_of_the_independent_engine():
    rows = [(name, text, contrast) for name, text, *_rest, contrast in TABLE] + TRIALS_ONLY
    design = design_of({"arms": ["standard", "deficit"], "truth": {"synthesis": "baseline"}})
    model = TrialModel(design, 12_000, 5)
    base = model.base()
    values = {name: np.full(len(rows), value) for name, value in base.items()}
    for place, (name, text, _contrast) in enumerate(rows):
        if text is not None:
            values[name][place] = typed_value(BY_NAME[name], text)

    found = model(values)["contrast"]

    # 12,000 patients here and there: 0.005 each, and its table has two decimals.
    assert found == pytest.approx([row[2] for row in rows], abs=0.025)
    assert np.abs(found - [row[2] for row in rows]).mean() < 0.01


def test_a_readme_patient_peaks_at_97_and_never_reaches_the_target():
    found = MODEL.outcomes(at_base())

    assert round(float(found.peak_mg_dl[0])) == 97
    assert found.hours_at_target[0] == 0


def test_many_columns_at_once_are_each_as_alone():
    values = values_at(KNOWN, np.random.default_rng(2).random((40, len(KNOWN))))

    together = MODEL.outcomes(values)

    for place in (0, 7, 39):
        alone = MODEL.outcomes({name: column[[place]] for name, column in values.items()})
        for output in OUTPUTS:
            assert getattr(alone, output)[0] == pytest.approx(
                getattr(together, output)[place], rel=1e-12
            )


def test_a_row_of_the_trial_model_is_a_trial_of_the_design():
    design = design_of({"arms": ["standard", "deficit"], "truth": {"synthesis": "baseline"}})
    model = TrialModel(design, 400, 3)

    found = model({name: np.array([value]) for name, value in model.base().items()})

    trial = run_block(design.model_copy(update={"patients": 400}), 3, 0, 1)
    shares = trial.metrics[0, :, METRICS.index(CONTRAST)]
    assert found["contrast"][0] == pytest.approx(shares[1] - shares[0], rel=1e-12)
    assert found["power"][0] == pytest.approx(0.05, abs=0.01)  # no effect: the type I error


def test_modes_of_synthesis_are_explored_in_the_order_of_the_model():
    assert BY_NAME["synthesis"].options == SYNTHESIS_MODES


def test_a_tornado_changes_one_thing_at_a_time_and_ranks_by_swing():
    def model(values):
        return {"sum": 3 * values["clearance"] + values["volume"]}

    known = [BY_NAME["clearance"], BY_NAME["volume"]]

    bars = one_at_a_time(model, known, bases(known, {"clearance": 2.0}))

    assert [bar.base["sum"] for bar in bars] == [7.0, 7.0]
    assert bars[0].results["sum"] == (4.0, 31.0)  # 3 × 1 + 1, 3 × 10 + 1
    assert bars[1].results["sum"] == (6.8, 7.5)
    assert bars[0].swing("sum") == 27.0


def test_each_bar_s_name_leads_to_an_entry_of_the_protocol_card_and_a_picture_has_its_words():
    study = patient_study(
        MODEL, draws=2, seed=1, prices=[], tried={"clearance": [1.0], "reading": [4.0]}
    )
    figure = tornado_figure(study, "total_ml")

    names = figure.layout.yaxis.ticktext
    assert '<a href="01_protocol_card.ipynb#CLEARANCE_INTERMEDIATE">Clearance</a>' in names
    assert 'id="CLEARANCE_INTERMEDIATE"' in protocol_cards()[0].children[0].value
    picture = figure_svg(figure, title="Volume")
    assert "Clearance" in picture
    assert "protocol_card" not in picture
