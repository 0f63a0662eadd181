"""The model of the page: a result or a sentence, never both, never an old one."""

from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igmfat_nb.bedside.patient import TypedPatient
from igmfat_nb.widgets.explorer import model as model_module
from igmfat_nb.widgets.explorer.inputs import TypedAssumptions
from igmfat_nb.widgets.explorer.model import (
    CHOICE_FIELDS,
    PATIENT_FIELDS,
    SYNTHETIC_PATIENT,
    ExplorerModel,
)
from igmfat_nb.widgets.parts.moment import local_time, moment_text

NUMBERS = st.sampled_from(["", "38", "0,38", "0.30", "30 %", "1,234", "712", "-5", "1e3", "80,0"])
WORDS = st.sampled_from(["male", "female", "mg/dL", "g/L", "nadler", "fixed", "coefficient", "ml"])
TYPED = st.one_of(st.text(max_size=12), NUMBERS, WORDS)


@pytest.fixture
def model():
    return ExplorerModel.of(SYNTHETIC_PATIENT)


def volumes(outcome):
    return {arm: given.dose.volume_ml for arm, given in (outcome.arms or {}).items()}


def shown(outcome):
    """What a reader sees of an outcome, without the identity of error objects."""
    return (outcome.refused, outcome.missing, outcome.blank, outcome.waiting, volumes(outcome))


def test_a_page_starts_without_a_patient_and_says_what_it_waits_for():
    outcome = ExplorerModel().outcome

    assert outcome.arms is None
    assert outcome.comparison is None
    assert outcome.refused == {}
    assert outcome.blank.startswith("Type a patient to see the dose: sex, age, height, weight")
    assert outcome.waiting == "Waiting for a patient."


def test_the_synthetic_patient_gets_the_doses_worked_out_by_hand(model):
    # 250 × 80 / 50 = 400; (100 − 38) × 37.563 dL / 0.9 / 6 = 431.3
    assert volumes(model.outcome) == {"standard": 400, "personalised": 431}
    assert model.outcome.blank == model.outcome.waiting == ""


def test_decimal_comma_and_grams_per_litre_give_the_same_doses(model):
    typed = TypedPatient("male", "64", "175", "80,0", "30 %", "0,38", "g/L")

    assert volumes(ExplorerModel.of(typed).outcome) == volumes(model.outcome)


def test_a_slip_marks_its_field_and_takes_doses_and_course_away(model):
    model.weight_kg = "712"

    outcome = model.outcome
    assert set(outcome.refused) == {"weight_kg"}
    assert outcome.refused["weight_kg"].startswith("Weight is 712 kg; expected 30 to 300 kg.")
    assert outcome.arms is None
    assert outcome.comparison is None
    assert outcome.blank == "No dose while an input is refused."
    assert outcome.waiting == "Waiting for the weight."


def test_what_does_not_depend_on_the_slip_stays(model):
    model.weight_kg = "712"

    answers = {line.statement.code: line.answer for line in model.outcome.eligibility.lines}
    assert (answers["adult"], answers["low_igm"], answers["bmi"]) == ("yes", "yes", "unknown")
    assert model.outcome.crossing is not None
    assert model.outcome.choices.assumptions is not None


def test_correcting_the_slip_brings_everything_back(model):
    before = volumes(model.outcome)

    model.weight_kg = "712"
    model.weight_kg = "80"

    assert volumes(model.outcome) == before
    assert model.outcome.comparison is not None


def test_an_emptied_field_is_missing_and_not_refused(model):
    model.haematocrit = ""

    assert model.outcome.refused == {}
    assert model.outcome.missing == ("haematocrit",)
    assert model.outcome.waiting == "Waiting for the haematocrit."


def test_several_empty_fields_are_waited_for_by_name():
    outcome = ExplorerModel(sex="male", age_years="64", igm="38", igm_unit="mg/dL").outcome

    assert outcome.blank == "Waiting for the height, the weight and the haematocrit."
    assert outcome.waiting == outcome.blank


def test_a_titre_without_its_unit_asks_for_the_unit(model):
    model.igm_unit = ""

    assert "choose mg/dL or g/L" in model.outcome.refused["igm_unit"]
    assert model.outcome.arms is None
    assert model.outcome.findings.igm_mg_dl is None


def test_a_contraindication_stops_both_doses_with_its_reason(model):
    model.answer("contraindication_iga_deficiency", "yes")

    assert model.outcome.arms is None
    assert model.outcome.comparison is None
    assert "IgA deficiency" in model.outcome.blank
    assert model.outcome.refused == {}


def test_unanswered_contraindications_are_not_cleared(model):
    codes = [statement.code for statement in model.outcome.not_cleared]
    model.answer(codes[0], "no")

    assert len(codes) == 2
    assert [statement.code for statement in model.outcome.not_cleared] == codes[1:]


def test_an_ineligible_patient_still_shows_both_doses(model):
    model.answer("neutrophils", "no")

    assert model.outcome.eligibility.verdict == "not eligible"
    assert len(volumes(model.outcome)) == 2


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("recovery", ""),
        ("recovery", "0.2"),
        ("maintenance_ml_per_kg", "16"),
        ("maintenance_ml_per_kg", "x"),
        ("rounding", "litres"),
        ("volume_rule", "guess"),
    ],
)
def test_a_refused_part_of_the_rule_marks_its_field_and_leaves_no_dose(model, field, text):
    setattr(model, field, text)

    assert set(model.outcome.refused) == {field}
    assert model.outcome.arms is None
    assert model.outcome.waiting


