"""The next dose and the next sample: against plain Monte Carlo with other formulas, and laws."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from next_dose_cases import TWO_TITRES, case_of
from scipy import stats

from igmfat_nb.titration import (
    decide,
)


@pytest.fixture(scope="module")
def decision():
    return decide(case_of())


@pytest.fixture(scope="module")
def plain_monte_carlo():
    """Prior draws, a third of each clearance, weighted by the titres; the reference's formulas."""
    path = Path(__file__).parent.parent / "reference" / "make_posterior_references.py"
    spec = importlib.util.spec_from_file_location("reference", path)
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    rng, n = np.random.default_rng(8), 600_000
    low, high = (0.65 - 0.9) / 0.07, (1 - 0.9) / 0.07
    x = (
        reference.VOLUME_SD * rng.standard_normal(n),
        reference.CLEARANCE_SD * rng.standard_normal(n)
        + rng.choice(reference.CENTRES["averaged"], n),
        stats.truncnorm.rvs(low, high, 0.9, 0.07, size=n, random_state=rng),
        rng.uniform(-np.log(2), np.log(2), n),
        np.log(38) + reference.ERROR_SD * rng.standard_normal(n),
    )
    seen = reference.titre(TWO_TITRES, [24], *x)[0]
    first = -0.5 * ((x[4] - np.log(60)) / 0.64) ** 2
    weight = np.exp(first - 0.5 * ((np.log(84) - np.log(seen)) / reference.ERROR_SD) ** 2)
    weight /= weight.sum()

    def titres(time_h, volume_ml=0.0):
        doses = list(TWO_TITRES["doses"])
        if volume_ml:
            doses.append({"start_h": 24, "volume_ml": volume_ml, "duration_h": volume_ml / 32})
        return reference.titre({**TWO_TITRES, "doses": doses}, [time_h], *x)[0], weight

    return titres


def test_chances_agree_with_plain_monte_carlo(decision, plain_monte_carlo):
    def chance(volume_ml):
        titres, weight = plain_monte_carlo(48, volume_ml)
        return weight[titres >= 100].sum()

    assert decision.standard.dose.volume_ml == 400  # 5 mL/kg × 80 kg
    assert decision.deficit.dose.volume_ml == 111  # 16 × 37.57 ÷ 0.9 ÷ 6, by hand 111.3
    assert decision.standard.chance == pytest.approx(chance(400), abs=0.015)
    assert decision.deficit.chance == pytest.approx(chance(111), abs=0.01)
    assert decision.chance_without_dose == pytest.approx(chance(0), abs=0.005)
    assert chance(decision.forecast.dose.volume_ml) == pytest.approx(0.8, abs=0.015)


def test_the_titre_now_and_the_peak_agree_with_plain_monte_carlo(decision, plain_monte_carlo):
    def points(titres, weight, shares):
        order = np.argsort(titres)
        return np.interp(shares, np.cumsum(weight[order]), titres[order])

    now = points(*plain_monte_carlo(24), (0.05, 0.5, 0.95))
    volume_ml = decision.forecast.dose.volume_ml
    peak = points(*plain_monte_carlo(24 + volume_ml / 32, volume_ml), [0.95])[0]

    assert list(decision.titre_now_mg_dl.values()) == pytest.approx(now, rel=0.01)
    assert decision.forecast.peak_p95_mg_dl == pytest.approx(peak, rel=0.02)


