"""The modules that notebooks call: each parameter arrives where its name says."""

from dataclasses import asdict

import ipywidgets as ipw
import pytest

from igmfat_nb.pages.dashboard import Dashboard
from igmfat_nb.pages.dose_calculator import DoseCalculator
from igmfat_nb.pages.eligibility import EligibilityPage
from igmfat_nb.pages.patient_page import PatientPage
from igmfat_nb.pages.protocol_card import ProtocolCard
from igmfat_nb.pages.titre_kinetics import TitreKinetics
from igmfat_nb.pages.trial_simulation import SampleSizes

PATIENT = {
    "sex": "female",
    "age_text": "51",
    "height_text": "162",
    "weight_text": "60",
    "haematocrit_text": "0.31",
    "igm_text": "0.41",
    "igm_unit": "g/L",
}
ASSUMPTIONS = {
    "volume_rule": "fixed",
    "volume_ml_per_kg_text": "47",
    "coefficient_text": "0.2",
    "recovery_text": "0.8",
    "maintenance_ml_per_kg_text": "2",
    "rounding": "none",
    "scenario": "fast",
    "synthesis": "none",
}
ANSWERS = {"septic_shock": "yes"}

every_page = pytest.mark.parametrize(
    "page",
    [EligibilityPage, DoseCalculator, TitreKinetics, Dashboard],
    ids=lambda page: page.__name__,
)


@every_page
def test_each_parameter_of_a_patient_page_arrives_under_its_name(page: type[PatientPage]):
    model = page.of(**PATIENT, answers=ANSWERS, **ASSUMPTIONS).model

    body = asdict(model.typed)
    assert body == {
        "sex": "female",
        "age_years": "51",
        "height_cm": "162",
        "weight_kg": "60",
        "haematocrit": "0.31",
        "igm": "0.41",
        "igm_unit": "g/L",
    }
    assert asdict(model.choices) == {
        name.removesuffix("_text"): text for name, text in ASSUMPTIONS.items()
    }
    assert model.answers == ANSWERS


def test_the_page_and_the_text_say_the_same_dose():
    page = DoseCalculator.of(**PATIENT, answers={})

    assert "300 mL" in page.doses_text()  # 250 mg/kg x 60 kg / 50 mg/mL, by hand
    assert page.results()["standard_volume_ml"] == 300
    assert "300" in " ".join(text_of(page.view()))


def test_text_and_results_follow_what_is_entered_on_the_page():
    page = DoseCalculator.of(**PATIENT, answers={})

    page.model.weight_kg = "80"

    assert page.results()["standard_volume_ml"] == 400  # 250 mg/kg x 80 kg / 50 mg/mL


def test_a_name_that_is_no_assumption_is_refused():
    with pytest.raises(TypeError, match="recvery"):
        DoseCalculator.of(**PATIENT, answers={}, recvery_text="0.9")


def test_only_pages_that_show_it_compute_the_course():
    assert EligibilityPage.example().model.outcome.comparison is None
    assert DoseCalculator.example().model.outcome.comparison is None
    assert TitreKinetics.example().model.outcome.comparison is not None


def test_the_fields_of_sample_size_open_with_the_shares_that_the_text_is_of():
    fields = {
        one.description: one.value
        for one in widgets_in(SampleSizes(0.5, 0.25, 0.2).view())
        if isinstance(one, ipw.Text)
    }

    assert {"50", "25", "20"} <= set(fields.values())  # per cent on the page


def test_the_card_of_one_status_hands_out_that_status_alone():
    results = ProtocolCard(status="published").results()

    statuses = {value for name, value in results.items() if name.endswith("_status")}
    assert statuses == {"published"}


def widgets_in(shown: ipw.Widget) -> list[ipw.Widget]:
    below = [one for child in getattr(shown, "children", ()) for one in widgets_in(child)]
    return [shown, *below]


def text_of(shown: ipw.Widget) -> list[str]:
    return [str(one.value) for one in widgets_in(shown) if isinstance(one, ipw.HTML)]
