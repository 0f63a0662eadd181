"""The panels: what stands in the widgets is what the model says, without a browser."""

import re

import ipywidgets as ipw
import pytest
from explorer_page import Page

from igmfat_nb.bedside.patient import TypedPatient
from igmfat_nb.protocol.criteria import CRITERIA
from igmfat_nb.widgets.explorer.model import SYNTHETIC_PATIENT, ExplorerModel


@pytest.fixture
def page():
    return Page(ExplorerModel())


@pytest.fixture
def filled():
    return Page(ExplorerModel.of(SYNTHETIC_PATIENT))


def test_a_page_opens_without_any_patient(page):
    assert {typed.value for typed in page.all(ipw.Text)} == {"", "0.9", "0"}
    assert page.one(ipw.ToggleButtons, "Sex").value is None
    assert page.one(ipw.ToggleButtons, "IgM unit").value is None
    assert page.points == 0
    assert "Waits for the weight" in re.sub(r"\s+", " ", page.text)


def test_every_input_is_typed_text_or_a_choice_and_has_a_label(page):
    inputs = [w for w in page.widgets if isinstance(w, ipw.Text | ipw.ToggleButtons)]
    numeric = [w for w in page.widgets if re.search("Bounded|Float|Int|Slider", type(w).__name__)]

    unlabelled = [w for w in inputs if not w.description]
    beside_a_question = [w for w in page.all(ipw.ToggleButtons) if "ig-seg-small" in w._dom_classes]

    assert numeric == []
    assert unlabelled == beside_a_question  # their question stands next to them


def test_the_button_fills_in_a_patient_that_says_it_is_synthetic(page):
    page.one(ipw.Button, "Fill in a synthetic patient").click()

    assert page.one(ipw.Text, "Weight, actual").value == "80"
    assert page.one(ipw.ToggleButtons, "Sex").value == "male"
    assert "431 mL today" in re.sub(r"\s+", " ", page.text)
    assert page.points > 1000


def test_clearing_takes_patient_answers_and_results_away(filled):
    filled.model.answer("neutrophils", "yes")

    filled.one(ipw.Button, "Clear").click()

    assert filled.model.typed == TypedPatient()
    assert filled.model.answers == {}
    assert filled.points == 0
    assert "431" not in filled.text


def test_typing_shows_new_results_and_a_slip_shows_none(filled):
    weight = filled.one(ipw.Text, "Weight, actual")

    weight.value = "712"

    assert "ig-bad" in filled.field_of(weight)._dom_classes
    assert "Weight is 712 kg; expected 30 to 300 kg." in filled.field_of(weight).children[-1].value
    assert filled.points == 0
    assert [old for old in ("400 mL", "431", "5 mL/kg", "1,200 mL") if old in filled.text] == []
    weight.value = "60"
    assert "ig-bad" not in filled.field_of(weight)._dom_classes
    assert "15 g" in filled.text


def test_what_is_typed_is_shown_as_text_and_not_as_markup(filled):
    filled.one(ipw.Text, "Weight, actual").value = "<img src=x onerror=alert(1)>"

    assert "<img" not in filled.html
    assert "&lt;img" in filled.html


def test_clicking_yes_at_a_contraindication_stops_both_doses(filled):
    first = next(w for w in filled.all(ipw.ToggleButtons) if "ig-seg-small" in w._dom_classes)

    first.value = "yes"

    assert filled.text.count("No dose: the label contraindicates the product") == 2
    assert filled.points == 0


def test_an_unanswered_contraindication_stands_above_each_volume(filled):
    line = "Contraindications not answered: hypersensitivity and IgA deficiency"

    assert filled.text.count(line) == 2
    assert filled.html.index("ig-clear") < filled.html.index("ig-big")


def test_all_criteria_are_on_the_page_and_three_are_not_asked(filled):
    asked = [w for w in filled.all(ipw.ToggleButtons) if "ig-seg-small" in w._dom_classes]

    assert [one.wording for one in CRITERIA if one.wording not in filled.text] == []
    assert len(asked) == len(CRITERIA) - 3 + 2  # and both contraindications
    assert {switch.value for switch in asked} == {"unknown"}
    assert "it is not coded here" in filled.text


def test_a_model_answered_elsewhere_moves_the_switch(filled):
    switches = filled.all(ipw.ToggleButtons)
    before = [switch.value for switch in switches]

    filled.model.answer("neutrophils", "no")

    changed = [s.value for s, old in zip(switches, before, strict=True) if s.value != old]
    assert changed == ["no"]
    assert "Not met: Neutrophils 1,000/mm³ or more." in filled.text
    assert filled.text.count("The trial would not include this patient") == 2


def test_the_verdict_is_eligible_when_every_criterion_is_answered(filled):
    measured = {"adult", "low_igm", "bmi"}

    filled.model.answers = {one.code: "yes" for one in CRITERIA if one.code not in measured}
    verdicts = [filled.text]
    filled.model.answers = filled.model.answers | {"consent": "unknown"}
    verdicts.append(filled.text)

    assert "Every criterion is met." in verdicts[0]
    assert "1 answer is missing: Consent as the trial requires." in verdicts[1]


