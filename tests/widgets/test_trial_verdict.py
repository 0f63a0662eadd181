"""What a run is said to show: power, type I error, harm, and the effect that no titre explains."""

import pytest

from igmfat_nb.trial.immortal import without_effect
from igmfat_nb.trial.summary import run_here
from igmfat_nb.widgets.trial.markup import trap
from igmfat_nb.widgets.trial.model import TrialModel
from igmfat_nb.widgets.trial.page import summed_counts
from igmfat_nb.widgets.trial.verdict import (
    curve_sentence,
    curves_of,
    doubted_effect,
    share_cells,
    verdict,
)


def ran(**texts):
    model = TrialModel(**({"patients": "200", "replicates": "20"} | texts))
    model.run()
    return model.finished


def test_power_comes_first_and_the_type_i_error_of_the_same_patients_second():
    finished = ran()

    sentence, lines = verdict(finished)

    count = finished.answer["operating"]["benefit"]["rejections"]
    assert f"{count} of 20 virtual trials tell 45 % from 30 % deaths apart" in sentence
    assert sentence.startswith("Power ")
    # Common random numbers: the other side is the run of the same seed without the effect.
    null = run_here(without_effect(finished.design), 20, 1)[1]["operating"]
    assert finished.null.answer == {name: null[name] for name in finished.null.answer}
    assert finished.null.answer["trials"] == 20
    bold, rest = lines[-1]
    assert bold.startswith("Type I error")
    assert f"{null['rejections']} of 20" in rest


def test_without_effect_only_the_type_i_error_is_told():
    finished = ran(second_mortality="45")

    sentence, lines = verdict(finished)

    assert sentence.startswith("Type I error ")
    assert "Power" not in str(lines)
    assert finished.null is None


def test_harm_is_named_as_harm():
    sentence, lines = verdict(ran(first_mortality="20", second_mortality="60"))

    assert sentence.startswith("Harm: ")
    assert "find more deaths in personalised" in sentence
    assert ("Power 0\N{NO-BREAK SPACE}%.", "Fewer deaths are not there.") in lines


def test_power_below_the_usual_is_said_to_be_short():
    lines = verdict(ran(patients="40"))[1]

    assert ("", "Short of the usual 80 %.") in lines


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        # The deficit rule keeps its arm below the target; the standard dose does not.
        ({}, "could not come from the titre"),
        ({"first_mortality": "30", "second_mortality": "45"}, ""),
        ({"second_mortality": "45"}, ""),
        ({"deaths": "exposure", "effect": "-0.5"}, "so it favours standard"),
        ({"deaths": "exposure", "effect": "0.5"}, "so it favours personalised"),
        ({"deaths": "exposure"}, ""),
    ],
)
def test_an_effect_assumed_of_an_arm_that_is_rarely_at_target_is_said(texts, words):
    finished = ran(replicates="3", **texts)
    shares = [arm["fraction_of_time_at_target"]["mean"] for arm in finished.answer["arms"].values()]
    assert shares[1] < 0.2 < 0.4 < shares[0]

    said = doubted_effect(finished)

    assert words in said
    assert bool(said) == bool(words)


def test_looks_end_trials_early_and_save_patients():
    finished = ran(looks="half", first_mortality="60", second_mortality="20", replicates="10")

    ends = finished.ends
    block, design = finished.block, finished.design
    # By hand from the deaths at half: pooled z beyond O'Brien-Fleming's 2.797 (two looks, 5 %).
    early = 0
    for deaths, patients in zip(block.deaths[:, 0], block.patients[:, 0], strict=True):
        p, q = deaths / patients
        mean = deaths.sum() / patients.sum()
        z = (p - q) / (mean * (1 - mean) * (1 / patients[0] + 1 / patients[1])) ** 0.5
        early += abs(z) > 2.797
    assert 0 < early <= 10
    assert ends.benefit == (early,)
    assert ends.mean_patients == pytest.approx((early * 100 + (10 - early) * 200) / 10)
    assert design.analysis.looks == (0.5,)


def test_shares_have_the_digits_that_their_size_deserves():
    # Clopper and Pearson: 766 of 1000 is 73.8 to 79.2 %; none of 1000 is below 1 - 0.05^(1/1000).
    assert share_cells(766, 1000) == ("77\N{NO-BREAK SPACE}%", "74–79")
    assert share_cells(0, 1000) == ("0\N{NO-BREAK SPACE}%", "0–0.3")


def test_the_share_so_far_counts_the_side_that_is_asked_for():
    blocks = ((7, 5, 1), (7, 6, 0))

    assert summed_counts(blocks, differ=True) == [(7, 5), (14, 11)]
    assert summed_counts(blocks, differ=False) == [(7, 6), (14, 12)]


def test_the_immortal_time_picture_shows_patients_of_both_kinds():
    finished = ran(replicates="10")
    without, reached = finished.lives

    assert without
    assert reached
    assert all(one.reached_h == float("inf") and one.death_h < 168 for one in without)
    assert all(one.reached_h < one.death_h for one in reached)
    html = trap(finished)
    assert html.count('class="ig-waiting"') == len(reached)
    assert "never reached 100\xa0mg/dL" in html


@pytest.mark.parametrize(
    ("second", "found"), [(0.3, "80 % power takes"), (0.7, "To find the harm")]
)
def test_what_a_curve_finds_is_power_or_harm_by_its_name(second, found):
    said = curve_sentence(curves_of(TrialModel().typed.design, (0.45, second)))

    assert said.startswith(found)