@pytest.mark.parametrize(
    ("rule", "field", "good", "bad"),
    [
        ("fixed", "volume_ml_per_kg", "45", "500"),
        ("coefficient", "coefficient", "0,083", "2"),
    ],
)
def test_a_volume_rule_asks_for_its_own_number_only(model, rule, field, good, bad):
    model.volume_rule = rule
    asked = set(model.outcome.refused)
    setattr(model, field, bad)
    refused = set(model.outcome.refused)
    setattr(model, field, good)

    assert asked == refused == {field}
    assert volumes(model.outcome)["standard"] == 400
    model.volume_rule = "nadler"  # the number stays typed, and does not count
    assert volumes(model.outcome)["personalised"] == 431


@pytest.mark.parametrize("field", ["scenario", "synthesis"])
def test_a_forged_choice_of_kinetics_leaves_the_doses_and_no_course(model, field):
    setattr(model, field, "made up")

    assert set(model.outcome.refused) == {field}
    assert len(volumes(model.outcome)) == 2
    assert model.outcome.comparison is None
    assert model.outcome.waiting.startswith("Waiting for the assumed")


@pytest.mark.parametrize(
    "answers",
    [{"neutrophils": "perhaps"}, {"no_such_criterion": "yes"}, {"adult": "no"}],
)
def test_a_forged_or_contradicting_answer_is_refused(model, answers):
    model.answers = answers

    assert model.outcome.eligibility is None
    assert model.outcome.arms is None
    assert model.outcome.blank == model.outcome.refused["answers"]


def test_filling_in_replaces_patient_and_answers_in_one_step(model):
    seen = []
    model.observe(lambda change: seen.append(change["new"]), "outcome")

    model.fill(TypedPatient("female", "50", "165", "60", "0.25", "30", "mg/dL"), {"bmi": "yes"})

    assert len(seen) == 1
    assert volumes(model.outcome)["standard"] == 300
    assert model.answers == {"bmi": "yes"}


def test_filling_in_can_bring_assumptions_too(model):
    model.fill(SYNTHETIC_PATIENT, choices=TypedAssumptions(rounding="vials"))

    assert volumes(model.outcome)["personalised"] == 440
    assert model.choices.rounding == "vials"


def test_when_a_calculation_breaks_nothing_old_stays(model, monkeypatch):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(model_module, "outcome_of", broken)
    with pytest.raises(ZeroDivisionError):
        model.weight_kg = "81"

    assert model.outcome.arms is None
    assert model.outcome.comparison is None
    assert "could not be calculated" in model.outcome.blank


def test_a_model_without_course_has_doses_and_no_curve():
    outcome = ExplorerModel.of(SYNTHETIC_PATIENT, with_course=False).outcome

    assert len(volumes(outcome)) == 2
    assert outcome.comparison is None


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(PATIENT_FIELDS + CHOICE_FIELDS), TYPED, max_size=4))
def test_any_typed_text_gives_a_result_or_a_sentence_and_never_both(typed):
    model = ExplorerModel.of(SYNTHETIC_PATIENT, with_course=False)

    for field, text in typed.items():
        setattr(model, field, text)

    outcome = model.outcome
    assert (outcome.arms is None) == bool(outcome.blank)
    assert set(outcome.refused) <= set(PATIENT_FIELDS + CHOICE_FIELDS)
    assert all(sentence.strip() for sentence in outcome.refused.values())


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PATIENT_FIELDS), TYPED), min_size=1, max_size=3))
def test_after_any_typing_the_outcome_is_that_of_a_page_opened_with_it(typed):
    model = ExplorerModel.of(SYNTHETIC_PATIENT)

    for field, text in typed:
        setattr(model, field, text)

    fresh = ExplorerModel.of(TypedPatient(**asdict(model.typed)), model.answers, model.choices)
    assert shown(model.outcome) == shown(fresh.outcome)
    assert (model.outcome.comparison is None) == bool(model.outcome.waiting)
    if model.outcome.comparison is not None:
        assert model.outcome.comparison.patient == model.outcome.patient


def test_a_calculation_is_dated_anew_each_time_and_cleared_results_have_no_date():
    times = iter(datetime(2026, 11, 23, 9, minute) for minute in (14, 15, 16))
    model = ExplorerModel.of(TypedPatient(), clock=lambda: next(times))
    assert model.calculated_at == ""  # nothing calculated, and the clock not asked

    model.fill(SYNTHETIC_PATIENT)
    assert model.calculated_at == "23 November 2026, 09:14"
    model.weight_kg = "81"
    assert model.calculated_at == "23 November 2026, 09:15"

    model.weight_kg = "810"
    assert model.calculated_at == ""
    model.weight_kg = "81"
    assert model.calculated_at == "23 November 2026, 09:16"
    model.answer("contraindication_iga_deficiency", "yes")
    assert model.calculated_at == ""


def test_without_a_clock_nothing_is_dated(model):
    assert model.outcome.arms is not None
    assert (model.has_clock, model.calculated_at) == (False, "")


def test_when_a_calculation_breaks_its_date_goes_too(monkeypatch):
    model = ExplorerModel.of(SYNTHETIC_PATIENT, clock=lambda: datetime(2026, 1, 1))
    assert model.calculated_at == "1 January 2026, 00:00"

    monkeypatch.setattr(model_module, "outcome_of", lambda *_args, **_more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        model.weight_kg = "81"

    assert model.calculated_at == ""


def test_a_moment_names_its_zone_when_it_has_one():
    assert moment_text(datetime(2026, 3, 5, 7, 4, 59, tzinfo=UTC)) == "5 March 2026, 07:04 UTC"
    assert local_time().utcoffset() is not None