def test_a_refused_answer_stands_in_place_of_the_verdict(filled):
    filled.model.answers = {"adult": "no"}

    assert "“Older than 18 years” is answered no, but the age is 64 years." in filled.text
    assert filled.points == 0


def test_the_page_says_how_often_a_repeat_would_cross_the_limit(filled):
    titre = filled.one(ipw.Text, "Serum IgM")
    for far in ("38", "90"):
        titre.value = far
        assert "a repeat measurement" not in filled.text

    titre.value = "58"  # Φ(−2 / (√2 × 0.05 × 58)), by hand
    assert "other side of 60 in 31 %" in filled.text


def test_cards_say_part_by_part_where_they_come_from(filled):
    assert "dose: trial · rate: label" in filled.text
    assert "dose: our assumption" in filled.text
    assert "assumption of this software" in filled.text
    assert "Under this reading the titre peaks at 96 mg/dL and falls." in filled.text


def test_a_dose_that_does_not_fit_in_a_day_is_said_and_not_cut(filled):
    filled.model.fill(TypedPatient("female", "40", "250", "30", "0.10", "1", "mg/dL"))

    # Nadler 6.740 L × 0.91 = 61.33 dL; 99 × 61.33 / 0.9 / 6 = 1,124 mL; 12 mL/h × 24 h = 288 mL
    assert "1,124 mL takes 93.7 h at the maximum labelled rate; at most 288 mL" in filled.text


def test_other_schedules_name_what_exceeds_the_label_rate(filled):
    # 0.4 and 0.2 mL/kg/h × 80 kg; (15 × 80 − 100) / 16 h; 0.6 × 80 kg
    assert "32 mL/h for 3.1 h, then 16 mL/h for 68.8 h" in filled.text
    assert "48 mL/h for 6 h" in filled.text
    assert "exceeds the maximum labelled rate of 0.4 mL/kg/h" in filled.text


def test_a_patient_at_the_aim_gets_no_personalised_dose(filled):
    filled.one(ipw.Text, "Serum IgM").value = "100"

    assert "0 mL: no dose today" in re.sub(r"\s+", " ", filled.text)
    assert "at or above the target" in filled.text


def test_rare_values_warn_and_keep_the_dose(filled):
    filled.one(ipw.Text, "Age").value = "99"

    assert "Age is 99 years, outside the usual 18 to 95 years" in filled.text
    assert "431" in filled.text


def test_the_number_of_a_volume_rule_is_in_sight_only_with_its_rule(filled):
    volume = filled.field_of(filled.one(ipw.Text, "Distribution volume"))
    hidden = volume.layout.display

    filled.one(ipw.ToggleButtons, "Where IgM distributes").value = "fixed"

    assert (hidden, volume.layout.display) == ("none", None)
    assert "needs the" in volume.children[-1].value or "missing" in volume.children[-1].value
    filled.one(ipw.Text, "Distribution volume").value = "45"
    assert "Distribution volume: 45 mL/kg." in filled.text


def test_assumptions_are_listed_with_what_is_set(filled):
    filled.one(ipw.ToggleButtons, "Where IgM distributes").value = "coefficient"
    filled.one(ipw.Text, "Product per kg and mg/dL of deficit").value = "0.083"
    filled.one(ipw.Text, "Dose at or above the target").value = "1"
    filled.one(ipw.ToggleButtons, "Assumed clearance").value = "fast"

    assert "Dose: 0.083 mL/kg of product per mg/dL of deficit." in filled.text
    assert "Maintenance dose at 100 mg/dL or above: 1 mL/kg." in filled.text
    assert "Half-life: 13 h over the first day, terminal 1.4 days." in filled.text
    assert "takes 21.6 mg/kg/day, more than healthy synthesis (6.9 mg/kg/day)" in filled.text


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [("recovering", "healthy synthesis from 72 to 168 h"), ("none", "makes no IgM")],
)
def test_the_synthesis_says_what_it_means(filled, mode, sentence):
    filled.one(ipw.ToggleButtons, "Assumed synthesis").value = mode

    assert sentence in filled.text


def test_while_an_assumption_is_refused_none_is_listed(filled):
    filled.one(ipw.Text, "Recovery of a dose in plasma").value = "9"

    assert "Standard arm: 250 mg/kg of protein a day for 3 days." in filled.text
    assert "is found in plasma" not in filled.text
    assert "Recovery is 9; expected a fraction from 0.3 to 1." in filled.text


def test_the_other_criteria_open_by_a_button(filled):
    (button,) = filled.all(ipw.ToggleButton)
    (fold,) = [w for w in filled.all(ipw.VBox) if button in w.children]
    closed = (button.description, fold.children[1].layout.display)

    button.value = True

    assert closed == ("The other 10 of 15 criteria", "none")
    assert fold.children[1].layout.display is None
