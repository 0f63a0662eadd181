"""``import igmfat_nb as igm``: few names, each loaded at first use, with answers known by hand."""

import subprocess
import sys

import pytest

import igmfat_nb as igm
from igmfat_nb.api.words import is_number

BODY = {"sex": "male", "age_years": 60, "height_cm": 175, "weight_kg": 80, "haematocrit": 0.30}


@pytest.fixture(scope="module")
def patient():
    return igm.patient(**BODY, igm_mg_dl=38)


def test_importing_loads_nothing_and_lists_every_name():
    code = "import sys, igmfat_nb as igm; print(len(sys.modules)); print(*dir(igm))"
    before, names = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    plain = subprocess.run(
        [sys.executable, "-c", "import sys; print(len(sys.modules))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(before) - int(plain.stdout) < 10
    assert set(igm.__all__) <= set(names.split())


@pytest.mark.parametrize("name", igm.__all__)
def test_every_name_is_there(name):
    assert callable(getattr(igm, name))


def test_a_name_that_is_not_there_is_refused_as_everywhere():
    with pytest.raises(AttributeError, match="no attribute 'dosis'"):
        _ = igm.dosis


def test_doses_by_hand(patient):
    # 80 kg × 250 mg/kg ÷ 50 mg/mL; 62 mg/dL × 37.563 dL ÷ 0.9 ÷ 6 mg/mL
    doses = igm.doses(patient)
    assert [row["volume_ml"] for row in doses.records()] == [400.0, 431.0]
    assert "400 mL" in repr(doses)
    assert "assumption of this software" in repr(doses)
    assert "<table" in doses._repr_html_()
    assert "Not for treatment decisions" in doses._repr_html_()


def test_the_labels_contraindication_stops_both(patient):
    doses = igm.doses(patient, answers={"contraindication_hypersensitivity": "yes"})
    assert doses.records() == []
    assert repr(doses).startswith("No dose")


def test_an_unknown_code_is_refused_and_never_dropped(patient):
    with pytest.raises(igm.IgmFatError, match="is not a criterion"):
        igm.eligibility(patient, {"hypersensitive": "yes"})


def test_a_curve_begins_with_the_first_titre_and_draws_both_arms(patient):
    curve = igm.curve(patient)
    first = igm.table(curve).iloc[0]
    assert (first["standard_igm_mg_dl"], first["personalised_igm_mg_dl"]) == (38.0, 38.0)
    assert first["personalised_volume_ml"] == 431.0
    assert len(igm.figure(curve).data) > 4


def test_a_case_by_three_rules(tmp_path):
    titres = [{"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_mg_dl": 84}]
    doses = [{"start_h": 2, "volume_ml": 431, "duration_h": 13.5}]
    case = igm.new_case(
        subject="A-1", **BODY, titres=titres, doses=doses, vasopressor_stopped_h=None
    )
    table = igm.table(igm.next_dose(case)).set_index("rule")
    assert table.loc["standard", "volume_ml"] == 400.0
    assert table.loc["deficit", "volume_ml"] == 111.0  # 431 mL × 16 / 62


def test_a_trial_is_the_same_with_the_same_seed():
    plan = igm.design("arms: [standard, deficit]\npatients: 40\n")
    one, again = (
        igm.virtual_trial(plan, replicates=4, seed=3),
        igm.virtual_trial(plan, replicates=4, seed=3),
    )
    assert one.value["result_sha256"] == again.value["result_sha256"]
    assert len(igm.table(one)) == len(one.records()) > 10


def test_a_sample_size_by_hand():
    # (1.95996 + 0.84162)² × (0.45 × 0.55 + 0.3 × 0.7) ÷ 0.15² = 159.6
    assert igm.sample_size(0.45, 0.30).records()[0]["per_arm"] == 160


def test_what_has_no_figure_says_so():
    with pytest.raises(TypeError, match="Sources has no figure"):
        igm.figure(igm.sources())


def test_an_implausible_patient_is_refused_with_a_sentence():
    with pytest.raises(igm.IgmFatError, match="Weight"):
        igm.patient(**(BODY | {"weight_kg": 800}), igm_mg_dl=38)


@pytest.mark.parametrize(
    "call",
    [
        lambda who: igm.curve(who, seed=-1),
        lambda _who: igm.virtual_trial(igm.design({"arms": ["standard", "deficit"]}), seed=-1),
        lambda _who: igm.virtual_trial(igm.design({"arms": ["standard", "deficit"]}), replicates=0),
        lambda _who: igm.sample_size(0.45, 0.30, dropout=1.0),
    ],
)
def test_what_cannot_be_asked_is_refused_when_it_is_asked(patient, call):
    with pytest.raises(igm.IgmFatError, match="expected"):
        call(patient)


def test_shown_numbers_are_plain_and_a_first_titre_has_no_interval(patient):
    html = igm.doses(patient)._repr_html_()
    assert "20,000" in html  # mg of protein, never 2e+04
    assert "kinetics are assumptions of this software" in html
    assert igm.curve(patient).records()[0]["standard_p5_mg_dl"] is None


def test_a_table_is_headed_in_words_and_its_numbers_have_their_decimals(patient):
    dose, curve = (one._repr_html_() for one in (igm.doses(patient), igm.curve(patient)))

    assert "_ml" not in dose + curve
    assert '<th style="text-align:right">volume [mL/kg]</th>' in dose
    assert '<td style="text-align:right">5.39</td>' in dose  # 431 mL over 80 kg
    assert "<td>4 × 100 mL + 4 × 10 mL</td>" in dose.replace("\xa0", " ")
    assert '<th style="text-align:right">personalised: IgM [mg/dL]</th>' in curve
    assert not is_number(value=True)


def test_what_is_read_is_shown_in_a_line():
    case = igm.teaching_case("surprising-titre")
    plan = igm.design({"arms": ["standard", "deficit"], "grid": {"patients": [40, 80]}})

    assert repr(plan) == "Design(patients=356, arms=('standard', 'deficit'), grid=('patients',))"
    assert repr(case) == (
        "Case(subject='surprising-titre', arm='personalised', titres=3, doses=2, events=0)"
    )
