"""The page of a virtual trial: its model, its cards, its figures and its tables."""

import threading

import numpy as np
import pytest

from igmfat_nb.trial.design import design_of
from igmfat_nb.trial.immortal import immortal_time, without_effect
from igmfat_nb.trial.replicate import run_detail
from igmfat_nb.trial.summary import run_here, titre_bands
from igmfat_nb.widgets.trial.model import TrialModel

PLAN = design_of({"patients": 60, "arms": ["standard", "deficit"]})


def small(**texts):
    usual = {"patients": "40", "replicates": "6", "deaths": "exposure"}
    return TrialModel(**(usual | texts))


# The model


def test_a_run_has_the_numbers_of_the_command_line():
    model = small()

    model.run()

    design = design_of({"patients": 40, "arms": ["standard", "deficit"]})
    assert model.finished.answer == run_here(design, 6, 1)[1]
    assert not model.finished.cancelled
    assert (model.done, model.running, model.message) == (6, False, "")


@pytest.mark.parametrize("effect", ["0", "-1"])
def test_bands_and_trap_are_those_of_the_same_patients_simulated_again(effect):
    model = small(patients="1000", replicates="9", effect=effect)  # blocks of two replicates

    model.run()

    design = model.typed.design
    again = run_detail(design, 1, 0, 9)
    for found, expected in zip(model.finished.bands, titre_bands(again), strict=True):
        assert np.array_equal(found, expected)
    plain = run_detail(without_effect(design), 1, 0, 9)
    assert model.finished.trap == immortal_time(plain)


def test_what_is_typed_reaches_the_design():
    model = small(
        first_arm="deficit", second_arm="forecast", scenario="native", allocation="minimisation",
        effect="-0,2", missed_samples="10", late_infusion_h="3", price_eur_per_ml="5",
        baseline_mortality="40", looks="half",
    )  # fmt: skip

    design = model.typed.design

    assert [arm.name for arm in design.arms] == ["deficit", "forecast"]
    assert (design.truth.scenario, design.allocation.method) == ("native", "minimisation")
    assert (design.truth.missed_samples, design.truth.late_infusion_h) == (0.1, 3)
    assert design.endpoint.log_odds_per_day_at_target == -0.2
    assert (design.endpoint.baseline_mortality, design.price_eur_per_ml) == (0.4, 5)
    assert design.analysis.looks == (0.5,)


def test_deaths_that_are_set_reach_the_design_arm_by_arm():
    model = small(deaths="set", first_mortality="36,7", second_mortality="20")

    assert model.typed.design.endpoint.mortality == {"standard": 0.367, "deficit": 0.2}


def test_the_same_arm_twice_is_refused_beside_the_second():
    model = small(second_arm="standard")

    assert "different names" in model.typed.refused["second_arm"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("patients", "12x", "12x"),
        ("patients", "10", "from 20 to 2000"),
        ("patients", "40.5", "a whole number"),
        ("replicates", "0", "from 1 to 5000"),
        ("seed", "-1", "from 0"),
        ("baseline_mortality", "0.45", "from 1 to 99"),
        ("effect", "nan", "nan"),
        ("price_eur_per_ml", "-1", "The price"),
        ("missed_samples", "", "missed titres"),
    ],
)
def test_a_refused_input_clears_the_result_and_says_why_beside_its_field(name, text, words):
    model = small()
    model.run()

    setattr(model, name, text)

    assert model.finished is None
    assert list(model.typed.refused) == [name]
    assert words in model.typed.refused[name]
    model.run()
    assert model.finished is None


def test_a_changed_input_clears_the_result():
    model = small()
    model.run()

    model.effect = "-0.1"

    assert model.finished is None
    assert model.typed.design is not None


def test_a_cancelled_run_keeps_what_was_done():
    model = small(patients="2000", replicates="50")
    model.observe(lambda change: model.cancel(), "done")

    model.run()

    assert model.finished.cancelled
    assert 0 < len(model.finished.block.metrics) < 50
    assert not model.running


def test_a_run_cancelled_at_once_says_so():
    model = small()
    model.observe(lambda change: model.cancel() if change.new else None, "running")

    model.run()

    assert model.finished is None
    assert "before the first trial" in model.message


def test_inputs_that_change_during_a_run_do_not_get_its_result():
    model = small(patients="2000", replicates="8")
    model.observe(lambda change: setattr(model, "seed", "2"), "done")

    model.run()

    assert model.finished is None
    assert "changed while the trial ran" in model.message


def test_a_number_of_replicates_changed_during_a_run_does_not_get_its_result():
    model = small(patients="2000", replicates="8")
    model.observe(lambda change: setattr(model, "replicates", "9"), "done")

    model.run()

    assert model.finished is None
    assert "changed while the trial ran" in model.message


def test_a_design_that_cannot_be_simulated_ends_with_its_sentence():
    model = small(allocation="simple", patients="20", replicates="1")
    broken = model.typed.design.model_copy(update={"truth": hopeless()})
    model.typed = type(model.typed)(broken, 1, 1)

    model.run()

    assert "could be enrolled" in model.message
    assert not model.running


def hopeless():
    return PLAN.truth.model_copy(update={"titre_median_mg_dl": 5000.0, "titre_log_sd": 0.1})


def test_the_time_left_is_what_the_done_part_took():
    ticks = iter(range(0, 1000, 10))
    model = small(clock=lambda: next(ticks), patients="2000", replicates="4")
    seen = []
    model.observe(lambda change: seen.append(change.new), "left_s")

    model.run()

    # One replicate a block: 10 s for the first, three to go.
    assert [left for left in seen if left is not None] == [30, 20, 10, 0]


def test_a_run_beside_the_page_does_not_start_twice():
    model = small()
    thread = model.start()
    model.run()
    thread.join(30)

    assert isinstance(thread, threading.Thread)
    assert model.finished is not None


# Figures


@pytest.fixture(scope="module")
def ran():
    return run_here(PLAN, 12, 3)