def test_expected_widths_agree_with_plain_monte_carlo(decision, plain_monte_carlo):
    rng = np.random.default_rng(5)
    sd = np.sqrt(2 * np.log(1 + 0.05**2))
    horizon, weight = plain_monte_carlo(72)
    chosen = rng.choice(len(weight), 60_000, p=weight)
    order = chosen[np.argsort(horizon[chosen])]

    def expected_width(time_h):
        at = np.log(plain_monte_carlo(time_h)[0][order])
        widths = []
        for report in rng.choice(at, 800) + sd * rng.standard_normal(800):
            reached = np.cumsum(np.exp(-0.5 * ((report - at) / sd) ** 2))
            low, high = np.searchsorted(reached / reached[-1], (0.05, 0.95))
            widths.append(horizon[order[high]] - horizon[order[low]])
        return np.mean(widths)

    assert [one.time_h for one in decision.sample_times] == [30, 36, 42, 48]
    assert [one.expected_width_mg_dl for one in decision.sample_times] == pytest.approx(
        [expected_width(time_h) for time_h in (30, 36, 42, 48)], rel=0.03
    )
    assert decision.next_sample_h == 48  # the latest sample tells most about the second day


def test_an_event_after_the_decision_changes_no_sample(decision):
    later = decide(case_of(events=[{"time_h": 28, "kind": "bleeding"}]), at_h=24)

    assert later.sample_times == decision.sample_times


def test_the_forecast_is_the_smallest_volume_that_does(decision):
    forecast = decision.forecast

    assert forecast.chance_of_one_less < 0.8 <= forecast.chance
    assert forecast.limited_by is None
    assert forecast.multiple_of_standard == pytest.approx(forecast.dose.volume_ml / 400)
    assert forecast.cumulative_ml_per_kg == pytest.approx((431 + forecast.dose.volume_ml) / 80)


def test_a_higher_chance_never_needs_less():
    volumes = [decide(case_of(), probability=p).forecast.dose.volume_ml for p in (0.3, 0.8, 0.95)]

    assert volumes == sorted(volumes)
    assert volumes[0] > 0


def test_the_label_rate_limits_openly():
    low = case_of(titres=[{"time_h": 0, "igm_mg_dl": 5}], doses=[])

    forecast = decide(low).forecast

    assert forecast.dose.volume_ml == forecast.largest_ml == 768  # 0.4 mL/kg/h × 80 kg × 24 h
    assert forecast.limited_by == "label rate"
    assert forecast.chance < 0.8


def test_no_dose_is_needed_where_the_chance_is_there_already():
    high = case_of(titres=[{"time_h": 0, "igm_mg_dl": 150}], doses=[])

    decision = decide(high)

    assert decision.forecast.dose.volume_ml == 0
    assert decision.forecast.chance == decision.chance_without_dose > 0.9
    assert decision.forecast.dose.rate_ml_h == 0


@pytest.mark.parametrize(
    ("changes", "at_h", "reason"),
    [
        ({"vasopressor_stopped_h": 20}, None, "Vasopressors stopped at 20 h"),
        ({}, 168, "The deficit and forecast rules end 168 h after"),
        ({"criteria": {"contraindication_iga_deficiency": "yes"}}, None, "No dose: the label"),
    ],
)
def test_deficit_and_forecast_stop_and_say_why(changes, at_h, reason):
    decision = decide(case_of(**changes), at_h=at_h)

    assert decision.stop.startswith(reason)
    assert decision.deficit.dose.volume_ml == decision.forecast.dose.volume_ml == 0
    assert decision.forecast.limited_by is None
    assert decision.forecast.chance == decision.deficit.chance == decision.chance_without_dose


def test_the_standard_arm_gives_three_days_whatever_vasopressors_do():
    stopped = case_of(vasopressor_stopped_h=20)

    assert decide(stopped, at_h=71.9).standard.dose.volume_ml == 400
    assert decide(stopped, at_h=72).standard.dose.volume_ml == 0


def test_a_contraindication_stops_the_standard_arm_too():
    decision = decide(case_of(criteria={"contraindication_hypersensitivity": "yes"}))

    assert decision.standard.dose.volume_ml == 0


def test_vasopressors_that_stop_later_do_not_stop_the_dose_now():
    later = case_of(vasopressor_stopped_h=30)

    assert decide(later, at_h=24).stop is None
    assert decide(later).stop.startswith("Vasopressors stopped at 30 h")  # the present hour
