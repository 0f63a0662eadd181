"""The averaged clearance, against the mixture worked in SciPy."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from igmfat_nb.courses.clearance import (
    clearance_multiples,
    read_weights,
    scenario_weights,
    typical_multiple,
)
from igmfat_nb.errors import IgmFatError

# By hand from the published and assumed numbers: multiples 1, 1.7 and 7.3, CV 50 %.
MULTIPLES, LOG_SD = (1.0, 1.7, 7.3), math.sqrt(math.log(1.25))
FEW = settings(max_examples=40)  # each lays out a mixture of its own
WEIGHTS = st.tuples(*[st.floats(0.01, 1.0)] * 3).map(lambda w: tuple(x / sum(w) for x in w))


def mixture_cdf(multiple: float, weights) -> float:
    parts = (stats.norm.cdf(math.log(multiple / m) / LOG_SD) for m in MULTIPLES)
    return sum(w * part for w, part in zip(weights, parts, strict=True))


@FEW
@given(weights=WEIGHTS, place=st.floats(-6, 6))
def test_the_averaged_clearance_has_the_mixtures_distribution(weights, place):
    multiple = float(clearance_multiples("averaged", math.exp(LOG_SD * place), weights))

    # Of the smaller tail, so that digits are left to compare.
    if place < 0:
        assert mixture_cdf(multiple, weights) == pytest.approx(stats.norm.cdf(place), rel=1e-8)
    else:
        above = sum(
            w * stats.norm.sf(math.log(multiple / m) / LOG_SD)
            for w, m in zip(weights, MULTIPLES, strict=True)
        )
        assert above == pytest.approx(stats.norm.sf(place), rel=1e-8)


def test_the_typical_patient_has_the_median_of_the_mixture():
    even = (1 / 3, 1 / 3, 1 / 3)

    median = optimize.brentq(lambda x: mixture_cdf(x, even) - 0.5, 0.1, 20)

    assert typical_multiple("averaged") == pytest.approx(median, rel=1e-9)
    assert typical_multiple("fast") == 7.3


def test_weights_after_titres_are_bayes_rule_by_quadrature():
    # A titre that says: the log multiple is ln 4, give or take 0.3.
    prior, seen, error = (0.2, 0.5, 0.3), math.log(4.0), 0.3
    place = np.linspace(-7, 7, 40_001)
    multiples = clearance_multiples("averaged", np.exp(LOG_SD * place), prior)
    likelihood = stats.norm.pdf(np.log(multiples), seen, error) * stats.norm.pdf(place)

    found = scenario_weights(0.166 / 24 * multiples, likelihood / likelihood.sum(), prior)

    def both(log: float, multiple: float) -> float:
        spread = stats.norm.pdf(log, math.log(multiple), LOG_SD)
        return float(spread * stats.norm.pdf(log, seen, error))

    evidence = [
        w * integrate.quad(both, -10, 10, args=(m,), points=[seen])[0]
        for w, m in zip(prior, MULTIPLES, strict=True)
    ]
    assert found == pytest.approx([one / sum(evidence) for one in evidence], rel=2e-4)


@FEW
@given(weights=WEIGHTS, low=st.floats(0.01, 50), factor=st.floats(1.0, 10))
def test_who_clears_more_slowly_than_another_does_so_averaged_too(weights, low, factor):
    slower, faster = clearance_multiples("averaged", [low, low * factor], weights)

    assert slower <= faster


@pytest.mark.parametrize(
    ("text", "word"),
    [("1:1", "1:2:1"), ("1:x:1", "x"), ("0:0:0", "one above"), ("-1:1:1", "-1:1:1")],
)
def test_weights_that_are_none_are_refused(text, word):
    with pytest.raises(IgmFatError) as refused:
        read_weights(text)

    assert word in str(refused.value).replace("−", "-")
